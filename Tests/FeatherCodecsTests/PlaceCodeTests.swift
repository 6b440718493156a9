import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct PlaceCodeTests {
  /// Bits that gaps at random need with `low` bits as they are: the paper's equation.
  private func expectedBits(_ share: Double, low: Int) -> Double {
    var miss = 1 - share
    for _ in 0..<low { miss *= miss }
    return Double(low) + 1 / (1 - miss)
  }

  @Test("the low bits are those that the paper's equation needs fewest bits with")
  func parameter() {
    for total in [10, 1_000, 550_570, 100_000_000] {
      for count in [1, 2, 3, total / 1_000, total / 100, total / 10, total / 3, total / 2] where count > 0 {
        let share = Double(count) / Double(total)
        let low = PlaceCode(count: count, of: total).lowBits
        let bits = expectedBits(share, low: low)
        // A sum of two roundings away from a tie, both choices are as good.
        #expect((0..<31).allSatisfy { bits <= expectedBits(share, low: $0) * (1 + 1e-9) }, "\(count) of \(total)")
      }
    }
    #expect(PlaceCode(count: 10, of: 1_000).lowBits == 6)
    #expect(abs(PlaceCode(count: 10, of: 1_000).expectedBitCount - 81.08) < 0.01)
  }

  @Test("a code by hand: gaps 3, 6 and 1 with one low bit")
  func byHand() throws {
    let code = PlaceCode(count: 3, of: 10)
    #expect(code.lowBits == 1)
    var writer = BitWriter()
    code.write([2, 8, 9], to: &writer)
    // Gaps less one are 2, 5, 0: 1 0 0, 1 1 0 1, 0 0; the first bit is the lowest.
    #expect(writer.finish() == [0b0101_1001, 0b0])
    #expect(code.bitCount([2, 8, 9]) == 9)
  }

  @Test("places of every count come back, in the bits that were foretold and no more than the most")
  func roundTrip() throws {
    var stream = RandomStream(seed: 2, purpose: .codec)
    for total in [0, 1, 2, 3, 17, 64, 200, 1_000] {
      for count in total <= 200 ? Array(0...total) : [0, 1, 10, 100, 499, 500, 501, 999, 1_000] {
        let code = PlaceCode(count: count, of: total)
        let last = (0..<Int32(total)).suffix(count)
        let first = (0..<Int32(total)).prefix(count)
        for places in [Places.random(count, of: total, &stream), Array(first), Array(last)] {
          var writer = BitWriter()
          code.write(places, to: &writer)
          let bits = code.bitCount(places)
          let bytes = writer.finish()
          #expect(bytes.count == BitWriter.byteCount(bits: bits) && bits <= code.maximumBitCount)
          var reader = BitReader(bytes[...])
          #expect(try code.read(from: &reader) == places)
          try reader.finish()
        }
      }
    }
  }

  @Test("places at random need the expected bits", arguments: [0.001, 0.01, 0.1, 0.3, 0.5, 0.9])
  func expected(share: Double) {
    let total = 100_000
    let code = PlaceCode(count: Int(share * Double(total)), of: total)
    var stream = RandomStream(seed: 6, purpose: .codec)
    let bits = (0..<20).map { _ in Double(code.bitCount(Places.random(code.count, of: total, &stream))) }
    // The sum over n gaps scatters by less than √n bits, the mean of 20 by less than a quarter of that; that exactly n of P are drawn
    // ends the last gap early, which is worth less than two bits.
    let written = Double(min(code.count, total - code.count))
    #expect(abs(bits.reduce(0, +) / 20 - code.expectedBitCount) < written.squareRoot() + 2)
  }

  @Test("all or none cost nothing, and places beyond the vector are refused")
  func ends() {
    #expect(PlaceCode(count: 9, of: 9).maximumBitCount == 0 && PlaceCode(count: 0, of: 9).maximumBitCount == 0)
    let code = PlaceCode(count: 2, of: 20)
    var reader = BitReader([0b1111_1111, 0b1111_1111, 0b1111_1111, 0xFF])
    #expect(throws: CodecError.self) { try code.read(from: &reader) }
  }
}
