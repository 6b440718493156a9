import FeatherExperiments
import FeatherResults
import Foundation
import Testing

@testable import FeatherReports

/// Made-up runs of the paper's experiments with its real sizes, as files in a folder of their own.
struct PaperFixture: ~Copyable {
  let folder: String

  /// An empty folder.
  init() throws {
    folder = NSTemporaryDirectory() + "featherweight-paper-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Every experiment at short scale.
  static func all() throws -> PaperFixture {
    let fixture = try PaperFixture()
    for spec in specs { try fixture.add(spec) }
    return fixture
  }

  /// Writes a sweep: its plan and a file per cell, without the last `missing` ones.
  func add(_ body: String, missing: Int = 0) throws {
    let plan = try SyntheticSweep.plan(body)
    let sweep = "\(folder)/\(plan.name)"
    try FileManager.default.createDirectory(atPath: sweep, withIntermediateDirectories: true)
    try Data(plan.json.utf8).write(to: URL(fileURLWithPath: "\(sweep)/plan.json"))
    for cell in plan.cells.dropLast(missing) {
      let identity = RunIdentity(cell.spec, cell.id)
      try RunFile.write(Self.result(cell.spec), identity: identity, to: "\(sweep)/\(cell.id).h5")
    }
  }

  func text(_ name: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
  }

  static let mnist = """
    name: paper-mnist-short
    about: Made-up MNIST.
    base: {dataset: {name: mnist}, federation: {rounds: 4}}
    sweep: {grid: {codec: [{name: identity}, {name: autoencoder, latent: 32}], seed: [1, 2, 3]}}
    """

  static let cifar10 = """
    name: paper-cifar10-short
    about: Made-up CIFAR-10.
    base:
      dataset: {name: cifar10, normalisation: per-channel}
      model: {name: vgg3}
      federation: {rounds: 4}
    sweep: {grid: {codec: [{name: identity}, {name: autoencoder, latent: 320}]}}
    """

  static let colour = """
    name: paper-colour-imbalance-short
    about: Made-up colours.
    base:
      dataset: {name: cifar10}
      partition: {scheme: colour-imbalance, clients: 2, greyFraction: [0, 1]}
      model: {name: vgg3}
      training: {localEpochs: 2}
      federation: {rounds: 5, evaluateEachEpoch: true}
    sweep:
      grid:
        codec:
          - {name: identity}
          - {name: autoencoder, latent: 320}
          - [{name: autoencoder, latent: 320}, {name: quantise, bits: 8}]
          - [{name: autoencoder, latent: 320}, {name: quantise, bits: 4}]
        seed: [1, 2]
    """

  static let latents = """
    name: paper-latents-short
    about: Made-up latents.
    base: {dataset: {name: mnist}, codec: {name: autoencoder}, federation: {rounds: 2}}
    sweep:
      grid: {codec.latent: [8, 64, 640], codec.quantise: [none, 8, 4], seed: [1, 2]}
      also:
        - grid: {codec: [{name: identity}], seed: [1, 2]}
    """

  static let savings = """
    name: paper-savings-short
    about: Made-up ledgers.
    base: {codec: {name: autoencoder, latent: 32}}
    sweep:
      zip:
        federation.rounds: [10, 40, 40]
        partition.clients: [2, 2, 10]
        codec.scope: [shared, shared, shared]
      also:
        - zip:
            federation.rounds: [10, 40, 40]
            partition.clients: [2, 2, 10]
            codec.scope: [perClient, perClient, perClient]
    """

  static let specs = [mnist, cifar10, colour, latents, savings]

  /// Accuracies rise with rounds, fall with what the codec leaves out, and differ between seeds by a known amount.
  static func result(_ spec: RunSpec) -> RunResult {
    let sizes = ModelSizes(of: spec)
    var result = RunResult(
      spec: spec, sizes: sizes, layout: [], clients: clients(spec), labelSkew: 0, classes: 10)
    let loss =
      sizes.encoder == 0 ? 0 : 0.02 + 0.3 / Double(sizes.latent) + 0.2 / Double(spec.quantise?.bits.rawValue ?? 32)
    let base = 0.9 - loss + Double(spec.seed) / 100
    result.rounds = (0..<spec.federation.rounds).map { round in
      let accuracy = base - 0.4 / Double(round + 1)
      let uploads = (0..<spec.partition.clients).map { client in
        var upload = UploadRecord(
          client: client, trainLoss: 0.1, bytes: 0, relativeError: loss, meanSquaredError: 0, latent: nil)
        guard spec.federation.evaluateEachEpoch else { return upload }
        upload.epochAccuracy = (0..<spec.training.localEpochs).map {
          accuracy - 0.02 - 0.05 * Double(client) + 0.02 * Double($0)
        }
        upload.epochLoss = upload.epochAccuracy.map { 1 - $0 }
        return upload
      }
      var record = RoundRecord(
        round: round, testAccuracy: accuracy, testLoss: 1 - accuracy, bytesUp: 0, bytesDown: 0, uploads: uploads)
      guard case .colourImbalance = spec.partition.scheme else { return record }
      record.subsets = [
        SubsetScore(name: "colour", accuracy: accuracy + 0.03, loss: 0),
        SubsetScore(name: "grey", accuracy: accuracy - 0.03, loss: 0),
      ]
      return record
    }
    count(spec, sizes, &result.ledger)
    if sizes.encoder > 0 { fit(spec, &result) }
    return result
  }

  private static func clients(_ spec: RunSpec) -> [ClientRecord] {
    (0..<spec.partition.clients).map { client in
      let isColour = if case .colourImbalance = spec.partition.scheme { true } else { false }
      return ClientRecord(
        indices: [0, 1, 2, 3], labelHistogram: [Int](repeating: 0, count: 10),
        greySamples: isColour && client == 1 ? 4 : 0)
    }
  }

  private static func count(_ spec: RunSpec, _ sizes: ModelSizes, _ ledger: inout Ledger) {
    let bits = spec.quantise?.bits.rawValue ?? 32
    for _ in 0..<spec.federation.rounds * spec.partition.clients {
      ledger.count(.model, .down, bodyBytes: 4 * sizes.model, headerBytes: 8)
      ledger.count(.update, .up, bodyBytes: bits * sizes.latent / 8, headerBytes: 8)
    }
    guard case .autoencoder(let settings) = spec.codec else { return }
    for _ in 0..<(settings.scope == .shared ? 1 : spec.partition.clients) {
      ledger.count(.decoder, .up, bodyBytes: 4 * sizes.decoder, headerBytes: 8)
    }
  }

  private static func fit(_ spec: RunSpec, _ result: inout RunResult) {
    result.fits = (0..<2).map { client in
      var fit = CodecFitRecord()
      fit.trainLoss = (0..<20).map { 0.01 / Double($0 + 1 + client) }
      fit.heldOutLoss = fit.trainLoss.map { $0 * 1.5 }
      return fit
    }
    var prepass = PrepassRecord()
    prepass.trainLoss = [[0.5], [0.4]]
    prepass.snapshots = (0..<2).map { client in
      (1...8).map { index in
        var snapshot = SnapshotRecord(step: 100 * index)
        snapshot.accuracyOriginal = 0.9 - 0.5 / Double(index) + 0.01 * Double(client)
        snapshot.accuracyReconstructed = snapshot.accuracyOriginal - 0.04
        snapshot.lossOriginal = 1 / Double(index)
        snapshot.lossReconstructed = snapshot.lossOriginal + 0.1
        return snapshot
      }
    }
    result.prepass = prepass
  }
}
