internal import FeatherCodecs
public import FeatherDatasets
public import FeatherExperiments
internal import FeatherNetworks
internal import FeatherTensors

/// A federation of clients and one aggregator, simulated and deterministic in its spec.
///
/// Clients are computed side by side, and so are the parts of other work; results do not depend on how many threads there are.
public struct Federation: ~Copyable {
  let spec: RunSpec
  let partition: Partition
  let sampler: CohortSampler
  let model: Architecture
  /// The codec; a budget may have chosen its latent.
  var codec: any UpdateCodec
  let initial: [Float]
  let team: ThreadTeam
  let trainers: Pool<LocalTraining>
  let evaluation: Evaluation
  /// The samples as their clients see them.
  let samples: Dataset
  var wire = Wire()
  var result: RunResult
  /// What takes clients' drift off; nil for algorithms without such.
  var variates: ControlVariates?
  /// What checkpoints hold.
  var shelf: CheckpointShelf
  /// Where the rounds go on; nil for a run that begins with them.
  var saved: SavedRounds?
  /// The round under way; nil before the first.
  private var currentRound: Int?

  /// Divides the data and draws the initial weights; nothing is trained yet.
  ///
  /// - Parameters:
  ///   - partitionLists: the sample indices of each client, where the spec's partition file is none that is read here (CSV).
  ///   - threads: how many threads compute, at least 1.
  /// - Throws: `DatasetError` when the data cannot be divided as the spec asks, `NetworkError` when its model cannot be built.
  public init(_ spec: RunSpec, data: DatasetSplits, partitionLists: [[Int]]? = nil, threads: Int = 1) throws {
    let partition = try Assembly.partition(spec.partition, of: data.train, seed: spec.seed, lists: partitionLists)
    let sampler = try Assembly.sampler(spec, partition)
    let prepared = try data.prepared(
      for: partition, normalisation: Assembly.normalisation(spec.dataset.normalisation))
    var model = try Assembly.model(spec.model, for: spec.dataset)
    model.convolution = Assembly.convolution(spec.training.convolution)
    let team = ThreadTeam(threads: threads)
    let evaluation = try Evaluation(model: model, test: prepared.test, greyTest: prepared.greyTest, team: team)
    let trainers = try Pool { [model] in
      try LocalTraining(spec, model: model, data: prepared.train, largestClient: partition.largestClient)
    }
    let convolutions = try trainers.use { $0.convolutions }
    var stream = RandomStream(seed: spec.seed, purpose: .initialWeights)
    self.spec = spec
    self.partition = partition
    self.sampler = sampler
    self.model = model
    self.team = team
    self.evaluation = evaluation
    self.trainers = trainers
    samples = prepared.train
    codec = Assembly.codec(spec, model: model)
    initial = model.initialParameters(Assembly.initialisation(spec.model.initialisation), stream: &stream)
    result = Self.emptyResult(spec, data: prepared, partition: partition, model: model, codec: codec)
    if spec.addOns.deflate {
      result.environment.append(EnvironmentFact(name: "zlib", value: DeflatedCodec.libraryVersion))
    }
    if let convolutions { result.environment.append(EnvironmentFact(name: "convolution", value: convolutions)) }
    shelf = CheckpointShelf()
    if spec.federation.algorithm == .scaffold { variates = ControlVariates(parameters: model.parameterCount) }
  }

  /// Runs the pre-pass where the codec needs one, then every round.
  ///
  /// - Parameters:
  ///   - checkpointing: how the run is set down while it computes; nil sets nothing down.
  ///   - emit: receives progress and each round's record; an error it throws ends the run.
  /// - Returns: the whole result; a run that diverged is a result too, with the rounds up to there.
  /// - Throws: `RunInterrupted` when `checkpointing` ended it.
  public consuming func run(
    checkpointing: Checkpointing? = nil, emit: (RunEvent) throws -> Void = { _ in }
  ) throws -> RunResult {
    shelf.checkpointing = checkpointing
    shelf.run.environment = result.environment
    do {
      var setup = try prepare(emit)
      try rounds(&setup, emit)
    } catch let divergence as Divergence {
      result.status = .diverged(round: currentRound, reason: divergence.reason)
    } catch is RunInterrupted where shelf.stoppedAt != nil {
      // Of parts that ended side by side, the last one that was set down says how far the run is.
      try shelf.checkGoingOn()
    }
    result.ledger = wire.ledger
    listParticipants()
    return result
  }

