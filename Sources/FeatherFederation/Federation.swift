internal import FeatherCodecs
public import FeatherDatasets
public import FeatherExperiments
internal import FeatherNetworks
internal import FeatherTensors

/// A federation of clients and one aggregator, simulated in one thread and deterministic in its spec.
public struct Federation: ~Copyable {
  private let spec: RunSpec
  private let partition: Partition
  private let model: Architecture
  private let codec: any UpdateCodec
  private let initial: [Float]
  private var training: LocalTraining
  private let evaluation: Evaluation
  private var wire = Wire()
  private var result: RunResult
  /// The round under way; nil before the first.
  private var currentRound: Int?

  /// Divides the data and draws the initial weights; nothing is trained yet.
  ///
  /// - Parameter partitionLists: the sample indices of each client, where the spec's partition file is none that is read here (CSV).
  /// - Throws: `DatasetError` when the data cannot be divided as the spec asks, `NetworkError` when its model cannot be built.
  public init(_ spec: RunSpec, data: DatasetSplits, partitionLists: [[Int]]? = nil) throws {
    let partition = try Assembly.partition(spec.partition, of: data.train, seed: spec.seed, lists: partitionLists)
    let prepared = try data.prepared(
      for: partition, normalisation: Assembly.normalisation(spec.dataset.normalisation))
    var model = try Assembly.model(spec.model, for: spec.dataset)
    model.convolution = Assembly.convolution(spec.training.convolution)
    let evaluation = try Evaluation(model: model, test: prepared.test, greyTest: prepared.greyTest)
    let training = try LocalTraining(
      spec, model: model, data: prepared.train, largestClient: partition.clients.lazy.map(\.count).max())
    let convolutions = training.convolutions
    var stream = RandomStream(seed: spec.seed, purpose: .initialWeights)
    self.spec = spec
    self.partition = partition
    self.model = model
    self.evaluation = evaluation
    self.training = training
    codec = Assembly.codec(spec, parameters: model.parameterCount)
    initial = model.initialParameters(Assembly.initialisation(spec.model.initialisation), stream: &stream)
    result = Self.emptyResult(spec, data: prepared, partition: partition, model: model, codec: codec)
    if let convolutions { result.environment.append(EnvironmentFact(name: "convolution", value: convolutions)) }
  }

  /// Runs the pre-pass where the codec needs one, then every round.
  ///
  /// - Parameter emit: receives progress and each round's record; an error it throws ends the run.
  /// - Returns: the whole result; a run that diverged is a result too, with the rounds up to there.
  public consuming func run(emit: (RunEvent) throws -> Void = { _ in }) throws -> RunResult {
    do {
      var setup = try prepare(emit)
      try rounds(&setup, emit)
    } catch let divergence as Divergence {
      result.status = .diverged(round: currentRound, reason: divergence.reason)
    }
    result.ledger = wire.ledger
    return result
  }

  /// The loop: broadcast, train, upload, aggregate, evaluate.
  private mutating func rounds(_ setup: inout CodecSetup, _ emit: (RunEvent) throws -> Void) throws {
    var server = Server(initial: initial, input: codec.input, decoders: setup.decoders)
    let sampler = CohortSampler(
      clients: spec.partition.clients, participation: spec.federation.participation, seed: spec.seed)
    keep(server.global, after: 0)
    for round in 0..<spec.federation.rounds {
      currentRound = round
      let before = wire.ledger
      let cohort = sampler.cohort(round)
      let uploads = try train(cohort, from: try server.broadcast(), round, &setup)
      let records = try aggregate(uploads, into: &server)
      let score = evaluation.score(server.global)
      try Divergence.check(loss: score.loss, of: "the global model's test loss")
      let record = RoundRecord(
        round: round, testAccuracy: score.accuracy, testLoss: score.loss,
        bytesUp: wire.ledger.bytes(.up) - before.bytes(.up),
        bytesDown: wire.ledger.bytes(.down) - before.bytes(.down), uploads: records,
        subsets: score.subsets)
      result.rounds.append(record)
      keep(server.global, after: round + 1)
      try emit(.round(record))
    }
  }

