import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct ShippedValuesTests {
  /// A few hundred values of mixed scale, whose blocks differ.
  static func values(_ count: Int) -> [Float] {
    var stream = RandomStream(seed: 9, purpose: .codec)
    return (0..<count).map { Float(stream.normal()) * ($0 / 256 % 2 == 0 ? 1 : 1e-3) }
  }

  static func roundTrip(_ format: ShippedFormat, _ values: [Float]) throws -> [Float] {
    let bytes = try values.withUnsafeBufferPointer { try format.bytes($0) }
    #expect(bytes.count == format.byteCount(values.count))
    return try format.values(bytes[...], count: values.count)
  }

  @Test("float32 comes back bit by bit", arguments: [0, 1, 255, 256, 257, 1000])
  func float32(count: Int) throws {
    let values = Self.values(count)
    #expect(try Self.roundTrip(.float32, values) == values)
  }

  @Test("half precision is off by at most 2⁻¹¹ of each value", arguments: [0, 1, 255, 256, 257, 1000])
  func float16(count: Int) throws {
    let values = Self.values(count)
    let back = try Self.roundTrip(.float16, values)
    // Below 2⁻¹⁴ the error is absolute: half of the smallest subnormal, 2⁻²⁴.
    #expect(zip(values, back).allSatisfy { abs($0 - $1) <= max(abs($0) * 0x1p-11, 0x1p-25) })
  }

  @Test(
    "with 8 bits each value is off by at most half a level of its own block", arguments: [0, 1, 255, 256, 257, 1000])
  func eight(count: Int) throws {
    let values = Self.values(count)
    let back = try Self.roundTrip(.eight, values)
    for start in stride(from: 0, to: count, by: 256) {
      let block = start..<min(start + 256, count)
      let largest = values[block].reduce(0) { max($0, abs($1)) }
      // The division and the product round by 2⁻²⁴ of the value each.
      #expect(block.allSatisfy { abs(values[$0] - back[$0]) <= largest / 254 + largest * 0x1p-23 })
    }
  }

  @Test("8 bits lie on the wire as written out by hand: a scale, levels, the next scale")
  func byHand() throws {
    let values: [Float] = [254, -254, 3, 1, -5, 0] + [Float](repeating: 0, count: 250) + [127, -1]
    let bytes = try values.withUnsafeBufferPointer { try ShippedFormat.eight.bytes($0) }
    // Scale 2: 3 / 2 and 1 / 2 and −5 / 2 lie between two levels and go to the even one.
    #expect(Array(bytes[..<10]) == [0, 0, 0, 0x40, 127, 0x81, 2, 0, 0xFE, 0])
    #expect(Array(bytes[260...]) == [0, 0, 0x80, 0x3F, 127, 0xFF])
    #expect(ShippedFormat.eight.byteCount(258) == 266 && bytes.count == 266)
  }

  @Test("zeros stay zeros, and tiny and huge values are held or refused", arguments: ShippedFormat.allCases)
  func extremes(format: ShippedFormat) throws {
    #expect(try Self.roundTrip(format, [0, 0, 0]) == [0, 0, 0])
    #expect(try Self.roundTrip(format, [.leastNonzeroMagnitude]).count == 1)
    for value in [Float.infinity, .nan, -.infinity] {
      let error = #expect(throws: CodecError.self) { try Self.roundTrip(format, [1, value]) }
      #expect(error?.description.hasPrefix("value 1 of a shipped half is \(value)") == true)
    }
    guard format == .float32 else {
      #expect(throws: CodecError.self) { try Self.roundTrip(format, [.greatestFiniteMagnitude]) }
      return
    }
    #expect(try Self.roundTrip(format, [.greatestFiniteMagnitude]) == [.greatestFiniteMagnitude])
  }

  @Test("bytes of another length, or of values that are not finite, are refused", arguments: ShippedFormat.allCases)
  func damaged(format: ShippedFormat) throws {
    let values = Self.values(300)
    let bytes = try values.withUnsafeBufferPointer { try format.bytes($0) }
    for count in [0, 1, 4, bytes.count - 1] {
      #expect(throws: CodecError.self) { try format.values(bytes[..<count], count: 300) }
    }
    #expect(throws: CodecError.self) { try format.values((bytes + [0])[...], count: 300) }
    // All ones: NaN in both float formats, and in a scale.
    let ones = [UInt8](repeating: 0xFF, count: bytes.count)
    #expect(throws: CodecError.self) { try format.values(ones[...], count: 300) }
  }
}
