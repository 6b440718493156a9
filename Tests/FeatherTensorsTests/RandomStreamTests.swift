import FeatherTensors
import Testing

@Suite struct RandomStreamTests {
  /// Critical values of chi-square at significance 0.001 by degrees of freedom (Pearson and Hartley's table).
  static let critical = [1: 10.828, 2: 13.816, 5: 20.515, 9: 27.877, 99: 148.230]

  static func stream(_ seed: UInt64 = 1, lane: Int = 0) -> RandomStream {
    RandomStream(seed: seed, purpose: .partition, lane: lane)
  }

  @Test("a stream's words are Philox4x32-10 of the documented key and counter", arguments: 0..<3)
  func goldenWords(index: Int) throws {
    let golden = try TensorsFixture.load().streams[index]
    let purpose = try #require(RandomPurpose(rawValue: golden.purpose))
    var stream = RandomStream(
      seed: golden.seed, purpose: purpose, client: golden.client, round: golden.round, lane: golden.lane)
    #expect(golden.words.map { _ in stream.nextWord() } == golden.words)
  }

  @Test("streams of equal keys repeat, and any difference in a key gives other numbers")
  func distinctKeys() {
    var openings: Set<[UInt32]> = []
    var keys = 0
    for seed in [0, 1, 1 << 32, UInt64.max] {
      for purpose in RandomPurpose.allCases {
        for (client, round, lane) in [(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0)] {
          let opening = (0..<2).map { _ in
            var stream = RandomStream(seed: seed, purpose: purpose, client: client, round: round, lane: lane)
            return (0..<6).map { _ in stream.nextWord() }
          }
          #expect(opening[0] == opening[1])
          openings.insert(opening[0])
          keys += 1
        }
      }
    }
    #expect(openings.count == keys)
  }

  @Test("filling a buffer draws the words that come one after the other", arguments: 0..<14)
  func fill(count: Int) {
    for drawn in 0..<5 {
      var one = RandomStream(seed: 3, purpose: .codec, client: 1, round: 2)
      for _ in 0..<drawn { _ = one.nextWord() }
      var many = one
      var words = [UInt32](repeating: 0, count: count)
      words.withUnsafeMutableBufferPointer { many.fill($0) }
      #expect(words == (0..<count).map { _ in one.nextWord() } && many.nextWord() == one.nextWord())
    }
  }

  @Test("64 bits are two words, the first one low")
  func wordOrder() {
    var words = Self.stream()
    var pairs = Self.stream()
    for _ in 0..<9 {
      let low = words.nextWord()
      let high = words.nextWord()
      #expect(pairs.nextWord64() == UInt64(high) << 32 | UInt64(low))
    }
  }

  @Test("bounded integers are uniform", arguments: [2, 3, 6, 10, 100])
  func integersUniform(bound: Int) throws {
    var stream = Self.stream(UInt64(bound))
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<200_000 { counts[stream.integer(below: bound)] += 1 }
    #expect(chiSquare(counts) < (try #require(Self.critical[bound - 1])))
  }

  @Test("a bound of 3·2³⁰ rejects exactly the words divisible by four")
  func rejection() {
    // Lemire's product is 3w·2³⁰: its low half is below the threshold 2³² mod 3·2³⁰ = 2³⁰ just when 4 divides w.
    var words = Self.stream()
    var stream = Self.stream()
    for _ in 0..<10_000 {
      var word = words.nextWord()
      while word % 4 == 0 { word = words.nextWord() }
      #expect(stream.integer(below: 3 << 30) == Int(word) * 3 / 4)
    }
  }

  @Test("a bound of 1 gives zero and a bound of 2³² gives the words themselves")
  func extremeBounds() {
    var words = Self.stream()
    var stream = Self.stream()
    for _ in 0..<100 { #expect(stream.integer(below: 1 << 32) == Int(words.nextWord())) }
    #expect((0..<100).allSatisfy { _ in stream.integer(below: 1) == 0 })
  }

  @Test("different numbers below a bound: ascending, and each of the sets of 2 out of 5 a tenth of the time")
  func distinct() {
    var counts: [[Int]: Int] = [:]
    for round in 0..<10_000 {
      var stream = RandomStream(seed: 5, purpose: .participation, round: round)
      counts[stream.distinct(2, below: 5), default: 0] += 1
    }
    #expect(counts.count == 10)
    #expect(counts.keys.allSatisfy { $0[0] < $0[1] && $0[0] >= 0 && $0[1] < 5 })
    // Chi-square with 9 degrees of freedom is above 27.88 once in a thousand times (scipy.stats.chi2.isf(0.001, 9)).
    #expect(counts.values.reduce(0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 } < 27.88)
    var stream = RandomStream(seed: 5, purpose: .participation)
    #expect(stream.distinct(4, below: 4) == [0, 1, 2, 3])
    #expect(stream.distinct(3, below: 1 << 32).count == 3)
  }

  @Test("a shuffle is a permutation", arguments: [0, 1, 2, 3, 17, 1000])
  func permutation(count: Int) {
    var stream = Self.stream()
    var letters = (0..<count).map { "item \($0)" }
    let before = letters
    stream.shuffle(&letters)
    #expect(letters.sorted() == before.sorted())
    #expect(stream.permutation(count).sorted() == (0..<Int32(count)).map { $0 })
  }

  @Test("the six orders of three elements are equally likely")
  func shuffleUniform() throws {
    var stream = Self.stream()
    var counts: [[Int32]: Int] = [:]
    for _ in 0..<60_000 { counts[stream.permutation(3), default: 0] += 1 }
    #expect(counts.count == 6)
    #expect(chiSquare(Array(counts.values)) < (try #require(Self.critical[5])))
  }

  @Test("uniform numbers lie in [0, 1) with the moments and the distribution of the uniform law", arguments: 1...3)
  func uniformMoments(seed: UInt64) {
    let count = 100_000
    var stream = Self.stream(seed)
    let doubles = (0..<count).map { _ in stream.uniform() }
    let floats = (0..<count).map { _ in Double(stream.uniformFloat()) }
    let ranged = (0..<count).map { _ in (stream.uniform(in: -3..<5) + 3) / 8 }
    let grid = (1..<200).map { Double($0) / 200 }
    for sample in [doubles, floats, ranged] {
      #expect(sample.allSatisfy { $0 >= 0 && $0 < 1 })
      // Mean 1/2 and second moment 1/3 with deviations sqrt(1/12n) and sqrt(4/45n): bounds of four deviations.
      let mean = sample.reduce(0, +) / Double(count)
      let square = sample.reduce(0) { $0 + $1 * $1 } / Double(count)
      #expect(abs(mean - 1.0 / 2) < 4 * (1 / (12 * Double(count))).squareRoot())
      #expect(abs(square - 1.0 / 3) < 4 * (4 / (45 * Double(count))).squareRoot())
      #expect(distance(of: sample, at: grid, probabilities: grid) < criticalDistance(count))
    }
  }

  @Test("uniform numbers are whole multiples of their documented step")
  func uniformGrid() {
    var stream = Self.stream()
    for _ in 0..<1000 {
      let double = stream.uniform() * 0x1p53
      let float = stream.uniformFloat() * 0x1p24
      #expect(double == double.rounded() && float == float.rounded())
    }
  }
}