  /// What a client sent, and what it was before it was encoded (kept here only to measure the codec's error).
  private struct Upload {
    let client: Int
    let payload: Payload
    let trainLoss: Double
    let sent: [Float]
    let latent: [Float]?
    /// After each local epoch, when the spec asks.
    let epochScores: [Evaluation.Score]
  }

  /// Every participant receives the global model, trains on its own samples and encodes its update.
  private mutating func train(
    _ cohort: [Int], from broadcast: Payload, _ round: Int, _ setup: inout CodecSetup
  ) throws -> [Upload] {
    var uploads: [Upload] = []
    for client in cohort {
      let received = wire.carry(broadcast, .model, .down)
      let global = try received.values(.floats, count: model.parameterCount)
      var epochScores: [Evaluation.Score] = []
      let local = try training.train(
        client: client, indices: partition.clients[client], from: global, epochs: spec.training.localEpochs,
        purpose: .localTraining, round: round,
        afterEpoch: { [evaluation, spec] network in
          guard spec.federation.evaluateEachEpoch else { return }
          epochScores.append(evaluation.score(network.parameterArray))
        })
      let update = UpdateVector.of(local.weights, relativeTo: global, input: codec.input)
      let encoded = try encode(update, client: client, &setup)
      uploads.append(
        Upload(
          client: client, payload: wire.carry(encoded.payload, .update, .up), trainLoss: local.losses.last ?? .nan,
          sent: update, latent: encoded.latent, epochScores: epochScores))
    }
    return uploads
  }

  /// The aggregator decodes the payloads in ascending client order and averages them.
  private func aggregate(_ uploads: [Upload], into server: inout Server) throws -> [UploadRecord] {
    var decoded: [(update: [Float], samples: Int)] = []
    var records: [UploadRecord] = []
    for upload in uploads {
      let update = try server.decode(upload.payload, from: upload.client)
      try Divergence.check(
        vector: update, of: "client \(upload.client)'s decoded update", culprit: encodingCulprit)
      decoded.append((update, partition.clients[upload.client].count))
      records.append(
        UploadRecord(
          client: upload.client, trainLoss: upload.trainLoss, bytes: upload.payload.byteCount,
          relativeError: Reductions.relativeError(of: update, to: upload.sent),
          meanSquaredError: Reductions.squaredDistance(update, upload.sent) / Double(update.count),
          latent: spec.store.latents == .all ? upload.latent : nil,
          epochAccuracy: upload.epochScores.map(\.accuracy), epochLoss: upload.epochScores.map(\.loss)))
    }
    server.aggregate(decoded)
    return records
  }

  /// Encodes an update of `client`.
  ///
  /// - Throws: `Divergence` when the codec cannot hold a value of it: too large for few bits, or a latent that is not finite.
  private func encode(_ update: [Float], client: Int, _ setup: inout CodecSetup) throws -> EncodedUpdate {
    do {
      return try setup.encode(update, client: client)
    } catch let error as CodecError {
      throw Divergence(reason: "client \(client)'s update cannot be encoded: \(error): lower \(encodingCulprit)")
    }
  }

