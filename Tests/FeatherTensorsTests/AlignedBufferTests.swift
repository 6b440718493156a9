import FeatherTensors
import Testing

@Suite struct AlignedBufferTests {
  @Test(
    "a buffer of any size is zero at first, aligned, and keeps what is written",
    arguments: [0, 1, 17, 1 << 20, 3 << 20])
  func keeps(count: Int) {
    let buffer = AlignedBuffer(count: count)
    #expect(buffer.elements.count == count && buffer.elements.allSatisfy { $0 == 0 })
    #expect(UInt(bitPattern: buffer.base) % 64 == 0)
    buffer.assign((0..<count).map(Float.init))
    #expect(buffer.array == (0..<count).map(Float.init))
  }

  @Test("aligned floats are those that were written, shared without a copy", arguments: [0, 1, 17, 3 << 20])
  func floats(count: Int) {
    let values = (0..<count).map(Float.init)
    let floats = AlignedFloats(values)
    let other = AlignedFloats(count: count) { _ = $0.update(fromContentsOf: (0..<count).map(Float.init)) }
    #expect(Array(floats) == values && floats == other && floats.count == count)
    #expect(count == 0 || floats[count - 1] == Float(count - 1) && floats != AlignedFloats(values.dropLast()))
    #expect(AlignedFloats(count: count) { _ in }.allSatisfy { $0 == 0 })
    let places = [floats, floats, other].map { $0.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) } }
    #expect(places[0] == places[1] && places[0] != places[2] && places.allSatisfy { $0 % 64 == 0 })
  }

  @Test("floats that cannot be written throw what stopped them")
  func refused() {
    struct Refusal: Error {}
    #expect(throws: Refusal.self) { try AlignedFloats(count: 3) { _ in throw Refusal() } }
  }
}
