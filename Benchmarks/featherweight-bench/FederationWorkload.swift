import FeatherDatasets
import FeatherExperiments
import FeatherFederation
import FeatherNetworks
import FeatherTensors

/// A whole federation, from its first broadcast to its last evaluation; start-up, loading and, where steps are counted, the pre-pass do
/// not count.
final class FederationWorkload: Workload {
  private let spec: RunSpec
  private let data: DatasetSplits
  private let setting: Setting
  private let folder: String
  /// Whether a federation or a training step is one unit of work.
  private let countsRuns: Bool
  private var last: RunResult?

  init(_ spec: RunSpec, _ setting: Setting, folder: String, countsRuns: Bool = false) throws {
    self.spec = spec
    self.setting = setting
    self.folder = folder
    self.countsRuns = countsRuns
    data = try setting.digits.get()
  }

  func repetition() throws -> Repetition {
    let federation = try Federation(spec, data: data, threads: setting.team.threads)
    let clock = ContinuousClock()
    var start = clock.now
    var end = start
    let result = try federation.run { event in
      // What comes before and after the rounds counts where whole runs do.
      if case .progress = event, !countsRuns { start = clock.now }
      if case .round = event { end = clock.now }
    }
    if countsRuns { end = clock.now }
    let seconds = (end - start) / .seconds(1)
    guard result.status == .complete else { throw BenchError("\(folder): the federation diverged") }
    last = result
    let units = countsRuns ? 1 : Double(steps(of: result))
    return Repetition(seconds: seconds, units: units, check: result.rounds.map(\.testAccuracy))
  }

  /// Steps of local training in all rounds.
  private func steps(of result: RunResult) -> Int {
    // Where clients share samples only those who took part are listed; all have equally many.
    let given = spec.partition.samplesPerClient
    return result.rounds.flatMap(\.uploads).reduce(0) { sum, upload in
      let samples = given > 0 ? given : result.clients[upload.client].indices.count
      return sum + spec.training.stepsPerEpoch(samples) * spec.training.localEpochs
    }
  }

  /// Initial weights and every order in which samples are met; clients have equally many.
  func dump(to folder: DumpFolder) throws {
    try setting.dumpDigits(to: folder)
    _ = try repetition()
    guard let result = last else { return }
    let own = try folder.folder(self.folder)
    var stream = RandomStream(seed: spec.seed, purpose: .initialWeights)
    let start = Models.mlp.initialParameters(.kaimingUniform, stream: &stream)
    try own.write("start", start, shape: [start.count])
    let cohort = result.rounds[0].uploads.count
    let samples = result.clients[0].indices.count
    let orders = result.rounds.flatMap { round in
      round.uploads.flatMap { order(result, client: $0.client, .localTraining, round: round.round) }
    }
    try own.write(
      "order", orders, shape: [result.rounds.count, cohort, spec.training.localEpochs, samples])
    guard let prepass = result.prepass else { return }
    try dump(prepass, of: result, to: own)
  }

  /// The same of what comes before the rounds: pre-pass, held-out snapshots, fit.
  private func dump(_ prepass: PrepassRecord, of result: RunResult, to folder: DumpFolder) throws {
    let clients = result.clients.count
    let samples = result.clients[0].indices.count
    let orders = (0..<clients).flatMap { order(result, client: $0, .prepass, epochs: spec.prepass.epochs) }
    try folder.write("prepass-order", orders, shape: [clients, spec.prepass.epochs, samples])
    let heldOut = prepass.snapshots.flatMap { $0.map { UInt8($0.heldOut ? 1 : 0) } }
    try folder.write("held-out", heldOut, shape: [clients, heldOut.count / clients])
    guard case .autoencoder(let codec) = spec.codec else { return }
    let model = Models.autoencoder(of: Models.mlp.parameterCount, latent: codec.latent)
    let fitted = prepass.snapshots[0].count { !$0.heldOut }
    var starts: [Float] = []
    var fitOrders: [Int32] = []
    for client in 0..<clients {
      var stream = RandomStream(seed: spec.seed, purpose: .codecWeights, client: client)
      starts += model.initialParameters(.kaimingUniform, stream: &stream)
      for epoch in 0..<codec.epochs {
        var stream = RandomStream(seed: spec.seed, purpose: .codecFit, client: client, round: epoch)
        fitOrders += stream.permutation(fitted)
      }
    }
    try folder.write("fit-start", starts, shape: [clients, model.parameterCount])
    try folder.write("fit-order", fitOrders, shape: [clients, codec.epochs, fitted])
  }

