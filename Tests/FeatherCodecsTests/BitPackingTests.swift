import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct BitPackingTests {
  @Test("bits lie lowest first, as written out by hand")
  func byHand() {
    var writer = BitWriter()
    writer.append(0b101, count: 3)
    writer.append(0b01, count: 2)
    writer.append(0b1111, count: 4)
    writer.append(0xFFFF_FFFF, count: 32)
    // 101 01 111 | 1 and 32 ones: 41 bits in six bytes.
    #expect(writer.finish() == [0b1110_1101, 0xFF, 0xFF, 0xFF, 0xFF, 1])
    #expect(
      BitWriter.byteCount(bits: 41) == 6 && BitWriter.byteCount(bits: 40) == 5 && BitWriter.byteCount(bits: 0) == 0)
  }

  @Test("numbers of random widths come back, and the reader ends where the writer did")
  func roundTrip() throws {
    var stream = RandomStream(seed: 4, purpose: .codec)
    let numbers = (0..<5_000).map { _ in
      let count = stream.integer(below: 33)
      return (value: count == 0 ? 0 : stream.nextWord() >> UInt32(32 - count), count: count)
    }
    var writer = BitWriter(after: [7])
    for number in numbers { writer.append(number.value, count: number.count) }
    let bytes = writer.finish()
    #expect(bytes.count == 1 + BitWriter.byteCount(bits: numbers.reduce(0) { $0 + $1.count }))
    var reader = BitReader(bytes.dropFirst())
    for number in numbers { #expect(try reader.read(number.count) == number.value) }
    try reader.finish()
  }

  @Test("a reader refuses to read on behind the end, and to leave anything but zero bits")
  func ends() throws {
    var short = BitReader([0xFF])
    _ = try short.read(5)
    #expect(throws: CodecError.self) { try short.read(4) }
    #expect(throws: CodecError.self) { try short.finish() }
    var long = BitReader([0x01, 0x00])
    _ = try long.read(1)
    #expect(throws: CodecError.self) { try long.finish() }
    var exact = BitReader([0x01])
    _ = try exact.read(1)
    #expect(throws: Never.self) { try exact.finish() }
  }
}