  /// The loop: broadcast, train, upload, aggregate, evaluate.
  private mutating func rounds(_ setup: inout CodecSetup, _ emit: (RunEvent) throws -> Void) throws {
    var server = Server(
      initial: saved?.global ?? initial, kind: codec.kind, input: codec.input, decoders: setup.decoders,
      optimizer: ServerOptimizer(spec.federation, parameters: model.parameterCount))
    let dropOuts = DropOuts(probability: spec.federation.dropout, seed: spec.seed)
    var downlink = try Assembly.downlink(spec, model: model).map {
      try Downlink($0, seed: spec.seed, state: saved?.downlink ?? SavedDownlink(held: initial))
    }
    var recent = ClientStates<[[Float]]>()
    if let saved { try takeUp(saved, &setup, &server, &recent) } else { keep(server.global, after: 0) }
    for round in result.rounds.count..<spec.federation.rounds {
      currentRound = round
      let before = wire.ledger
      try refresh(&setup, recent, round, &server)
      let cohort = sampler.cohort(round)
      let staying = dropOuts.staying(cohort, round)
      let sent = try broadcast(&server, to: &setup, cohort, round, &downlink)
      // Who drops out has received the model, and is otherwise as if it had not been drawn.
      for _ in staying.count..<cohort.count { count(sent) }
      var sum = UpdateSum(parameters: model.parameterCount)
      var records: [UploadRecord] = []
      for part in parts(of: staying) {
        try admit(part, to: &setup, &server)
        let uploads = try train(part, from: sent, round, &setup)
        for upload in uploads where spec.addOns.refresh.isOn {
          recent[upload.client] = ((recent[upload.client] ?? []) + upload.recent).suffix(spec.addOns.refresh.window)
        }
        records += try add(uploads, to: &sum, round, &server)
      }
      server.aggregate(sum, from: downlink?.held, round)
      variates?.endRound(clients: spec.partition.clients)
      let score = try evaluation.score(server.global)
      try Divergence.check(loss: score.loss, of: "the global model's test loss", culprit: server.optimizer.culprit)
      let record = RoundRecord(
        round: round, testAccuracy: score.accuracy, testLoss: score.loss,
        bytesUp: wire.ledger.bytes(.up) - before.bytes(.up),
        bytesDown: wire.ledger.bytes(.down) - before.bytes(.down), uploads: records,
        dropped: cohort.count - staying.count, subsets: score.subsets)
      result.rounds.append(record)
      keep(server.global, after: round + 1)
      try emit(.round(record))
      try shelf.boundary(.rounds, round + 1, of: spec.federation.rounds) {
        setDown(setup, server, downlink, recent)
      }
    }
  }

  private mutating func keep(_ global: [Float], after rounds: Int) {
    switch spec.store.weights {
    case .none: return
    case .final: guard rounds == spec.federation.rounds else { return }
    case .all: break
    }
    result.weights.append((rounds, global))
  }
}

extension Federation {
  private static func emptyResult(
    _ spec: RunSpec, data: PreparedData, partition: Partition, model: Architecture, codec: any UpdateCodec
  ) -> RunResult {
    let train = data.train
    var result = RunResult(
      spec: spec, sizes: sizes(model, codec),
      layout: model.blocks.map { ParameterSlice(name: $0.name, offset: $0.offset, shape: $0.shape) },
      clients: partition.isDrawn ? [] : (0..<partition.count).map { record(of: $0, partition, train) },
      labelSkew: partition.labelSkew(labels: train.labels, classes: train.classes), classes: train.classes)
    if partition.isDrawn { result.participants = [] }
    if let statistics = data.statistics {
      result.normalisation = zip(statistics.mean, statistics.deviation).map { ChannelScale(mean: $0, deviation: $1) }
    }
    result.environment = environment
    return result
  }

  private static func record(of client: Int, _ partition: Partition, _ train: Dataset) -> ClientRecord {
    ClientRecord(
      indices: partition.samples(of: client),
      labelHistogram: partition.labelHistogram(of: client, labels: train.labels, classes: train.classes),
      greySamples: partition.greyCount(of: client), noiseDeviation: partition.noiseDeviation(of: client))
  }

  /// Lists the clients that took part, where not all are listed.
  private mutating func listParticipants() {
    guard result.participants != nil else { return }
    let uploading = result.rounds.flatMap { $0.uploads.map(\.client) }
    let participants = Set(uploading + (result.prepass == nil ? [] : prepassClients)).sorted()
    result.clients = participants.map { Self.record(of: $0, partition, samples) }
    result.participants = participants
  }

  static func sizes(_ model: Architecture, _ codec: any UpdateCodec) -> ModelSizes {
    let counts = codec.parameterCounts
    return ModelSizes(
      model: model.parameterCount, encoder: counts.encoder, decoder: counts.decoder, latent: codec.latentSize)
  }

  /// What decides the last bits of a result on this machine.
  public static var environment: [EnvironmentFact] {
    [
      EnvironmentFact(name: "instruction_set", value: OneDNN.instructionSet),
      EnvironmentFact(name: "onednn", value: OneDNN.version),
    ]
  }
}