  private func order(
    _ result: RunResult, client: Int, _ purpose: RandomPurpose, round: Int = 0, epochs: Int? = nil
  ) -> [Int32] {
    (0..<(epochs ?? spec.training.localEpochs)).flatMap { epoch in
      var order = result.clients[client].indices
      var stream = RandomStream(seed: spec.seed, purpose: purpose, client: client, round: round, lane: epoch)
      stream.shuffle(&order)
      return order
    }
  }
}

extension FederationWorkload {
  /// 10 clients with 6,000 digits each, all of which take part: 20 rounds of one epoch in batches of 32, 37,600 steps.
  static func manySamples(
    _ setting: Setting, _ algorithm: FederationSpec.Algorithm = .fedavg
  ) throws -> FederationWorkload {
    var spec = spec(of: algorithm)
    spec.dataset = setting.digitsSpec
    spec.partition.clients = 10
    spec.training.localEpochs = 1
    spec.federation.rounds = 20
    return try FederationWorkload(spec, setting, folder: name("federation-a", algorithm))
  }

  /// 1,000 clients with 60 digits each, of which 50 take part: 50 rounds of five epochs in batches of 10, 75,000 steps.
  static func manyClients(
    _ setting: Setting, _ algorithm: FederationSpec.Algorithm = .fedavg
  ) throws -> FederationWorkload {
    var spec = spec(of: algorithm)
    spec.dataset = setting.digitsSpec
    spec.partition.clients = 1000
    spec.training.batch = 10
    spec.federation.rounds = 50
    spec.federation.participation = 0.05
    return try FederationWorkload(spec, setting, folder: name("federation-b", algorithm))
  }

  /// Server rates at which the algorithms learn this task; the others take the clients' mean.
  private static func spec(of algorithm: FederationSpec.Algorithm) -> RunSpec {
    var spec = RunSpec()
    spec.federation.algorithm = algorithm
    switch algorithm {
    case .fedadam, .fedyogi: spec.federation.serverLearningRate = 0.03
    case .fedadagrad: spec.federation.serverLearningRate = 0.1
    case .fedavgm: spec.federation.serverLearningRate = 0.3
    case .fedavg, .fedprox, .scaffold, .fednova: break
    }
    return spec
  }

  /// What a federation is called with an algorithm.
  static func name(_ federation: String, _ algorithm: FederationSpec.Algorithm) -> String {
    algorithm == .fedavg ? federation : "\(federation)-\(algorithm.rawValue)"
  }

  /// 10,000 clients with 60 digits each by Dirichlet(0.3) mixtures, of which 200 take part: 20 rounds of five epochs in batches of 10,
  /// 120,000 steps, each update through a shared autoencoder that 20 of the clients' snapshots were fitted by.
  static func throughAutoencoder(_ setting: Setting) throws -> FederationWorkload {
    var codec = AutoencoderSpec()
    (codec.scope, codec.epochs) = (.shared, 20)
    var spec = RunSpec()
    spec.dataset = setting.digitsSpec
    spec.partition.clients = 10_000
    spec.partition.samplesPerClient = 60
    spec.partition.scheme = .innerDirichlet(alpha: 0.3, quantityAlpha: 0, minimumSamples: 10)
    spec.training.batch = 10
    spec.prepass.clients = 20
    spec.prepass.epochs = 5
    spec.prepass.snapshotEvery = .epoch
    spec.codec = .autoencoder(codec)
    spec.federation.rounds = 20
    spec.federation.participation = 0.02
    return try FederationWorkload(spec, setting, folder: "federation-c")
  }

  /// So many clients with 60 digits each, of which 100 take part: 50 rounds of five epochs in batches of 10, 150,000 steps.
  static func countless(_ setting: Setting, clients: Int) throws -> FederationWorkload {
    var spec = RunSpec()
    spec.dataset = setting.digitsSpec
    spec.partition.clients = clients
    spec.partition.samplesPerClient = 60
    spec.training.batch = 10
    spec.federation.rounds = 50
    spec.federation.participation = 100 / Double(clients)
    return try FederationWorkload(spec, setting, folder: "federation-\(clients)")
  }

  /// The centred autoencoder's run of experiments/mnist-short.yaml.
  static func pipeline(_ setting: Setting) throws -> FederationWorkload {
    var codec = AutoencoderSpec()
    codec.initialisation = .kaimingUniform
    codec.epochs = 100
    var spec = RunSpec()
    spec.dataset = setting.digitsSpec
    spec.training.localEpochs = 1
    spec.prepass.epochs = 5
    spec.codec = .autoencoder(codec)
    spec.federation.rounds = 10
    return try FederationWorkload(spec, setting, folder: "pipeline", countsRuns: true)
  }
}
