/// What a random stream is for.
///
/// Streams of different purposes never share a number.
///
/// The raw values are part of the result format: changing one changes every result.
public enum RandomPurpose: UInt8, CaseIterable, Sendable {
  /// Which samples belong to which client.
  case partition = 1
  /// The initial weights of the global model.
  case initialWeights = 2
  /// Order of the samples in local training.
  case localTraining = 3
  /// Order of the samples in the pre-pass.
  case prepass = 4
  /// Which snapshots are held out from the fit of a codec.
  case heldOut = 5
  /// The initial weights of an autoencoder.
  case codecWeights = 6
  /// Order of the snapshots while an autoencoder is fitted.
  case codecFit = 7
  /// Which clients take part in a round.
  case participation = 8
  /// The randomness inside a codec (stochastic rounding, rotations, sampled indices).
  case codec = 9
  /// The images of a built-in data set.
  case dataset = 10
  /// The randomness inside a codec while it is checked on the pre-pass's snapshots.
  case codecCheck = 11
  /// Which clients share a codec.
  case clusters = 12
  /// Which clients run the pre-pass, where not all do.
  case prepassClients = 13
  /// Which participants of a round are gone before they upload.
  case dropout = 14
  /// The randomness inside a codec that compresses control variates.
  case codecVariate = 15
}

/// A stream of random numbers that is a pure function of its key: seed, purpose, client and round.
///
/// The key of Philox4x32-10 is the seed; its counter is (block, purpose and lane, client, round), so streams with different
/// keys are disjoint by construction and no hash is involved. A stream gives 2³⁴ words; drawing more is a programmer's error.
/// Every sampler below is our own and uses only IEEE arithmetic that is exact or correctly rounded, so that the numbers
/// are the same with every toolchain and C library.
public struct RandomStream: Sendable {
  @usableFromInline let key: SIMD2<UInt32>
  @usableFromInline let purposeWord: UInt32
  @usableFromInline let client: UInt32
  @usableFromInline let round: UInt32
  @usableFromInline var block: UInt32 = 0
  @usableFromInline var words = SIMD4<UInt32>()
  @usableFromInline var used = 4

  /// Opens the stream at its first number.
  ///
  /// - Parameters:
  ///   - seed: the run's seed; all 64 bits count.
  ///   - purpose: what the numbers are for.
  ///   - client: the client's number, or 0 where none is concerned.
  ///   - round: the round's number, or any other counter such as an image's index; 0 where none is concerned.
  ///   - lane: a further counter below 2²⁴, such as the epoch within a round.
  public init(seed: UInt64, purpose: RandomPurpose, client: Int = 0, round: Int = 0, lane: Int = 0) {
    precondition(lane >= 0 && lane < 1 << 24, "a stream's lane lies in 0..<2^24")
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    purposeWord = UInt32(purpose.rawValue) << 24 | UInt32(lane)
    self.client = UInt32(client)
    self.round = UInt32(round)
  }

  /// The next word, uniform over all 32-bit values.
  @inlinable
  public mutating func nextWord() -> UInt32 {
    if used == 4 {
      words = Philox4x32.block(counter: SIMD4(block, purposeWord, client, round), key: key)
      block += 1
      used = 0
    }
    defer { used += 1 }
    return words[used]
  }

  /// Draws a word for each place of `buffer`, the same as `nextWord` gives one after the other.
  public mutating func fill(_ buffer: UnsafeMutableBufferPointer<UInt32>) {
    var place = 0
    while place < buffer.count, used < 4 {
      buffer[place] = nextWord()
      place += 1
    }
    while buffer.count - place >= 4 {
      let words = Philox4x32.inlineBlock(counter: SIMD4(block, purposeWord, client, round), key: key)
      UnsafeMutableRawBufferPointer(buffer).storeBytes(of: words, toByteOffset: 4 * place, as: SIMD4<UInt32>.self)
      block += 1
      place += 4
    }
    for rest in place..<buffer.count { buffer[rest] = nextWord() }
  }

  /// The next 64 bits: the first word drawn is the low half.
  @inlinable
  public mutating func nextWord64() -> UInt64 {
    let low = UInt64(nextWord())
    return low | UInt64(nextWord()) << 32
  }

  /// A number uniform on [0, 1), a multiple of 2⁻²⁴.
  @inlinable
  public mutating func uniformFloat() -> Float {
    Float(nextWord() >> 8) * 0x1p-24
  }

  /// A number uniform on [0, 1), a multiple of 2⁻⁵³.
  @inlinable
  public mutating func uniform() -> Double {
    Double(nextWord64() >> 11) * 0x1p-53
  }

  /// A number uniform on [`range.lowerBound`, `range.upperBound`), up to rounding.
  @inlinable
  public mutating func uniform(in range: Range<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// An integer uniform on 0..<`bound`, without bias.
  ///
  /// Source: Lemire (2019), *Fast random integer generation in an interval*, arXiv:1805.10941, algorithm 5.
  /// - Parameter bound: at least 1, at most 2³².
  @inlinable
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound >= 1 && bound <= 1 << 32, "a bound lies in 1...2^32")
    let range = UInt64(bound)
    var product = UInt64(nextWord()) * range
    if UInt64(UInt32(truncatingIfNeeded: product)) < range {
      let threshold = (1 << 32) % range
      while UInt64(UInt32(truncatingIfNeeded: product)) < threshold {
        product = UInt64(nextWord()) * range
      }
    }
    return Int(product >> 32)
  }

  /// Permutes `elements` uniformly (Fisher–Yates, from the end).
  @inlinable
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for last in stride(from: elements.count - 1, through: 1, by: -1) {
      elements.swapAt(last, integer(below: last + 1))
    }
  }

  /// `count` different numbers of 0..<`bound`, ascending; every set of them is equally likely, and its cost does not depend on `bound`.
  ///
  /// Source: Floyd's algorithm in Bentley (1987), *Programming pearls: a sample of brilliance*, CACM 30(9).
  public mutating func distinct(_ count: Int, below bound: Int) -> [Int] {
    precondition(count >= 0 && count <= bound, "\(count) different numbers of \(bound)")
    var chosen: Set<Int> = []
    for last in bound - count..<bound {
      let number = integer(below: last + 1)
      chosen.insert(chosen.contains(number) ? last : number)
    }
    return chosen.sorted()
  }

  /// The numbers 0..<`count` in random order.
  @inlinable
  public mutating func permutation(_ count: Int) -> [Int32] {
    var order = (0..<Int32(count)).map { $0 }
    shuffle(&order)
    return order
  }
}
