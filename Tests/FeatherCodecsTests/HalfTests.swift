import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct HalfTests {
  struct Case: Decodable {
    let format: String
    let values: [UInt32]
    let body: String
    let decoded: [UInt32]
  }

  @Test("every value comes back within half a unit in the last place, 2 P bytes", arguments: updateLengths)
  func roundTrip(length: Int) throws {
    let update = sampleUpdate(length)
    for (format, relative, absolute) in [(HalfCodec.Format.float16, 0x1p-11, 0x1p-25), (.bfloat16, 0x1p-8, 0x1p-134)] {
      let codec = HalfCodec(parameters: length, format: format)
      let body = try codec.body(update)
      #expect(body.count == codec.expectedByteCount && body.count == 2 * length)
      let decoded = try codec.update(body)
      #expect(decoded.count == length)
      #expect(zip(update, decoded).allSatisfy { abs(Double($0 - $1)) <= max(relative * Double(abs($0)), absolute) })
    }
  }

  @Test("bytes are those of NumPy's half and PyTorch's bfloat16: ties, subnormal and largest values")
  func reference() throws {
    let cases = try fixture("half", as: [Case].self)
    #expect(cases.count == 2)
    for known in cases {
      let format = try #require(HalfCodec.Format(rawValue: known.format))
      let codec = HalfCodec(parameters: known.values.count, format: format)
      let body = try codec.body(known.values.map { Float(bitPattern: $0) })
      #expect(body.hex == known.body)
      #expect(try codec.update(body).map(\.bitPattern) == known.decoded)
    }
  }

  @Test("values beyond a format's range are refused with their index, the largest within it are not")
  func range() throws {
    let half = HalfCodec(parameters: 2, format: .float16)
    #expect(try half.roundTrip([65_504, -65_504]) == [65_504, -65_504])
    let error = #expect(throws: CodecError.self) { try half.body([0, -65_505]) }
    #expect(error?.description.contains("value 1 ") == true)
    let brain = HalfCodec(parameters: 2, format: .bfloat16)
    // 2¹²⁸ − 2¹¹⁹ is half way from the largest bfloat16 to 2¹²⁸, and a tie goes to the even one: infinity.
    let tie = Float(bitPattern: 0x7F7F_8000)
    #expect(try brain.roundTrip([tie.nextDown, -tie.nextDown]) == [0x1.FEp127, -0x1.FEp127])
    let other = #expect(throws: CodecError.self) { try brain.body([0, -tie]) }
    #expect(other?.description.contains("value 1 ") == true)
  }

  @Test("wrong updates are refused, damaged bodies are refused or finite", arguments: HalfCodec.Format.allCases)
  func damage(format: HalfCodec.Format) throws {
    let codec = HalfCodec(parameters: 33, format: format)
    checkRefusals(codec, length: 33)
    try checkDamage(codec, length: 33)
    try checkClientsApart(codec, length: 33)
  }
}
