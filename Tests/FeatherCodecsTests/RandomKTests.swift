import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct RandomKTests {
  struct Case: Decodable {
    let count: Int
    let total: Int
    let seed: UInt64
    let client: Int
    let round: Int
    let places: [Int32]
  }

  @Test("k values come back at k places, times P / k, in exactly their bytes", arguments: updateLengths)
  func roundTrip(length: Int) throws {
    let update = sampleUpdate(length).map { $0 == 0 ? 1 : $0 }
    for fraction in [0.01, 0.3, 1] {
      for isUnbiased in [true, false] {
        let count = TopKCodec.count(fraction: fraction, of: length)
        let codec = RandomKCodec(parameters: length, count: count, isUnbiased: isUnbiased)
        let body = try codec.body(update)
        #expect(body.count == codec.expectedByteCount && body.count == 4 * count)
        let decoded = try codec.update(body)
        #expect(decoded.count == length && decoded.count { $0 != 0 } == count)
        let factor = isUnbiased ? Double(length) / Double(count) : 1
        #expect(zip(update, decoded).allSatisfy { $1 == 0 || $1 == Float(Double($0) * factor) })
      }
    }
  }

  @Test("places are those of Floyd's algorithm in Python with the same random words")
  func reference() throws {
    for known in try fixture("randomk", as: [Case].self) {
      var stream = Occasion(seed: known.seed, client: known.client, round: known.round).stream()
      #expect(Places.random(known.count, of: known.total, &stream) == known.places)
    }
  }

  @Test("unbiased: over 10,000 draws no mean is further off than 4 standard errors", arguments: [1, 4, 20, 40])
  func unbiased(count: Int) throws {
    let update = sampleUpdate(40, seed: 3)
    // 40 elements in four cases: beyond 4 lies 6e-5 of a normal distribution.
    #expect(try largestZ(RandomKCodec(parameters: 40, count: count), update) < 4)
  }

  @Test("without the factor a share k / P of the square is kept on average")
  func contraction() throws {
    let update = sampleUpdate(100, seed: 4)
    let codec = RandomKCodec(parameters: 100, count: 25, isUnbiased: false)
    let square = Reductions.squaredNorm(update)
    let errors = try (0..<2_000).map { round in
      let decoded = try codec.roundTrip(update, at: Occasion(seed: 1, client: 0, round: round))
      return Reductions.squaredDistance(decoded, update) / square
    }
    // An error lies between 0 and 1, so the mean of 2,000 has a standard error below 0.5 / √2000 = 0.011.
    #expect(abs(errors.reduce(0, +) / 2_000 - 0.75) < 0.04)
  }

  @Test("the same key draws the same places, another seed, client or round others")
  func keys() throws {
    let codec = RandomKCodec(parameters: 500, count: 100)
    let update = (0..<500).map { Float($0) }
    let key = Occasion(seed: 1, client: 2, round: 3)
    #expect(try codec.body(update, at: key) == codec.body(update, at: key))
    for other in [
      Occasion(seed: 2, client: 2, round: 3), Occasion(seed: 1, client: 1, round: 3),
      Occasion(seed: 1, client: 2, round: 4), Occasion(seed: 1, client: 2, round: 3, isCheck: true),
    ] { #expect(try codec.body(update, at: key) != codec.body(update, at: other)) }
  }

  @Test("values that cannot be multiplied by P / k are refused with their index")
  func extremes() throws {
    let update = [Float](repeating: .greatestFiniteMagnitude, count: 4)
    let error = #expect(throws: CodecError.self) { try RandomKCodec(parameters: 4, count: 1).body(update) }
    #expect(error?.description.hasPrefix("value ") == true)
    #expect(try RandomKCodec(parameters: 4, count: 4).roundTrip(update) == update)
    #expect(try RandomKCodec(parameters: 4, count: 1, isUnbiased: false).roundTrip(update).contains(update[0]))
  }

  @Test("wrong updates are refused, damaged bodies are refused or finite", arguments: ValueFormat.allCases)
  func damage(values: ValueFormat) throws {
    let codec = RandomKCodec(parameters: 33, count: 9, values: values)
    checkRefusals(codec, length: 33)
    try checkDamage(codec, length: 33, mutations: values == .float32 ? 100_000 : 20_000)
    try checkClientsApart(codec, length: 33)
  }
}
