import FeatherNetworks
import FeatherTensors
import Foundation
import Testing

@testable import FeatherCodecs

@Suite struct QuantisedCodecTests {
  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    let name: String
    let bits: Int
    let values: [Float]
    let body: String
    let decoded: [Float]
    var testDescription: String { "\(name), \(bits) bits" }
  }

  static let cases: [Case] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/quantise.json")
    // A missing fixture gives no cases, and the count below fails.
    return (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: file))) ?? []
  }()

  @Test("the fixture has every case")
  func fixture() {
    #expect(Self.cases.count == 21)
  }

  @Test("bytes and decoded values are those of NumPy", arguments: cases)
  func reference(_ known: Case) throws {
    let quantiser = Quantiser(try #require(QuantisedCodec.Bits(rawValue: known.bits)))
    let payload = try quantiser.payload(known.values)
    let body = payload.bytes.dropFirst(Payload.headerByteCount)
    #expect(body.map { String(format: "%02x", $0) }.joined() == known.body)
    #expect(payload.contentByteCount == quantiser.byteCount(known.values.count))
    #expect(try quantiser.values(Payload(received: payload.bytes), count: known.values.count) == known.decoded)
  }

  @Test("every value is off by at most half a level", arguments: [QuantisedCodec.Bits.four, .eight])
  func errorBound(bits: QuantisedCodec.Bits) throws {
    var stream = RandomStream(seed: 3, purpose: .codec)
    for signed in [true, false] {
      let values = (0..<1000).map { _ in stream.uniformFloat() - (signed ? 0.5 : 0) }
      let quantiser = Quantiser(bits)
      let decoded = try quantiser.values(quantiser.payload(values), count: values.count)
      let levels = Float(signed ? 1 << (bits.rawValue - 1) - 1 : 1 << bits.rawValue - 1)
      let bound = (values.map(abs).max() ?? 0) / levels / 2
      // A rounding of the division and one of the product, each 2⁻²⁴ of the largest value, come on top.
      #expect(zip(values, decoded).allSatisfy { abs($0 - $1) <= bound + 2 * 0x1p-24 })
    }
  }

  @Test(
    "an upload of K latents has K values of the bits and one scale on the wire",
    arguments: zip([4, 8, 16], [20, 36, 64]))
  func sizes(bits: Int, bytes: Int) throws {
    #expect(Quantiser(try #require(QuantisedCodec.Bits(rawValue: bits))).byteCount(32) == bytes)
  }

  @Test("over the identity codec, encoder and decoder agree and the decoder sees only bytes")
  func overIdentity() throws {
    let codec = QuantisedCodec(IdentityCodec(parameters: 4), bits: .eight)
    var encoder = try codec.encoder(from: nil)
    var decoder = try codec.decoder(from: nil)
    let payload = try encoder.encode([127, -127, 1, 0]).payload
    #expect(payload.byteCount == 8 + 4 + 4)
    #expect(try decoder.decode(Payload(received: payload.bytes)) == [127, -127, 1, 0])
  }

  @Test("values that the bits cannot hold are refused with their index", arguments: [Float.nan, .infinity, 70000])
  func refused(value: Float) {
    let bits: [QuantisedCodec.Bits] = value.isFinite ? [.sixteen] : QuantisedCodec.Bits.allCases
    for bits in bits {
      let error = #expect(throws: CodecError.self) { try Quantiser(bits).payload([1, value]) }
      #expect(error?.description.hasPrefix("value 1 of an upload is \(value)") == true)
    }
  }

  @Test("a payload of another length or with a scale that is no number is refused")
  func damaged() throws {
    let payload = try Quantiser(.eight).payload([1, 2, 3])
    #expect(throws: CodecError.self) { try Quantiser(.eight).values(payload, count: 4) }
    #expect(throws: CodecError.self) { try Quantiser(.four).values(payload, count: 3) }
    let nan = try Payload(.quantised, contentByteCount: 5) { $0.copyBytes(from: [0, 0, 0xC0, 0x7F, 1]) }
    #expect(throws: CodecError.self) { try Quantiser(.eight).values(nan, count: 1) }
  }
}
