import FeatherCodecs
import FeatherExperiments
import FeatherTensors
import Testing

@testable import FeatherFederation

/// A configuration for codecs: `quickSpec` with what `change` makes of it.
private func spec(_ codec: CodecSpec, clients: Int = 2, rounds: Int = 3, _ change: (inout RunSpec) -> Void = { _ in })
  -> RunSpec
{
  var spec = quickSpec(clients: clients, rounds: rounds, codec: codec)
  change(&spec)
  return spec
}

private func direct(_ name: DirectCodecSpec.Name, _ change: (inout DirectCodecSpec) -> Void = { _ in }) -> CodecSpec {
  var settings = DirectCodecSpec(name)
  change(&settings)
  return .direct(settings)
}

private func pca(_ change: (inout PCASpec) -> Void = { _ in }) -> CodecSpec {
  var settings = PCASpec()
  settings.latent = 3
  change(&settings)
  return .pca(settings)
}

private func autoencoder(_ change: (inout AutoencoderSpec) -> Void) -> CodecSpec {
  guard case .autoencoder(var settings) = quickAutoencoder() else { return .identity }
  change(&settings)
  return .autoencoder(settings)
}

/// Every codec, form and add-on, in a configuration that is done in a moment.
enum EveryCodec {
  static let specs: [(name: String, spec: RunSpec)] =
    DirectCodecSpec.Name.allCases.map { ($0.rawValue, spec(direct($0))) } + [
      ("identity", spec(.identity)),
      ("pca", spec(pca())),
      (
        "pca, kept variance, 8 bits, shipped in 8",
        spec(pca { ($0.keptVariance, $0.ship) = (0.5, .int8) }) {
          $0.quantise = QuantiseSpec(bits: .eight)
        }
      ),
      ("pca, clustered", spec(pca { ($0.scope, $0.clusters) = (.clustered, 2) }, clients: 5)),
      ("pca, shared, fitted by two", spec(pca { ($0.scope, $0.fitClients) = (.shared, 2) }, clients: 5)),
      (
        "pca, clustered, from a sample",
        spec(pca { ($0.scope, $0.clusters) = (.clustered, 2) }, clients: 8) {
          ($0.prepass.clients, $0.federation.participation) = (3, 0.4)
        }
      ),
      (
        "autoencoder, shared, from a sample, refreshed",
        spec(quickAutoencoder(.shared), clients: 8) {
          ($0.prepass.clients, $0.federation.participation, $0.addOns.refresh.every) = (3, 0.4, 1)
        }
      ),
      ("fedadam", spec(.identity) { $0.federation.algorithm = .fedadam }),
      (
        "scaffold, variates through topk with error feedback",
        spec(direct(.topk), clients: 5) {
          ($0.federation.algorithm, $0.federation.compressVariates) = (.scaffold, true)
          ($0.federation.participation, $0.addOns.errorFeedback) = (0.4, 1)
        }
      ),
      ("autoencoder", spec(quickAutoencoder())),
      ("autoencoder, layers", spec(autoencoder { ($0.division, $0.latent) = (.layers, 7) })),
      ("autoencoder, chunks", spec(autoencoder { ($0.division, $0.chunk, $0.latent) = (.chunks, 1000, 9) })),
      ("autoencoder, tied, shared", spec(autoencoder { ($0.tied, $0.scope, $0.ship) = (true, .shared, .float16) })),
      ("autoencoder, refreshed", spec(quickAutoencoder()) { $0.addOns.refresh.every = 1 }),
      ("pca, refreshed by error, shared", spec(pca { $0.scope = .shared }) { $0.addOns.refresh.above = 1e-6 }),
      (
        "pca + residual",
        spec(pca { $0.scope = .shared }) { ($0.addOns.residual, $0.addOns.residualForm) = (0.01, .topk) }
      ),
      (
        "stc + cosine + error feedback",
        spec(direct(.stc)) {
          ($0.addOns.transform, $0.addOns.errorFeedback) = (.cosine, 0.9)
        }
      ),
      (
        "stc + trajectory + error feedback",
        spec(direct(.stc), rounds: 4) {
          ($0.addOns.transform, $0.addOns.errorFeedback) = (.cosineTrajectory, 1)
        }
      ),
      (
        "topk, 8 bits + deflate",
        spec(direct(.topk)) {
          ($0.quantise, $0.addOns.deflate) = (QuantiseSpec(bits: .eight), true)
        }
      ),
      (
        "identity, 4 bits + prediction",
        spec(.identity) {
          ($0.quantise, $0.addOns.predict) = (QuantiseSpec(bits: .four), 1)
        }
      ),
    ]
}