  /// What is to blame for values that leave the range of numbers between a client's finite weights and the aggregator.
  private var encodingCulprit: String { codec.isFitted ? "codec.learningRate" : "training.learningRate" }

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
  /// Pre-pass, fit, shipping and validation model, where the codec is fitted.
  private mutating func prepare(_ emit: (RunEvent) throws -> Void) throws -> CodecSetup {
    guard codec.isFitted else { return try CodecSetup(unfitted: codec) }
    let clients = partition.clients
    let start = try Payload(.floats, values: initial)
    var record = PrepassRecord()
    var snapshots: [[Snapshot]] = []
    for client in clients.indices {
      try emit(.progress(.prepass, done: client, of: clients.count))
      let received = try wire.carry(start, .prepass, .down).values(.floats, count: initial.count)
      let outcome = try Prepass.run(
        spec, client: client, indices: clients[client], from: received, training: &training)
      record.trainLoss.append(outcome.losses)
      snapshots.append(outcome.snapshots)
    }
    try emit(.progress(.prepass, done: clients.count, of: clients.count))
    var setup = try CodecSetup(
      fitting: codec, spec, snapshots: snapshots, initial: initial, wire: &wire, emit: emit)
    for client in clients.indices {
      try emit(.progress(.validation, done: client, of: clients.count))
      record.snapshots.append(try snapshots[client].map { try validate($0, client: client, &setup) })
    }
    try emit(.progress(.validation, done: clients.count, of: clients.count))
    result.prepass = record
    result.fits = setup.fits
    return setup
  }

  /// The validation model of arXiv:2108.05670: the model with a snapshot's original and with its decoded weights, scored side by side.
  private func validate(_ snapshot: Snapshot, client: Int, _ setup: inout CodecSetup) throws -> SnapshotRecord {
    let update = UpdateVector.of(snapshot.weights, relativeTo: initial, input: codec.input)
    let payload = try encode(update, client: client, &setup).payload
    let decoded = try setup.decode(payload, client: client)
    let original = evaluation.score(snapshot.weights)
    let reconstructed = evaluation.score(
      UpdateVector.weights(of: decoded, relativeTo: initial, input: codec.input))
    try Divergence.check(loss: original.loss, of: "client \(client)'s test loss at step \(snapshot.step)")
    try Divergence.check(
      loss: reconstructed.loss, of: "client \(client)'s test loss with the decoded snapshot of step \(snapshot.step)",
      culprit: "codec.learningRate")
    var record = SnapshotRecord(step: snapshot.step)
    record.heldOut = snapshot.isHeldOut
    record.accuracyOriginal = original.accuracy
    record.lossOriginal = original.loss
    record.accuracyReconstructed = reconstructed.accuracy
    record.lossReconstructed = reconstructed.loss
    record.relativeError = Reductions.relativeError(of: decoded, to: update)
    record.weights = spec.store.snapshots ? snapshot.weights : nil
    return record
  }

  private static func emptyResult(
    _ spec: RunSpec, data: PreparedData, partition: Partition, model: Architecture, codec: any UpdateCodec
  ) -> RunResult {
    let train = data.train
    let histograms = partition.labelHistograms(labels: train.labels, classes: train.classes)
    let counts = codec.parameterCounts
    let grey = partition.greyCounts
    var result = RunResult(
      spec: spec,
      sizes: ModelSizes(
        model: model.parameterCount, encoder: counts.encoder, decoder: counts.decoder, latent: codec.latentSize),
      layout: model.blocks.map { ParameterSlice(name: $0.name, offset: $0.offset, shape: $0.shape) },
      clients: partition.clients.indices.map { client in
        ClientRecord(
          indices: partition.clients[client], labelHistogram: histograms[client],
          greySamples: grey[client], noiseDeviation: partition.noiseDeviation(of: client))
      },
      labelSkew: partition.labelSkew(labels: train.labels, classes: train.classes), classes: train.classes)
    if let statistics = data.statistics {
      result.normalisation = zip(statistics.mean, statistics.deviation).map { ChannelScale(mean: $0, deviation: $1) }
    }
    result.environment = environment
    return result
  }

  /// What decides the last bits of a result on this machine.
  public static var environment: [EnvironmentFact] {
    [
      EnvironmentFact(name: "instruction_set", value: OneDNN.instructionSet),
      EnvironmentFact(name: "onednn", value: OneDNN.version),
    ]
  }
}
