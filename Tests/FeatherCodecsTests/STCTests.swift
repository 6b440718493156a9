import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct STCTests {
  @Test("the k largest become the mean of their own magnitudes, in the bytes foretold", arguments: updateLengths)
  func roundTrip(length: Int) throws {
    let update = sampleUpdate(length)
    for fraction in TopKTests.fractions {
      let count = TopKCodec.count(fraction: fraction, of: length)
      let codec = STCCodec(parameters: length, count: count)
      let body = try codec.body(update)
      let places = Places.largest(count, of: update)
      #expect(body.count == codec.byteCount(places: places) && body.count <= codec.maximumByteCount)
      let decoded = try codec.update(body)
      #expect(decoded.count == length)
      let mean = places.reduce(0) { $0 + Double(abs(update[Int($1)])) } / Double(max(count, 1))
      var expected = [Float](repeating: 0, count: length)
      for place in places { expected[Int(place)] = update[Int(place)] < 0 ? -Float(mean) : Float(mean) }
      // Sums in another order: the mean may round to the neighbouring float.
      #expect(zip(decoded, expected).allSatisfy { abs($0 - $1) <= Float(mean).ulp })
      let square = Reductions.squaredNorm(update)
      let error = Reductions.squaredDistance(decoded, update)
      #expect(abs(error - (square - Double(count) * mean * mean)) <= 0x1p-22 * square)
    }
  }

  @Test("the mean is over the kept elements, not over zeros too")
  func mean() throws {
    #expect(try STCCodec(parameters: 6, count: 2).roundTrip([0.1, -3, 0, 5, 0.2, 0]) == [0, -4, 0, 4, 0, 0])
  }

  @Test("bytes and values are those of NumPy")
  func reference() throws {
    for known in try fixture("topk", as: [TopKTests.Case].self) {
      let codec = STCCodec(parameters: known.values.count, count: known.count)
      let body = try codec.body(known.values)
      #expect(body.hex == known.stcBody && body.count == codec.byteCount(places: known.places))
      #expect(try codec.update(body) == known.stcDecoded)
    }
  }

  @Test("places at random need the bytes of the paper's equation")
  func expected() {
    let codec = STCCodec(parameters: 100_000, count: 400)
    var stream = RandomStream(seed: 1, purpose: .codec)
    let bytes = (0..<20).map { _ in codec.byteCount(places: Places.random(400, of: 100_000, &stream)) }
    // Its b̄ at p = 1/250 is 7 + 1 / (1 − (1 − p)¹²⁸) = 9.491, and a bit for the sign.
    #expect(codec.expectedByteCount == 4 + (3_797 + 400 + 7) / 8)
    #expect(abs(Double(bytes.reduce(0, +)) / 20 - Double(codec.expectedByteCount)) < 400.0.squareRoot() / 8 + 2)
  }

  @Test("the largest finite values have a mean")
  func extremes() throws {
    let largest = Float.greatestFiniteMagnitude
    #expect(try STCCodec(parameters: 3, count: 2).roundTrip([largest, 0, -largest]) == [largest, 0, -largest])
  }

  @Test("wrong updates are refused, damaged bodies are refused or finite", arguments: [1, 5, 30])
  func damage(count: Int) throws {
    let codec = STCCodec(parameters: 33, count: count)
    checkRefusals(codec, length: 33)
    try checkDamage(codec, length: 33)
    try checkClientsApart(codec, length: 33)
  }
}
