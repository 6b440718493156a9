import FeatherExperiments
import Testing

@testable import FeatherFederation

/// P of 784-4-10, and the latents of `quickAutoencoder`.
private let parameters = 785 * 4 + 5 * 10
private let latents = 3

@Suite("Ledger of a federation")
struct LedgerTests {
  /// Messages, body bytes and header bytes.
  private static func entry(_ messages: Int, floats: Int, header: Int = 8) -> [Int] {
    [messages, messages * 4 * floats, messages * header]
  }

  private static func entry(_ entry: Ledger.Entry) -> [Int] { [entry.messages, entry.bodyBytes, entry.headerBytes] }

  @Test("identity: R·C models of 4P + 8 bytes down and as many updates up, and nothing else")
  func identity() throws {
    let ledger = try run(quickSpec(clients: 3)).ledger
    #expect(Self.entry(ledger[.update, .up]) == Self.entry(6, floats: parameters))
    #expect(Self.entry(ledger[.model, .down]) == Self.entry(6, floats: parameters))
    #expect(ledger.bytes(.up) == 6 * (4 * parameters + 8))
    #expect(ledger.bytes(.down) == 6 * (4 * parameters + 8))
  }

  /// Parameters of the two halves and the bytes that describe one: layers and inputs in 4 bytes each, 5 for each layer.
  static let halves: [(hidden: [Int], encoder: Int, decoder: Int, description: Int)] = [
    ([], (parameters + 1) * latents, (latents + 1) * parameters, 13),
    ([5], (parameters + 1) * 5 + 6 * latents, (latents + 1) * 5 + 6 * parameters, 18),
  ]

  @Test("a codec per client: K floats per update, one decoder per client up, no encoder crosses", arguments: halves)
  func perClient(hidden: [Int], encoder: Int, decoder: Int, description: Int) throws {
    let result = try run(quickSpec(clients: 3, codec: quickAutoencoder(hidden: hidden)))
    let ledger = result.ledger
    #expect(result.sizes == ModelSizes(model: parameters, encoder: encoder, decoder: decoder, latent: latents))
    #expect(Self.entry(ledger[.update, .up]) == Self.entry(6, floats: latents))
    #expect(Self.entry(ledger[.model, .down]) == Self.entry(6, floats: parameters))
    #expect(Self.entry(ledger[.decoder, .up]) == Self.entry(3, floats: decoder, header: 8 + description))
    // The pre-pass starts from the initial weights that every client receives; its snapshots stay.
    #expect(Self.entry(ledger[.prepass, .down]) == Self.entry(3, floats: parameters))
    let crossed = ledger[.update, .up].bytes + ledger[.decoder, .up].bytes
    #expect(ledger.bytes(.up) == crossed)
    #expect(ledger.bytes(.down) == ledger[.model, .down].bytes + ledger[.prepass, .down].bytes)
  }

  @Test(
    "a shared codec: snapshots to client 0, one decoder up, the encoder up once and down C − 1 times",
    arguments: halves)
  func shared(hidden: [Int], encoder: Int, decoder: Int, description: Int) throws {
    let ledger = try run(quickSpec(clients: 3, codec: quickAutoencoder(.shared, hidden: hidden))).ledger
    #expect(Self.entry(ledger[.update, .up]) == Self.entry(6, floats: latents))
    #expect(Self.entry(ledger[.model, .down]) == Self.entry(6, floats: parameters))
    #expect(Self.entry(ledger[.decoder, .up]) == Self.entry(1, floats: decoder, header: 8 + description))
    #expect(Self.entry(ledger[.encoder, .up]) == Self.entry(1, floats: encoder, header: 8 + description))
    #expect(Self.entry(ledger[.encoder, .down]) == Self.entry(2, floats: encoder, header: 8 + description))
    // 200 samples are 7 batches of 32; snapshots after steps 4 and 7, of two clients; and the initial weights to all three.
    #expect(Self.entry(ledger[.prepass, .up]) == Self.entry(4, floats: parameters))
    #expect(Self.entry(ledger[.prepass, .down]) == Self.entry(4 + 3, floats: parameters))
  }

  @Test(
    "each round's bytes are its models and its updates",
    arguments: [CodecSpec.identity, quickAutoencoder(), quickAutoencoder(.shared)])
  func rounds(codec: CodecSpec) throws {
    var spec = quickSpec(clients: 5, rounds: 3, codec: codec)
    spec.federation.participation = 0.4
    let result = try run(spec)
    for round in result.rounds {
      #expect(round.bytesDown == 2 * (4 * parameters + 8))
      #expect(round.bytesUp == round.uploads.reduce(0) { $0 + $1.bytes })
      #expect(round.uploads.allSatisfy { $0.bytes == 4 * result.sizes.latent + 8 })
    }
    #expect(result.rounds.reduce(0) { $0 + $1.bytesUp } == result.ledger[.update, .up].bytes)
    #expect(result.rounds.reduce(0) { $0 + $1.bytesDown } == result.ledger[.model, .down].bytes)
  }
}

