import FeatherTensors
import Testing

@testable import FeatherCodecs

/// One client's side and the aggregator's side of a codec without a fit, over several rounds.
private struct Link {
  let codec: any UpdateCodec
  let encoder: any UpdateEncoder
  let decoder: any UpdateDecoder
  var client = CodecMemory()
  var aggregator = CodecMemory()

  init(_ codec: any UpdateCodec) throws {
    self.codec = codec
    encoder = try codec.encoder(from: nil, decoder: nil)
    decoder = try codec.decoder(from: nil)
  }

  mutating func send(_ update: [Float], round: Int) throws -> (body: [UInt8], decoded: [Float]) {
    let occasion = Occasion(seed: 5, client: 3, round: round)
    let body = try encoder.encode(update, &client, at: occasion).body
    return (body, try decoder.decode(body[...], &aggregator, at: occasion))
  }
}

/// Whole numbers up to ±100, of which sums and differences are exact.
private func wholeNumbers(_ count: Int, round: Int) -> [Float] {
  var stream = RandomStream(seed: 9, purpose: .codec, round: round)
  return (0..<count).map { _ in Float(stream.integer(below: 201) - 100) }
}

@Suite("Error feedback")
struct ErrorFeedbackTests {
  /// Gives back every update rounded down to a multiple of 16: of whole numbers exact in float32.
  private struct Coarse: UpdateCodec, UpdateEncoder, UpdateDecoder {
    let input = UpdateInput.difference
    let latentSize = 0
    let expectedByteCount = 0
    let kind = Payload.Kind.floats
    func encoder(from shipped: Payload?, decoder: Payload?) -> any UpdateEncoder { self }
    func decoder(from shipped: Payload?) -> any UpdateDecoder { self }
    func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
      Encoding(body: try ValueFormat.float32.bytes(update.map { ($0 / 16).rounded(.down) * 16 }))
    }
    func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
      try ValueFormat.float32.values(body, count: body.count / 4)
    }
  }

  @Test(
    "decoded updates telescope exactly: their sum is that of the updates less the last residual", arguments: [0, 1, 40])
  func telescopes(count: Int) throws {
    var link = try Link(ErrorFeedbackCodec(Coarse()))
    var (sent, decoded) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
    for round in 0..<50 {
      let update = wholeNumbers(count, round: round)
      let received = try link.send(update, round: round).decoded
      sent = Elementwise.combined(sent, update, +)
      decoded = Elementwise.combined(decoded, received, +)
      let residual = link.client.vectors["residual"]
      #expect(Elementwise.combined(sent, decoded, -) == residual)
      #expect(residual?.allSatisfy { (0..<16).contains($0) } == true)
    }
    #expect(link.aggregator == CodecMemory())
  }

  @Test("a kept share of a half forgets the residual by halves")
  func forgets() throws {
    var link = try Link(ErrorFeedbackCodec(Coarse(), kept: 0.5))
    #expect(try link.send([24], round: 0).decoded == [16])
    #expect(link.client.vectors["residual"] == [4])
    #expect(try link.send([11], round: 1).decoded == [0])
    #expect(link.client.vectors["residual"] == [7.5])
  }

  @Test("around a codec that loses nothing, every update arrives as it is")
  func lossless() throws {
    var link = try Link(ErrorFeedbackCodec(IdentityCodec(parameters: 40, input: .difference)))
    for round in 0..<5 {
      let update = wholeNumbers(40, round: round)
      #expect(try link.send(update, round: round).decoded == update)
    }
  }
}

@Suite("Prediction")
struct PredictionTests {
  @Test("both sides remember the same bits, whatever the codec within loses", arguments: [Float(1), 0.9])
  func sameBits(factor: Float) throws {
    var link = try Link(PredictedCodec(IdentityCodec(parameters: 40, values: .four), factor: factor))
    for round in 0..<20 {
      let decoded = try link.send(wholeNumbers(40, round: round), round: round).decoded
      #expect(link.client == link.aggregator)
      #expect(link.aggregator.vectors["prediction"] == decoded)
    }
  }

  @Test("an update that hardly changes is sent ever more exactly, since only what is new is encoded")
  func converges() throws {
    var link = try Link(PredictedCodec(IdentityCodec(parameters: 40, values: .four), factor: 1))
    let update = wholeNumbers(40, round: 0)
    var errors: [Double] = []
    for round in 0..<6 {
      errors.append(Reductions.relativeError(of: try link.send(update, round: round).decoded, to: update))
    }
    // Each round leaves at most half a level of the surprise: a fourteenth.
    #expect(zip(errors, errors.dropFirst()).allSatisfy { $1 <= $0 / 5 || $1 < 1e-6 })
  }

