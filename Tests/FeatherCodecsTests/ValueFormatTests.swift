import FeatherNetworks
import FeatherTensors
import Foundation
import Testing

@testable import FeatherCodecs

@Suite struct ValueFormatTests {
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
    let format = try #require(ValueFormat(rawValue: known.bits))
    let body = try format.bytes(known.values)
    #expect(body.map { String(format: "%02x", $0) }.joined() == known.body)
    #expect(body.count == format.byteCount(known.values.count))
    #expect(try format.values(body[...], count: known.values.count) == known.decoded)
  }

  @Test("every value is off by at most half a level", arguments: [ValueFormat.four, .eight])
  func errorBound(bits: ValueFormat) throws {
    var stream = RandomStream(seed: 3, purpose: .codec)
    for signed in [true, false] {
      let values = (0..<1000).map { _ in stream.uniformFloat() - (signed ? 0.5 : 0) }
      let decoded = try bits.values(bits.bytes(values)[...], count: values.count)
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
    #expect(try #require(ValueFormat(rawValue: bits)).byteCount(32) == bytes)
  }

  @Test("over the identity codec, encoder and decoder agree and the decoder sees only bytes")
  func overIdentity() throws {
    let codec = IdentityCodec(parameters: 4, values: .eight)
    let encoder = try codec.encoder(from: nil)
    let decoder = try codec.decoder(from: nil)
    let body = try encoder.encode([127, -127, 1, 0]).body
    #expect(body.count == 4 + 4)
    #expect(try decoder.decode(body) == [127, -127, 1, 0])
  }

  @Test("values that the bits cannot hold are refused with their index", arguments: [Float.nan, .infinity, 70000])
  func refused(value: Float) {
    let bits: [ValueFormat] = value.isFinite ? [.sixteen] : [.four, .eight, .sixteen]
    for bits in bits {
      let error = #expect(throws: CodecError.self) { try bits.bytes([1, value]) }
      #expect(error?.description.hasPrefix("value 1 of an upload is \(value)") == true)
    }
  }

  @Test("a payload of another length or with a scale that is no number is refused")
  func damaged() throws {
    let body = try ValueFormat.eight.bytes([1, 2, 3])
    #expect(throws: CodecError.self) { try ValueFormat.eight.values(body[...], count: 4) }
    #expect(throws: CodecError.self) { try ValueFormat.four.values(body[...], count: 3) }
    let nan: [UInt8] = [0, 0, 0xC0, 0x7F, 1]
    #expect(throws: CodecError.self) { try ValueFormat.eight.values(nan[...], count: 1) }
  }
}
