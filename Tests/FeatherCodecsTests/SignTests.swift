import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct SignTests {
  struct Case: Decodable {
    let ends: [Int]
    let values: [Float]
    let body: String
    let decoded: [Float]
  }

  @Test("4 bytes and a bit per value; the squared error is that of the contraction", arguments: updateLengths)
  func roundTrip(length: Int) throws {
    let update = sampleUpdate(length)
    let codec = SignCodec(parameters: length)
    let body = try codec.body(update)
    #expect(body.count == codec.expectedByteCount && body.count == (length == 0 ? 0 : 4) + (length + 7) / 8)
    let decoded = try codec.update(body)
    #expect(decoded.count == length)
    let square = Reductions.squaredNorm(update)
    let sum = update.reduce(0) { $0 + Double(abs($1)) }
    let error = Reductions.squaredDistance(decoded, update)
    // ‖C(x) − x‖² = (1 − ‖x‖₁² / (d ‖x‖²)) ‖x‖², but for the rounding of one magnitude to float32.
    #expect(abs(error - (square - sum * sum / Double(max(length, 1)))) <= 0x1p-22 * square)
  }

  @Test("bytes and values are those of NumPy, with a magnitude per slice")
  func reference() throws {
    let cases = try fixture("sign", as: [Case].self)
    #expect(cases.count == 4)
    for known in cases {
      let slices = zip([0] + known.ends.dropLast(), known.ends).map { $0..<$1 }
      let codec = SignCodec(parameters: known.values.count, slices: slices)
      let body = try codec.body(known.values)
      #expect(body.hex == known.body && body.count == codec.expectedByteCount)
      #expect(try codec.update(body) == known.decoded)
    }
  }

  @Test("zeros count as positive, slices may be empty, and the largest values have a magnitude")
  func edges() throws {
    let largest = Float.greatestFiniteMagnitude
    let codec = SignCodec(parameters: 4, slices: [0..<2, 2..<2, 2..<4])
    #expect(try codec.roundTrip([-0.0, -4, largest, -largest]) == [2, -2, largest, -largest])
  }

  @Test("wrong updates are refused, damaged bodies are refused or finite")
  func damage() throws {
    let codec = SignCodec(parameters: 33, slices: [0..<10, 10..<33])
    checkRefusals(codec, length: 33)
    try checkDamage(codec, length: 33)
    try checkClientsApart(codec, length: 33)
  }
}
