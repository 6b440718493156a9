import FeatherNetworks
import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct PayloadTests {
  @Test("the checksum is CRC-16/XMODEM: its check value is 0x31C3")
  func checkValue() {
    #expect(Self.checksum(Array("123456789".utf8)) == 0x31C3)
    #expect(Self.checksum([]) == 0)
    let parts = Array("123456789".utf8)
    #expect(Self.checksum(Array(parts[4...]), after: Self.checksum(Array(parts[..<4]))) == 0x31C3)
  }

  @Test(
    "the checksum of any number of bytes is the remainder of a division bit by bit",
    arguments: [1, 15, 16, 17, 63, 64, 65, 128, 255, 4099])
  func remainder(count: Int) {
    var stream = RandomStream(seed: 2, purpose: .codec)
    let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: stream.nextWord()) }
    for earlier in [UInt16(0), 0x8000, 0xA5C3] {
      var remainder = earlier
      for byte in bytes {
        for bit in (0..<8).reversed() {
          let isSet = (remainder >> 15 == 1) != (byte >> bit & 1 == 1)
          remainder = remainder << 1 ^ (isSet ? 0x1021 : 0)
        }
      }
      #expect(Self.checksum(bytes, after: earlier) == remainder)
    }
  }

  private static func checksum(_ bytes: [UInt8], after earlier: UInt16 = 0) -> UInt16 {
    bytes.withUnsafeBytes { CRC16.value(of: $0, after: earlier) }
  }

  @Test("floats of every kind lie on the wire as an independent writer puts them")
  func goldenBytes() throws {
    let golden = try CodecsFixture.load().floats
    let values = golden.bits.map(Float.init(bitPattern:))
    let payload = try Payload(.floats, values: values)
    #expect(payload.bytes == (try bytes(golden.payload)))
    let received = Payload(received: try bytes(golden.payload))
    #expect(try received.values(.floats, count: values.count).map(\.bitPattern) == golden.bits)
  }

  @Test("the identity codec gives every bit back and costs 4 P + 8 bytes", arguments: [0, 1, 2, 17, 15_910])
  func identity(count: Int) throws {
    var stream = RandomStream(seed: 1, purpose: .codec)
    // Random bits after a quiet and a signalling NaN with payloads, −0 and the smallest subnormal.
    let special: [UInt32] = [0x7FC1_2345, 0xFF81_2345, 0x8000_0000, 0x0000_0001]
    let bits = (0..<count).map { $0 < special.count ? special[$0] : stream.nextWord() }
    let codec = IdentityCodec(parameters: count)
    let encoder = try codec.encoder(from: nil)
    let decoder = try codec.decoder(from: nil)
    let payload = try codec.payload(encoder.encode(bits.map(Float.init(bitPattern:))))
    #expect(Payload.headerByteCount == 8)
    #expect(payload.byteCount == 4 * count + 8 && payload.bytes.count == payload.byteCount)
    #expect(payload.overheadByteCount == 8 && payload.contentByteCount == 4 * count)
    let decoded = try decoder.decode(Array(Payload(received: payload.bytes).body(expecting: .floats)))
    #expect(decoded.map(\.bitPattern) == bits)
  }

  @Test("the identity codec ships nothing, fits nothing and refuses an update of another length")
  func identityConfiguration() throws {
    let codec = IdentityCodec(parameters: 4)
    #expect(codec.latentSize == 4 && codec.parameterCounts == (0, 0) && !codec.isFitted && codec.input == .weights)
    let set = SnapshotSet(fitted: [[0, 0, 0, 0]], heldOut: [])
    #expect(throws: CodecError.self) { try codec.fit(set, seed: 1, client: 0) }
    let encoder = try codec.encoder(from: nil)
    #expect(throws: CodecError.self) { try encoder.encode([1, 2, 3]) }
    let decoder = try codec.decoder(from: nil)
    #expect(throws: CodecError.self) { try decoder.decode([UInt8](repeating: 0, count: 12)) }
  }

  /// One payload of each kind with the decoding that takes it.
  static func samples() throws -> [(bytes: [UInt8], decode: (Payload) throws -> Void)] {
    let codec = autoencoder(3, latent: 2)
    let description = try NetworkShipment.payload(
      codec.decoderArchitecture, parameters: (0..<codec.parameterCounts.decoder).map { Float($0) })
    return [
      (try Payload(.floats, values: [1, -2, 3.5]).bytes, { _ = try $0.values(.floats, count: 3) }),
      (try Payload(.latent, values: [0, 0]).bytes, { _ = try $0.values(.latent, count: 2) }),
      (description.bytes, { _ = try codec.decoder(from: $0) }),
    ]
  }

  @Test("a payload with any one byte changed is refused", arguments: 0..<3)
  func changedByte(index: Int) throws {
    let (whole, decode) = try Self.samples()[index]
    try decode(Payload(received: whole))
    for place in whole.indices {
      for difference in 1...255 {
        var damaged = whole
        damaged[place] ^= UInt8(difference)
        #expect(throws: CodecError.self, "byte \(place), \(difference)") { try decode(Payload(received: damaged)) }
      }
    }
  }

  @Test("a payload that was cut short or extended is refused", arguments: 0..<3)
  func otherLength(index: Int) throws {
    let (whole, decode) = try Self.samples()[index]
    for count in 0..<whole.count {
      #expect(throws: CodecError.self, "\(count) bytes") { try decode(Payload(received: Array(whole.prefix(count)))) }
      #expect(Payload(received: Array(whole.prefix(count))).overheadByteCount == min(count, 8))
    }
    for extra in 1...9 {
      #expect(throws: CodecError.self) { try decode(Payload(received: whole + [UInt8](repeating: 0, count: extra))) }
    }
  }

  @Test("two bytes that changed places are refused")
  func swappedBytes() throws {
    for (whole, decode) in try Self.samples() {
      for place in 0..<whole.count - 1 where whole[place] != whole[place + 1] {
        var damaged = whole
        damaged.swapAt(place, place + 1)
        #expect(throws: CodecError.self) { try decode(Payload(received: damaged)) }
      }
    }
  }

  @Test("intact bytes of another kind or another number of values are refused", arguments: Payload.Kind.allCases)
  func otherKind(kind: Payload.Kind) throws {
    let payload = try Payload(kind, values: [1, 2, 3])
    for other in Payload.Kind.allCases where other != kind {
      #expect(throws: CodecError.self) { try payload.values(other, count: 3) }
    }
    for count in [0, 2, 4, 15_910] {
      #expect(throws: CodecError.self) { try payload.values(kind, count: count) }
    }
    #expect(try payload.values(kind, count: 3) == [1, 2, 3])
  }
}
