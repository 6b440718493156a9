import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct CountSketchTests {
  struct Case: Decodable {
    let rows: Int
    let columns: Int
    let count: Int
    let seed: UInt64
    let round: Int
    let values: [Float]
    let table: String
    let decoded: [Float]
  }

  @Test("a table of r c cells gives back k elements", arguments: updateLengths)
  func roundTrip(length: Int) throws {
    let update = sampleUpdate(length)
    let codec = CountSketchCodec(parameters: length, columns: 1 + length / 20)
    let body = try codec.body(update)
    #expect(body.count == codec.expectedByteCount && body.count == 4 * 5 * (1 + length / 20))
    #expect(codec.count == min(length, max(1, codec.columns / 10)))
    let decoded = try codec.update(body)
    #expect(decoded.count == length && decoded.count { $0 != 0 } <= codec.count)
  }

  @Test("tables and recovered elements are those of NumPy with the same random words")
  func reference() throws {
    let cases = try fixture("sketch", as: [Case].self)
    #expect(cases.count == 6)
    for known in cases {
      let codec = CountSketchCodec(
        parameters: known.values.count, rows: known.rows, columns: known.columns, count: known.count)
      let occasion = Occasion(seed: known.seed, client: 5, round: known.round)
      let body = try codec.body(known.values, at: occasion)
      #expect(body.hex == known.table)
      #expect(try codec.update(body, at: occasion) == known.decoded)
    }
  }

  @Test("elements that stand out are found, with little error")
  func heavyHitters() throws {
    var update = sampleUpdate(20_000).map { $0 * 0.01 }
    let heavy = (0..<50).map { 17 + 397 * $0 }
    for place in heavy { update[place] = place % 2 == 0 ? 3 : -2 }
    let decoded = try CountSketchCodec(parameters: 20_000, columns: 4_000, count: 50).roundTrip(update)
    #expect(decoded.indices.filter { decoded[$0] != 0 } == heavy)
    // Three of the five rows hold a place alone but for noise of standard deviation 0.0003 √5: 0.02 is far beyond it.
    #expect(heavy.allSatisfy { abs(decoded[$0] - update[$0]) < 0.02 })
  }

  @Test("with more columns than elements collide in, all of a sparse update comes back")
  func sparse() throws {
    var update = [Float](repeating: 0, count: 3_000)
    for place in 0..<20 { update[place * 149] = Float(place) - 9.5 }
    #expect(try CountSketchCodec(parameters: 3_000, columns: 5_000, count: 20).roundTrip(update) == update)
  }

  @Test("linear: tables of whole numbers add up, exactly")
  func linear() {
    let coder = CountSketchCoder(codec: CountSketchCodec(parameters: 900, columns: 40))
    let a = (0..<900).map { Float($0 % 37 - 18) }
    let b = (0..<900).map { Float($0 % 23 * 3 - 30) }
    let client = Occasion(seed: 4, client: 1, round: 2)
    let other = Occasion(seed: 4, client: 8, round: 2)
    let sum = coder.table(of: zip(a, b).map { $0 + $1 }, at: client)
    #expect(zip(coder.table(of: a, at: client), coder.table(of: b, at: other)).map { $0 + $1 } == sum)
  }

  @Test("a row's estimate is unbiased with variance (‖x‖² − x_i²) / c: 10,000 hash functions")
  func unbiased() throws {
    let update = sampleUpdate(30, seed: 12)
    let codec = CountSketchCodec(parameters: 30, rows: 1, columns: 8, count: 30)
    // 30 elements: beyond 4 lies 6e-5 of a normal distribution.
    #expect(try largestZ(codec, update) < 4)
    let (place, square) = (2, Reductions.squaredNorm(update))
    let errors = try (0..<10_000).map { round in
      let decoded = try codec.roundTrip(update, at: Occasion(seed: 5, client: 0, round: round))
      return Double(decoded[place] - update[place])
    }
    let expected = (square - Double(update[place] * update[place])) / 8
    let variance = errors.reduce(0) { $0 + $1 * $1 } / 10_000
    // Squares of sparse sums have a standard deviation of about 3 means; a hundredth of that, four times: 12 %.
    #expect(abs(variance / expected - 1) < 0.12)
  }

  @Test("an even number of rows gives the mean of the middle two")
  func evenRows() throws {
    let codec = CountSketchCodec(parameters: 1, rows: 4, columns: 1, count: 1)
    let signs = try codec.body([1]).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    let cells = zip(signs, [7, 1, 4, 2]).map { $0 * $1 }
    #expect(try codec.update(cells.withUnsafeBytes { Array($0) }) == [3])
  }

  @Test("all clients hash alike, rounds and seeds do not")
  func keys() throws {
    let codec = CountSketchCodec(parameters: 500, columns: 30)
    let update = sampleUpdate(500)
    let key = Occasion(seed: 1, client: 2, round: 3)
    #expect(try codec.body(update, at: key) == codec.body(update, at: Occasion(seed: 1, client: 9, round: 3)))
    for other in [
      Occasion(seed: 2, client: 2, round: 3), Occasion(seed: 1, client: 2, round: 4),
      Occasion(seed: 1, client: 2, round: 3, isCheck: true),
    ] { #expect(try codec.body(update, at: key) != codec.body(update, at: other)) }
  }

  @Test("a cell beyond float32 is refused by its place; values in fewer bits cost what the format says")
  func limits() throws {
    let codec = CountSketchCodec(parameters: 40, rows: 3, columns: 1, count: 4)
    let error = #expect(throws: CodecError.self) {
      try codec.body([Float](repeating: .greatestFiniteMagnitude, count: 39) + [0])
    }
    #expect(error?.description.contains("column 0") == true)
    for values in ValueFormat.allCases {
      let codec = CountSketchCodec(parameters: 40, rows: 3, columns: 11, values: values)
      #expect(try codec.body(sampleUpdate(40)).count == values.byteCount(33))
    }
  }

  @Test("wrong updates are refused, damaged bodies are refused or finite", arguments: ValueFormat.allCases)
  func damage(values: ValueFormat) throws {
    let codec = CountSketchCodec(parameters: 33, rows: 3, columns: 7, count: 5, values: values)
    checkRefusals(codec, length: 33)
    try checkDamage(codec, length: 33, mutations: values == .float32 ? 100_000 : 20_000)
    try checkClientsApart(codec, length: 33)
  }
}