  @Test("error feedback within prediction keeps both sides together")
  func composed() throws {
    let base = ErrorFeedbackCodec(IdentityCodec(parameters: 40, values: .four), kept: 0.8)
    var link = try Link(PredictedCodec(base, factor: 1))
    for round in 0..<10 {
      _ = try link.send(wholeNumbers(40, round: round), round: round)
      #expect(link.client.vectors["prediction"] == link.aggregator.vectors["prediction"])
    }
    #expect(link.client.vectors["residual"] != nil && link.aggregator.vectors["residual"] == nil)
  }
}

@Suite("A residual behind a codec")
struct ResidualTests {
  private let codec = ResidualCodec(
    IdentityCodec(parameters: 40, values: .four), residual: IdentityCodec(parameters: 40, values: .eight))

  @Test("what both parts decode to adds up, and the body is a length and both bodies")
  func parts() throws {
    var link = try Link(codec)
    let update = wholeNumbers(40, round: 0)
    let (body, decoded) = try link.send(update, round: 0)
    let first = ValueFormat.four.byteCount(40)
    #expect(Int(body[0]) == first && body.count == 1 + first + ValueFormat.eight.byteCount(40))
    // Half a level of 4 bits is left (a fourteenth), of which 8 bits leave half a level: 1/254.
    #expect(zip(update, decoded).allSatisfy { abs($0 - $1) <= 100 / 14 / 254 * 1.01 })
  }

  @Test(
    "a length beyond the payload, without an end or missing is refused", arguments: [[], [200], [0x80], [41, 0, 0]])
  func badLength(body: [UInt8]) throws {
    let decoder = try codec.decoder(from: nil)
    #expect(throws: CodecError.self) { try decoder.decode(body) }
    #expect(throws: CodecError.self) { try decoder.decode([UInt8](repeating: 0xFF, count: 9)) }
  }

  @Test("damaged bodies are refused or give a vector of the right length")
  func mutations() throws {
    let decoder = try codec.decoder(from: nil)
    let body = try codec.encoder(from: nil, decoder: nil).encode(wholeNumbers(40, round: 1)).body
    checkMutations(of: body, length: 40) { try decoder.decode($0) }
  }
}

@Suite("Deflate")
struct DeflateTests {
  private static func codec(_ count: Int) -> DeflatedCodec {
    DeflatedCodec(IdentityCodec(parameters: count), parameters: count)
  }

  @Test("every update comes back; bytes that deflate cannot shorten cost one more", arguments: [0, 1, 2, 17, 15_910])
  func roundTrip(count: Int) throws {
    var stream = RandomStream(seed: 4, purpose: .codec)
    let noise = (0..<count).map { _ in stream.uniformFloat() }
    let zeros = [Float](repeating: 0, count: count)
    var link = try Link(Self.codec(count))
    for update in [noise, zeros] {
      let (body, decoded) = try link.send(update, round: 0)
      #expect(decoded == update && body.count <= 4 * count + 1)
    }
    if count > 100 { #expect(try link.send(zeros, round: 1).body.count < 4 * count / 100) }
  }

  @Test("a body that inflates to more than any upload has is refused before it takes the memory")
  func bomb() throws {
    let decoder = try Self.codec(10).decoder(from: nil)
    let bomb = try #require(try Deflate.deflated([UInt8](repeating: 0, count: 50_000_000)))
    let error = #expect(throws: CodecError.self) { try decoder.decode([1] + bomb) }
    #expect(
      error?.description == "a deflated payload inflates to more than 4256 bytes, which no upload of this model has")
  }

  @Test("streams that are cut, go on or are none are refused")
  func damaged() throws {
    let decoder = try Self.codec(100).decoder(from: nil)
    let body = try Self.codec(100).encoder(from: nil, decoder: nil).encode([Float](repeating: 1, count: 100)).body
    #expect(body[0] == 1)
    for count in 0..<body.count { #expect(throws: CodecError.self) { try decoder.decode(Array(body.prefix(count))) } }
    #expect(throws: CodecError.self) { try decoder.decode(body + [0]) }
    #expect(throws: CodecError.self) { try decoder.decode([2] + body.dropFirst()) }
    let finite = DeflatedCodec(IdentityCodec(parameters: 100, values: .eight), parameters: 100)
    let levels = try finite.encoder(from: nil, decoder: nil).encode([Float](repeating: 1, count: 100)).body
    let inflater = try finite.decoder(from: nil)
    checkMutations(of: levels, length: 100) { try inflater.decode($0) }
  }
}
