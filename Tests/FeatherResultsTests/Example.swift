import FeatherExperiments

@testable import FeatherResults

/// Made-up runs with every part that a file can have, all different numbers.
enum Example {
  /// The ways in which a run can end.
  enum Kind: String, CaseIterable {
    case complete
    case divergedInRoundTwo
    case divergedBeforeTheRounds
    case coloured

    var result: RunResult {
      switch self {
      case .complete: run()
      case .divergedInRoundTwo: diverged(round: 2)
      case .divergedBeforeTheRounds: diverged(round: nil)
      case .coloured: colouredRun()
      }
    }
  }

  static let parameters = 5000

  static func identity(_ id: String = "0123456789ab") -> RunIdentity {
    RunIdentity(
      runID: id, canonicalJSON: #"{"seed":7}"#, yaml: "seed: 7\n# ±\n",
      flattened: [
        ("codec.centre", "true"), ("codec.latent", "4"), ("codec.name", "autoencoder"), ("seed", "7"),
        ("training.learningRate", "0.05"),
      ])
  }

  /// Three clients, four rounds; client 1 sits out odd rounds; client 2 has one snapshot fewer.
  static func run(rounds: Int = 4) -> RunResult {
    var spec = RunSpec()
    spec.seed = 7
    let clients = (0..<3).map { client in
      ClientRecord(
        indices: (0..<Int32(40 + client)).map { $0 * 3 + Int32(client) }, labelHistogram: [20 + client, 20])
    }
    var result = RunResult(
      spec: spec, sizes: ModelSizes(model: parameters, encoder: 700, decoder: 900, latent: 4),
      layout: [
        ParameterSlice(name: "dense1.weight", offset: 0, shape: [10, 400]),
        ParameterSlice(name: "dense1.bias", offset: 4000, shape: [1000]),
      ], clients: clients, labelSkew: 0.125, classes: 2)
    result.environment = [EnvironmentFact(name: "HDF5", value: "1.10.8"), EnvironmentFact(name: "isa", value: "avx2")]
    result.prepass = prepass()
    result.fits = (0..<3).map(fit)
    result.rounds = (0..<rounds).map(round)
    for round in result.rounds {
      for _ in round.uploads {
        result.ledger.count(.model, .down, bodyBytes: 4 * parameters, headerBytes: 8)
        result.ledger.count(.update, .up, bodyBytes: 16, headerBytes: 8)
      }
    }
    for _ in 0..<3 { result.ledger.count(.decoder, .up, bodyBytes: 3600, headerBytes: 8) }
    result.weights = [(0, noise(parameters, 1)), (rounds, noise(parameters, 2))]
    return result
  }

  static func diverged(round: Int?) -> RunResult {
    var result = run(rounds: round ?? 0)
    result.status = .diverged(round: round, reason: "training loss of client 1 is NaN")
    result.weights = []
    guard round == nil else { return result }
    result.fits = []
    result.ledger = Ledger()
    return result
  }

  /// A run whose clients see grey or noisy images, scored on subsets and after every local epoch.
  static func colouredRun() -> RunResult {
    var result = run(rounds: 3)
    result.normalisation = [ChannelScale(mean: 0.5, deviation: 0.25), ChannelScale(mean: 0.4, deviation: 0.2)]
    result.clients[1].greySamples = 7
    result.clients[2].noiseDeviation = 0.1
    for i in result.rounds.indices {
      result.rounds[i].subsets = [
        SubsetScore(name: "colour", accuracy: 0.6 + Double(i) / 10, loss: 0.3),
        SubsetScore(name: "grey", accuracy: 0.4 + Double(i) / 10, loss: 0.5),
      ]
      for u in result.rounds[i].uploads.indices {
        let base = Double(i * 10 + result.rounds[i].uploads[u].client)
        result.rounds[i].uploads[u].epochAccuracy = [base, base + 0.5]
        result.rounds[i].uploads[u].epochLoss = [base + 0.25, base + 0.75]
      }
    }
    return result
  }

  private static func prepass() -> PrepassRecord {
    var prepass = PrepassRecord()
    prepass.trainLoss = (0..<3).map { client in (0..<5).map { 1 / Double(1 + $0 + client) } }
    prepass.snapshots = (0..<3).map { client in
      (0..<(client == 2 ? 1 : 2)).map { index in
        var snapshot = SnapshotRecord(step: 100 * (index + 1))
        snapshot.heldOut = index == 1
        snapshot.accuracyOriginal = 0.9 + Double(index) / 100
        snapshot.lossOriginal = 0.3
        snapshot.accuracyReconstructed = 0.8
        snapshot.lossReconstructed = 0.4
        snapshot.relativeError = 0.05
        snapshot.weights = noise(parameters, UInt32(10 + client * 2 + index))
        return snapshot
      }
    }
    return prepass
  }

  private static func fit(_ client: Int) -> CodecFitRecord {
    var fit = CodecFitRecord()
    fit.trainLoss = (0..<6).map { 1 / Double(1 + $0 + client) }
    fit.heldOutLoss = client == 2 ? [] : fit.trainLoss.map { $0 * 2 }
    fit.encoder = noise(700, UInt32(30 + client))
    fit.decoder = noise(900, UInt32(40 + client))
    return fit
  }

  private static func round(_ round: Int) -> RoundRecord {
    let uploads = (0..<3).filter { $0 != 1 || round % 2 == 0 }.map { client in
      UploadRecord(
        client: client, trainLoss: 0.5 / Double(round + 1), bytes: 24, relativeError: 0.01 * Double(client + 1),
        meanSquaredError: 1e-6, latent: noise(4, UInt32(100 + round * 3 + client)))
    }
    return RoundRecord(
      round: round, testAccuracy: [0.5, 0.9, 0.8, 0.85][round % 4], testLoss: 1 / Double(round + 1),
      bytesUp: 24 * uploads.count, bytesDown: 20008 * uploads.count, uploads: uploads)
  }

  /// Numbers in -1…1 that gzip cannot shrink away.
  static func noise(_ count: Int, _ key: UInt32) -> [Float] {
    var state = key &* 2_654_435_761 &+ 1
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(Int32(bitPattern: state)) / Float(1 << 31)
    }
  }
}