@Suite("Every codec in a federation")
struct CodecRunTests {
  @Test(
    "runs, counts every byte that crosses, and gives the same bits in three threads",
    arguments: EveryCodec.specs.map(\.name))
  func runs(name: String) throws {
    let spec = try #require(EveryCodec.specs.first { $0.name == name }).spec
    try spec.validate()
    let result = try run(spec)
    #expect(result.status == .complete && result.rounds.count == spec.federation.rounds)
    let uploads = result.rounds.flatMap(\.uploads)
    #expect(uploads.allSatisfy { $0.relativeError.isFinite && $0.bytes > Payload.headerByteCount - 1 })
    #expect(result.ledger[.update, .up].bytes == uploads.reduce(0) { $0 + $1.bytes })
    let both = result.ledger.bytes(.up) + result.ledger.bytes(.down)
    let rounds = result.rounds.reduce(0) { $0 + $1.bytesUp + $1.bytesDown }
    // What crosses outside of rounds: pre-pass and first fit.
    #expect(spec.codec.isFitted ? both > rounds : both == rounds)
    let together = try Federation(spec, data: Digits.splits(), threads: 3).run()
    #expect(everything(in: together) == everything(in: result))
  }

  @Test("the sizes that a plan counts are those of the run", arguments: EveryCodec.specs.map(\.name))
  func sizes(name: String) throws {
    let spec = try #require(EveryCodec.specs.first { $0.name == name }).spec
    let result = try run(spec)
    let counted = ModelSizes(of: spec)
    #expect(counted.model == result.sizes.model)
    #expect(counted.encoder == result.sizes.encoder && counted.decoder == result.sizes.decoder)
    if spec.codec.isFitted { #expect(counted.latent == result.sizes.latent) }
    let expected = ResourceEstimate(of: spec).uploadBytes
    let bodies = result.rounds.flatMap(\.uploads).map { $0.bytes - Payload.headerByteCount }
    switch name {
    case let name where name.contains("pca"): #expect(bodies.allSatisfy { $0 <= expected + expected / 3 })
    // Places are where they are, and a fit may find fewer components than it may have.
    case let name where ["stc", "topk", "residual"].contains { name.contains($0) }:
      #expect(bodies.allSatisfy { abs(Double($0) / Double(expected) - 1) < 0.3 || $0 < expected })
    default: #expect(bodies.allSatisfy { $0 == expected })
    }
  }

  @Test("an exact codec around its add-ons is no codec, bit for bit")
  func exact() throws {
    let plain = try run(spec(.identity))
    // Every element is sent, with its value; differences round once where weights do not.
    let all = try run(spec(direct(.topk) { ($0.fraction, $0.input) = (1, .weights) }) { $0.addOns.deflate = true })
    #expect(all.weights.map(\.parameters.bits) == plain.weights.map(\.parameters.bits))
    #expect(all.rounds.map(\.testLoss) == plain.rounds.map(\.testLoss))
    #expect(all.rounds.flatMap(\.uploads).allSatisfy { $0.relativeError == 0 })
  }

  @Test("clients whose half must know what is decoded receive the decoder, and that is counted")
  func echo() throws {
    let plain = try run(spec(quickAutoencoder(.shared), clients: 3))
    let echoing = try run(spec(quickAutoencoder(.shared), clients: 3) { $0.addOns.errorFeedback = 1 })
    #expect(plain.ledger[.decoder, .down].messages == 0)
    #expect(echoing.ledger[.decoder, .down].messages == 2)
    #expect(echoing.ledger[.decoder, .down].bytes == 2 * plain.ledger[.decoder, .up].bytes)
    #expect(echoing.ledger[.encoder, .down] == plain.ledger[.encoder, .down])
  }

  @Test("a client that sits rounds out keeps what it remembers until it takes part again")
  func participation() throws {
    let result = try run(
      spec(.identity, clients: 4, rounds: 6) {
        ($0.quantise, $0.addOns.predict) = (QuantiseSpec(bits: .four), 1)
        $0.federation.participation = 0.5
      })
    // A half that forgot, or remembered another client's, would decode weights that nobody sent.
    #expect(result.status == .complete)
    for client in 0..<4 {
      let errors = result.rounds.flatMap(\.uploads).filter { $0.client == client }.map(\.relativeError)
      if errors.count > 1 { #expect((errors.last ?? 1) < errors[0] / 2) }
    }
  }

  @Test("what a codec draws depends on the seed, the client and the round")
  func draws() throws {
    let result = try run(spec(direct(.randomk) { $0.fraction = 0.05 }, rounds: 2))
    #expect(result.status == .complete)
    let codec = Assembly.codec(result.spec, model: quickModel(result.spec))
    let encoder = try codec.encoder(from: nil, decoder: nil)
    let update = (0..<result.sizes.model).map { Float($0 % 7) }
    var bodies: Set<[UInt8]> = []
    for occasion in [
      Occasion(seed: 1, client: 0, round: 0), Occasion(seed: 2, client: 0, round: 0),
      Occasion(seed: 1, client: 1, round: 0), Occasion(seed: 1, client: 0, round: 1),
      Occasion(seed: 1, client: 0, round: 0, isCheck: true),
    ] {
      var memory = CodecMemory()
      bodies.insert(try encoder.encode(update, &memory, at: occasion).body)
    }
    #expect(bodies.count == 5)
  }
}

@Suite("Fitting anew")
struct RefreshTests {
  @Test("every second round each client fits again and ships its decoder, and that is counted in that round")
  func every() throws {
    let plain = try run(spec(quickAutoencoder(), rounds: 5))
    let result = try run(spec(quickAutoencoder(), rounds: 5) { $0.addOns.refresh.every = 2 })
    #expect(result.fits.map(\.round) == [nil, nil, 2, 2, 4, 4] && result.fits.map(\.group) == [0, 1, 0, 1, 0, 1])
    let decoder = plain.ledger[.decoder, .up].bytes / 2
    #expect(result.ledger[.decoder, .up].messages == 6 && result.ledger[.decoder, .up].bytes == 6 * decoder)
    let more = zip(result.rounds, plain.rounds).map { $0.bytesUp - $1.bytesUp }
    #expect(more == [0, 0, 2 * decoder, 0, 2 * decoder])
    #expect(
      result.rounds[1].testLoss == plain.rounds[1].testLoss && result.rounds[2].testLoss != plain.rounds[2].testLoss)
    let errors = { (result: RunResult) in result.rounds[4].uploads.reduce(0) { $0 + $1.relativeError } }
    #expect(errors(result) < errors(plain))
  }

  @Test("a shared codec's refit counts the snapshots of all but its maker, up and down, and the encoder")
  func shared() throws {
    let result = try run(spec(pca { $0.scope = .shared }, clients: 3, rounds: 2) { $0.addOns.refresh.every = 1 })
    // One epoch of 200 samples in batches of 32: snapshots after steps 4 and 7, in the pre-pass and in round 0.
    #expect(result.ledger[.prepass, .up].messages == 2 * 2 * 2)
    #expect(result.ledger[.prepass, .down].messages == 3 + 2 * 2 * 2)
    #expect(result.ledger[.decoder, .up].messages == 2 && result.ledger[.decoder, .down].messages == 2 * 2)
    #expect(result.ledger[.encoder, .down].messages == 0)
  }

  @Test("a limit on the error refits the groups that pass it and no other")
  func above() throws {
    let loose = try run(spec(pca()) { $0.addOns.refresh.above = 1000 })
    #expect(loose.fits.count == 2)
    let tight = try run(spec(pca()) { $0.addOns.refresh.above = 1e-9 })
    #expect(tight.fits.map(\.round) == [nil, nil, 1, 1, 2, 2])
  }

  @Test("an autoencoder goes on from its weights when it is warm, from fresh ones when it is not")
  func warm() throws {
    let runs = try [true, false].map { isWarm in
      try run(spec(quickAutoencoder()) { ($0.addOns.refresh.every, $0.addOns.refresh.isWarm) = (1, isWarm) })
    }
    #expect(runs[0].fits[0].trainLoss == runs[1].fits[0].trainLoss)
    #expect(runs[0].fits[2].trainLoss != runs[1].fits[2].trainLoss)
    #expect(
      runs[0].rounds[0].testLoss == runs[1].rounds[0].testLoss
        && runs[0].rounds[1].testLoss != runs[1].rounds[1].testLoss)
  }
}