/// SR(R, C) of arXiv:2108.05670: the bytes without a codec over those of all latents and the decoders.
private func savings(
  _ scope: CodecScope, parameters: Double, latent: Double, decoder: Double, rounds: Double, clients: Double
) -> Double {
  let decoders = scope == .shared ? 1 : clients
  return parameters * rounds * clients / (latent * rounds * clients + decoder * decoders)
}

@Suite("Ratios of a ledger")
struct LedgerRatioTests {
  static let pairs = [(1, 1), (3, 1), (1, 2), (2, 2), (1, 4), (2, 3), (5, 5)]

  @Test(
    "measured on real payloads they are the paper's: P/K per upload and SR(R, C) over the life", arguments: pairs,
    [CodecScope.perClient, .shared])
  func measured(pair: (Int, Int), scope: CodecScope) throws {
    let (rounds, clients) = pair
    let result = try run(quickSpec(clients: clients, rounds: rounds, codec: quickAutoencoder(scope)))
    let ratios = LedgerRatios(ledger: result.ledger, parameters: parameters)
    #expect(ratios.upload == Double(parameters) / Double(latents))
    let expected = savings(
      scope, parameters: Double(parameters), latent: Double(latents), decoder: Double((latents + 1) * parameters),
      rounds: Double(rounds), clients: Double(clients))
    #expect(abs(ratios.lifetimeBody / expected - 1) < 1e-9)
    #expect(ratios.uploadOnWire < ratios.upload)
    #expect(ratios.lifetime < ratios.lifetimeBody)
  }

  /// A model with its autoencoder: P, K and the decoder's parameters.
  struct Layout {
    let parameters, latent, decoder: Int
    static let mnist = Layout(parameters: 15_910, latent: 32, decoder: 525_030)
    static let cifar = Layout(parameters: 550_570, latent: 320, decoder: 176_732_970)

    /// The ratios after `rounds` of `clients`, counted without headers.
    func ratios(rounds: Int, clients: Int, _ scope: CodecScope) -> LedgerRatios {
      var ledger = Ledger()
      for _ in 0..<rounds * clients { ledger.count(.update, .up, bodyBytes: 4 * latent, headerBytes: 0) }
      let decoders = scope == .shared ? 1 : clients
      for _ in 0..<decoders { ledger.count(.decoder, .up, bodyBytes: 4 * decoder, headerBytes: 0) }
      return LedgerRatios(ledger: ledger, parameters: parameters)
    }
  }

  /// What SR(R, C) gives for the paper's two models, rounded as written.
  static let figures: [(Layout, rounds: Int, clients: Int, shared: Double, perClient: Double)] = [
    (.mnist, 40, 2, 2.41, 1.21), (.cifar, 40, 2, 0.25, 0.12), (.cifar, 40, 10, 1.25, 0.12),
    (.cifar, 40, 1000, 116, 0.12), (.cifar, 320, 1, 1.00, 1.00), (.cifar, 1000, 1000, 1108, 3.11),
  ]

  @Test("the figures of the paper's two models come out", arguments: figures)
  func published(layout: Layout, rounds: Int, clients: Int, shared: Double, perClient: Double) {
    for (scope, figure) in [(.shared, shared), (.perClient, perClient)] as [(CodecScope, Double)] {
      let ratio = layout.ratios(rounds: rounds, clients: clients, scope).lifetimeBody
      #expect(abs(ratio - figure) < (figure < 100 ? 0.00501 : 0.501), "\(scope) gives \(ratio)")
      let formula = savings(
        scope, parameters: Double(layout.parameters), latent: Double(layout.latent), decoder: Double(layout.decoder),
        rounds: Double(rounds), clients: Double(clients))
      #expect(abs(ratio / formula - 1) < 1e-9)
    }
  }

  @Test(
    "a decoder is paid back after 33.1 uploads on MNIST and 321.2 on CIFAR-10",
    arguments: [(Layout.mnist, 33.1), (Layout.cifar, 321.2)])
  func breakEven(layout: Layout, uploads: Double) {
    for scope in CodecScope.allCases {
      let found = layout.ratios(rounds: 40, clients: 2, scope).breakEvenUploads
      #expect(abs(found - uploads) < 0.0501, "\(found)")
    }
  }

  @Test("identity saves nothing: all ratios of bodies are 1, and there is no decoder to pay back")
  func identity() throws {
    let ratios = LedgerRatios(ledger: try run(quickSpec(rounds: 1)).ledger, parameters: parameters)
    #expect(ratios.upload == 1)
    #expect(ratios.lifetimeBody == 1)
    #expect(ratios.breakEvenUploads == 0)
    #expect(ratios.uploadOnWire == Double(parameters) / Double(parameters + 2))
    #expect(ratios.total == (8 * Double(parameters) + 8) / (8 * Double(parameters) + 16))
  }
}
