import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct TopKTests {
  struct Case: Decodable {
    let count: Int
    let values: [Float]
    let places: [Int32]
    let body: String
    let decoded: [Float]
    let stcBody: String
    let stcDecoded: [Float]
  }

  static let fractions = [0.001, 0.01, 0.1, 0.5, 0.7, 1]

  @Test("exactly the k largest come back and the bytes are those foretold", arguments: updateLengths)
  func roundTrip(length: Int) throws {
    let update = sampleUpdate(length)
    for fraction in Self.fractions {
      let count = TopKCodec.count(fraction: fraction, of: length)
      let codec = TopKCodec(parameters: length, count: count)
      let body = try codec.body(update)
      let places = Places.largest(count, of: update)
      #expect(body.count == codec.byteCount(places: places) && body.count <= codec.maximumByteCount)
      let decoded = try codec.update(body)
      #expect(decoded.count == length && places.count == count)
      let sorted = update.indices.sorted { (abs(update[$0]), $1) > (abs(update[$1]), $0) }.prefix(count).sorted()
      #expect(places.map { Int($0) } == sorted)
      var expected = [Float](repeating: 0, count: length)
      for place in sorted { expected[place] = update[place] }
      #expect(decoded == expected)
      let bound = (1 - Double(count) / Double(max(length, 1))) * Reductions.squaredNorm(update)
      #expect(Reductions.squaredDistance(decoded, update) <= bound)
    }
  }

  @Test("places, bytes and values are those of NumPy")
  func reference() throws {
    let cases = try fixture("topk", as: [Case].self)
    #expect(cases.count == 11)
    for known in cases {
      let codec = TopKCodec(parameters: known.values.count, count: known.count)
      #expect(Places.largest(known.count, of: known.values) == known.places)
      let body = try codec.body(known.values)
      #expect(body.hex == known.body && body.count == codec.byteCount(places: known.places))
      #expect(try codec.update(body) == known.decoded)
    }
  }

  @Test("among equal magnitudes the lower index is kept, whatever the signs; zeros come last")
  func ties() {
    #expect(Places.largest(2, of: [1, -2, 2, -2, 0]) == [1, 2])
    #expect(Places.largest(3, of: [0, -0.0, 0, 0, 1]) == [0, 1, 4])
    #expect(Places.largest(4, of: [Float](repeating: -1, count: 9)) == [0, 1, 2, 3])
    #expect(Places.largest(1, of: [0x1p-149, -0x1p-148, 0x1p-149]) == [1])
    #expect(Places.largest(1, of: [1, Float(1).nextUp, 1]) == [1])
  }

  @Test("a fraction is rounded to a count, at least one of any and at most all")
  func fraction() {
    #expect(TopKCodec.count(fraction: 0.01, of: 550_570) == 5_506)
    #expect(TopKCodec.count(fraction: 1e-9, of: 17) == 1 && TopKCodec.count(fraction: 0.5, of: 0) == 0)
    #expect(TopKCodec.count(fraction: 1, of: 17) == 17 && TopKCodec.count(fraction: 7, of: 17) == 17)
  }

  @Test("values in fewer bits cost what the format says and keep its error", arguments: ValueFormat.allCases)
  func formats(values: ValueFormat) throws {
    let update = sampleUpdate(1_000)
    let codec = TopKCodec(parameters: 1_000, count: 50, values: values)
    let places = Places.largest(50, of: update)
    let body = try codec.body(update)
    #expect(body.count == codec.byteCount(places: places))
    let plain = TopKCodec(parameters: 1_000, count: 50)
    #expect(body.count - values.byteCount(50) == plain.byteCount(places: places) - 200)
    let exact = try plain.roundTrip(update)
    let largest = exact.reduce(0) { max($0, abs($1)) }
    let bound: Float = [.four: 1 / 14, .eight: 1 / 254, .sixteen: 0x1p-11, .float32: 0][values] ?? 0
    #expect(zip(try codec.update(body), exact).allSatisfy { abs($0 - $1) <= bound * largest * 1.000_001 })
  }

  @Test("places at random need the expected bytes")
  func expected() {
    let codec = TopKCodec(parameters: 100_000, count: 1_000)
    var stream = RandomStream(seed: 1, purpose: .codec)
    let bytes = (0..<20).map { _ in codec.byteCount(places: Places.random(1_000, of: 100_000, &stream)) }
    // 8.1 bits for a place and 32 for a value; scatter as in PlaceCode, two bytes for roundings.
    #expect(codec.expectedByteCount == 1_014 + 4_000)
    #expect(abs(Double(bytes.reduce(0, +)) / 20 - Double(codec.expectedByteCount)) < 1_000.0.squareRoot() / 8 + 2)
  }

  @Test("wrong updates are refused, damaged bodies are refused or finite", arguments: [1, 5, 30])
  func damage(count: Int) throws {
    let codec = TopKCodec(parameters: 33, count: count)
    checkRefusals(codec, length: 33)
    try checkDamage(codec, length: 33)
    try checkClientsApart(codec, length: 33)
    try checkDamage(TopKCodec(parameters: 33, count: count, values: .sixteen), length: 33, mutations: 20_000)
  }
}