@Suite("Latents by budget")
struct LatentSearchTests {
  @Test(
    "a budget of bytes gives the largest latent whose run stays within it", arguments: [CodecScope.perClient, .shared])
  func bytes(scope: CodecScope) throws {
    let budget = 60_000
    let result = try run(spec(pca { ($0.scope, $0.ship, $0.budget) = (scope, .int8, .bytes(budget)) }))
    let used = result.ledger[.update, .up].bytes + result.ledger[.decoder, .up].bytes
    #expect(
      used <= budget
        && result.latentTrials.contains { $0.latent == result.sizes.latent + 1 && $0.cost > Double(budget) })
    #expect(result.latentTrials.contains { $0.latent == result.sizes.latent && $0.cost <= Double(budget) })
  }

  @Test("a budget of accuracy takes the first width that keeps it and says what was tried")
  func accuracy() throws {
    let result = try run(spec(pca { $0.budget = .accuracyLoss(0.02) }))
    let trials = result.latentTrials
    #expect(trials.map(\.latent) == (0..<trials.count).map { 1 << $0 } && trials.last?.latent == result.sizes.latent)
    #expect(trials.dropLast().allSatisfy { $0.cost > 0.02 } && (trials.last?.cost ?? 1) <= 0.02)
  }

  @Test("a budget that nothing fits ends the run and says what the least takes")
  func impossible() throws {
    let result = try run(spec(pca { $0.budget = .bytes(100) }))
    guard case .diverged(round: nil, let reason) = result.status else {
      Issue.record("the run ended as \(result.status)")
      return
    }
    #expect(reason.hasPrefix("codec.budget allows 100 bytes, but a latent of 1 already takes "))
  }
}

