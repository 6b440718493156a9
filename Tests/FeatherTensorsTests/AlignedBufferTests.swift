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
}
