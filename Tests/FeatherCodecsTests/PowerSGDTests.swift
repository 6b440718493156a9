import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct PowerSGDTests {
  /// `Fixtures/powersgd.json`: five rounds with warm start by NumPy, and how well a fixed matrix can be approximated.
  struct Fixture: Decodable {
    struct Round: Decodable {
      let update: [Float]
      let sent: [Double]
      let decoded: [Double]
    }
    let seed: UInt64
    let client: Int
    let count: Int
    let rank: Int
    let matrices: [[Int]]
    let rounds: [Round]
    let fixed: [Float]
    let best: [Double]

    var codec: PowerSGDCodec {
      PowerSGDCodec(
        parameters: count, matrices: matrices.map { LayerMatrix(offset: $0[0], rows: $0[1], columns: $0[2]) },
        rank: rank)
    }
  }

  /// An update of `length` values, all but the last few of which are matrices of about 100 columns.
  static func codec(_ length: Int, rank: Int = 2, values: ValueFormat = .float32) -> PowerSGDCodec {
    let rows = length / 200
    let matrices = [
      LayerMatrix(offset: 0, rows: rows, columns: 100),
      LayerMatrix(offset: rows * 100 + length % 7, rows: rows, columns: 99),
    ]
    return PowerSGDCodec(
      parameters: length, matrices: matrices.filter { $0.range.upperBound <= length }, rank: rank, values: values)
  }

  @Test("five rounds with warm start send and decode what NumPy does")
  func reference() throws {
    let known = try fixture("powersgd", as: Fixture.self)
    let codec = known.codec
    #expect(codec.matrices.map(\.offset) == [0, 125] && codec.rest == [108..<125, 265..<270])
    let encoder = try codec.encoder(from: nil)
    let decoder = try codec.decoder(from: nil)
    var memory = CodecMemory()
    for (number, round) in known.rounds.enumerated() {
      let occasion = Occasion(seed: known.seed, client: known.client, round: number)
      let body = try encoder.encode(round.update, &memory, at: occasion).body
      #expect(
        body.count == codec.expectedByteCount && body.count == 4 * round.sent.count
          && codec.latentSize == round.sent.count)
      // Q is remembered in float32: 6e-8, times the condition of P's columns.
      #expect(deviation(body[...].floats, from: round.sent) < 3e-6)
      #expect(deviation(try decoder.decode(body, at: occasion), from: round.decoded) < 3e-6)
    }
    #expect(memory.vectors.keys.sorted() == ["powersgd"] && memory.vectors["powersgd"]?.count == 2 * (9 + 20))
  }

  @Test("of a fixed matrix, the warm start finds the best approximation of its rank", arguments: 1...6)
  func best(rank: Int) throws {
    let known = try fixture("powersgd", as: Fixture.self)
    let codec = PowerSGDCodec(
      parameters: 750, matrices: [LayerMatrix(offset: 0, rows: 30, columns: 25)], rank: rank)
    let encoder = try codec.encoder(from: nil)
    let decoder = try codec.decoder(from: nil)
    var memory = CodecMemory()
    var errors: [Double] = []
    for round in 0..<200 {
      let occasion = Occasion(seed: 1, client: 0, round: round)
      let body = try encoder.encode(known.fixed, &memory, at: occasion).body
      errors.append(Reductions.relativeError(of: try decoder.decode(body), to: known.fixed))
    }
    // No approximation of this rank is better, but for roundings; the first is worse.
    #expect(errors.allSatisfy { $0 >= known.best[rank] - 1e-6 } && errors[0] > known.best[rank] * 1.01)
    #expect(abs(errors[199] - known.best[rank]) < 1e-4)
  }

  @Test("P has orthonormal columns, and the error is never above the update", arguments: [1, 3, 4])
  func orthonormal(rank: Int) throws {
    let update = normalUpdate(1200)
    let codec = PowerSGDCodec(
      parameters: 1200, matrices: [LayerMatrix(offset: 0, rows: 40, columns: 30)], rank: rank)
    let body = try codec.body(update)
    let p = body[..<(4 * rank * 40)].floats
    for i in 0..<rank {
      for j in 0...i {
        let product = (0..<40).reduce(0) { $0 + Double(p[i * 40 + $1]) * Double(p[j * 40 + $1]) }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-6)
      }
    }
    #expect(Reductions.relativeError(of: try codec.update(body), to: update) < 1)
  }

  @Test("a matrix of the rank or less comes back at once, and zeros do", arguments: [1, 2, 5])
  func lowRank(rank: Int) throws {
    let (left, right) = (normalUpdate(40, seed: 2), normalUpdate(30, seed: 3))
    let update = left.flatMap { l in right.map { l * $0 } }
    let codec = PowerSGDCodec(
      parameters: 1200, matrices: [LayerMatrix(offset: 0, rows: 40, columns: 30)], rank: rank)
    #expect(Reductions.relativeError(of: try codec.roundTrip(update), to: update) < 1e-6)
    let zeros = [Float](repeating: 0, count: 1200)
    var memory = CodecMemory()
    let encoder = try codec.encoder(from: nil)
    for round in 0..<3 {
      let occasion = Occasion(seed: 1, client: 0, round: round)
      // After zeros the directions are drawn anew, so that nothing sticks at zero.
      #expect(try codec.update(encoder.encode(zeros, &memory, at: occasion).body) == zeros)
      let decoded = try codec.update(encoder.encode(update, &memory, at: occasion).body)
      #expect(Reductions.relativeError(of: decoded, to: update) < 1e-6)
    }
  }

  @Test("uploads have the bytes of thin matrices and of the rest", arguments: updateLengths, ValueFormat.allCases)
  func sizes(length: Int, values: ValueFormat) throws {
    let codec = Self.codec(length, values: values)
    let body = try codec.body(sampleUpdate(length))
    #expect(body.count == codec.expectedByteCount)
    #expect(codec.input == .difference && codec.kind == .powersgd && !codec.isFitted)
    let rows = length / 200
    guard rows > 2 else {
      #expect(codec.matrices.isEmpty && codec.expectedByteCount == values.byteCount(length))
      return
    }
    let parts = [2 * rows, 200, 2 * rows, 198, length - 199 * rows]
    #expect(
      codec.expectedByteCount == parts.reduce(0) { $0 + values.byteCount($1) } && codec.latentSize == parts.reduce(0, +)
    )
    let decoded = try codec.update(body)
    #expect(decoded.count == length)
    // What is not in a matrix crosses as it is.
    #expect(values != .float32 || decoded.suffix(3) == sampleUpdate(length).suffix(3))
  }

  @Test("fewer bits cost little beside the approximation itself", arguments: [ValueFormat.eight, .sixteen])
  func fewerBits(values: ValueFormat) throws {
    let update = normalUpdate(15_910)
    let exact = try Self.codec(15_910).roundTrip(update)
    let coarse = try Self.codec(15_910, values: values).roundTrip(update)
    #expect(Reductions.relativeError(of: coarse, to: exact) < (values == .eight ? 0.02 : 1e-3))
  }

  @Test("one occasion gives one first upload, another another; clients do not meet")
  func occasions() throws {
    let codec = Self.codec(2000)
    let update = normalUpdate(2000)
    let body = try codec.body(update, at: Occasion(seed: 1, client: 2, round: 3))
    #expect(try codec.body(update, at: Occasion(seed: 1, client: 2, round: 3)) == body)
    #expect(try codec.body(update, at: Occasion(seed: 2, client: 2, round: 3)) != body)
    #expect(try codec.body(update, at: Occasion(seed: 1, client: 3, round: 3)) != body)
    try checkClientsApart(codec, length: 2000)
  }

  @Test("what cannot be encoded is refused, damaged uploads are refused or decode", arguments: ValueFormat.allCases)
  func damage(values: ValueFormat) throws {
    let codec = PowerSGDCodec(
      parameters: 50, matrices: [LayerMatrix(offset: 2, rows: 6, columns: 7)], rank: 1, values: values)
    checkRefusals(codec, length: 50)
    let body = try codec.body(sampleUpdate(50))
    let decoder = try codec.decoder(from: nil)
    for end in 0..<body.count {
      #expect(throws: CodecError.self) { try decoder.decode(Array(body[..<end])) }
    }
    #expect(throws: CodecError.self) { try decoder.decode(body + [0]) }
    checkMutations(of: body, length: 50) { try decoder.decode($0) }
    let huge = [Float](repeating: .greatestFiniteMagnitude, count: 50)
    #expect(throws: CodecError.self) { try codec.body(huge) }
    var memory = CodecMemory()
    memory.vectors["powersgd"] = [1, 2, 3]
    #expect(throws: CodecError.self) { try codec.encoder(from: nil).encode(sampleUpdate(50), &memory, at: .any) }
    #expect(memory.vectors["powersgd"] == [1, 2, 3])
  }

  @Test("half a million values take milliseconds")
  func times() throws { try printTimes("PowerSGD, rank 4", Self.codec(550_570, rank: 4)) }
}