@Suite("Groups of clients")
struct ClientGroupTests {
  @Test("near vectors are grouped, whatever their order", arguments: [UInt64(1), 2, 3])
  func clusters(seed: UInt64) {
    let vectors: [[Float]] = [[0, 0], [9, 9], [0, 1], [9, 8], [0, 0.5]]
    #expect(ClientGroups.clusters(of: vectors, count: 2, seed: seed) == [[0, 2, 4], [1, 3]])
    #expect(ClientGroups.clusters(of: vectors, count: 1, seed: seed) == [[0, 1, 2, 3, 4]])
    #expect(ClientGroups.clusters(of: vectors, count: 5, seed: seed) == [[0], [1], [2], [3], [4]])
    #expect(ClientGroups.clusters(of: [[1], [1], [1]], count: 3, seed: seed) == [[0, 1, 2]])
  }

  @Test("everyone's last snapshot crosses to be grouped; members' others cross to who fits")
  func ledger() throws {
    let result = try run(spec(pca { ($0.scope, $0.clusters) = (.clustered, 1) }, clients: 3, rounds: 1))
    // Two snapshots each; of the last ones all three cross to be grouped and are there already when they are collected.
    #expect(result.ledger[.prepass, .up].messages == 3 + 2 * 1)
    #expect(result.ledger[.prepass, .down].messages == 3 + 2 * 2)
  }
}
