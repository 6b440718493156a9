internal import FeatherTensors

/// How k indices of 0..<P are written: Golomb–Rice codes of the gaps between them.
///
/// Source: Sattler et al. 2019, arXiv:1903.02891, Golomb position encoding. With n = min(k, P − k), the indices are
/// written where k ≤ P − k, else those of the others. Each gap d ≥ 1 from one index to the next (from −1 to the first)
/// is ⌊(d − 1) / 2ᵇ⌋ ones, a zero, and the b lowest bits of d − 1, lowest first. Both sides know b = max(0, 1 +
/// ⌊log₂(log(φ − 1) / log(1 − n / P))⌋) with φ = (√5 + 1) / 2, the best for indices that lie at random. No bitmap can
/// be shorter on average: at b = 0 the code is a bitmap that ends with the last index, and b > 0 is chosen where that
/// is shorter.
///
/// Bits: Σ (b + 1 + ⌊(d − 1) / 2ᵇ⌋), at most n (b + 1) + ⌊(P − n) / 2ᵇ⌋ wherever the indices lie, and about n (b + 1 /
/// (1 − (1 − n / P)^2ᵇ)) where they lie at random.
struct PlaceCode: Hashable, Sendable {
  /// How many indices there are, k.
  let count: Int
  /// Below what they lie, P.
  let total: Int
  /// Bits of a gap that are written as they are, b.
  let lowBits: Int

  /// A code for `count` indices of 0..<`total`.
  init(count: Int, of total: Int) {
    precondition(count >= 0 && count <= total, "\(count) places of \(total)")
    self.count = count
    self.total = total
    let written = min(count, total - count)
    guard written > 0 else {
      lowBits = 0
      return
    }
    let golden = (5.0.squareRoot() + 1) / 2
    let ratio = ReproducibleMath.log(golden - 1) / ReproducibleMath.log(1 - Double(written) / Double(total))
    lowBits = max(0, 1 + Int(ratio.exponent))
  }

  /// Indices that are written, n.
  private var written: Int { min(count, total - count) }

  /// Bits of `places`, which ascend.
  func bitCount(_ places: [Int32]) -> Int {
    var previous: Int32 = -1
    return shorter(places).reduce(0) { bits, place in
      defer { previous = place }
      return bits + lowBits + 1 + Int(place - previous - 1) >> lowBits
    }
  }

  /// The most bits that any places need.
  var maximumBitCount: Int { written * (lowBits + 1) + (written > 0 ? (total - written) >> lowBits : 0) }

  /// The bits that places at random need on average, by the paper's formula.
  var expectedBitCount: Double {
    guard written > 0 else { return 0 }
    var miss = 1 - Double(written) / Double(total)
    for _ in 0..<lowBits { miss *= miss }
    return Double(written) * (Double(lowBits) + 1 / (1 - miss))
  }

  /// Appends `places`, which ascend.
  func write(_ places: [Int32], to writer: inout BitWriter) {
    var previous: Int32 = -1
    for place in shorter(places) {
      let gap = UInt32(place - previous - 1)
      previous = place
      var ones = Int(gap >> UInt32(lowBits))
      while ones > 31 {
        writer.append(.max, count: 31)
        ones -= 31
      }
      writer.append(1 << UInt32(ones) - 1, count: ones + 1)
      writer.append(gap, count: lowBits)
    }
  }

  /// The places that `write` wrote.
  ///
  /// - Throws: `CodecError` when they are not `count` places below `total`.
  func read(from reader: inout BitReader) throws -> [Int32] {
    var places: [Int32] = []
    places.reserveCapacity(written)
    var next = 0
    for _ in 0..<written {
      while try reader.read(1) == 1 {
        next += 1 << lowBits
        guard next < total else { throw Self.damaged }
      }
      next += Int(try reader.read(lowBits))
      guard next < total else { throw Self.damaged }
      places.append(Int32(next))
      next += 1
    }
    return shorter(places)
  }

  /// The places themselves, or the others where those are fewer; applied twice it gives the places back.
  private func shorter(_ places: [Int32]) -> [Int32] {
    count > total - count ? Places.others(than: places, of: total) : places
  }

  private static let damaged = CodecError(
    "a payload's places lie beyond its vector: it was damaged, or the codecs differ")
}
