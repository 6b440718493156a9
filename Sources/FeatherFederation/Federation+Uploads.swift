internal import FeatherCodecs
internal import FeatherDatasets
internal import FeatherExperiments
internal import FeatherNetworks
internal import FeatherTensors

extension Federation {
  /// What a client sent, and what it was before it was encoded (kept here only to measure the codec's error).
  struct Upload {
    let client: Int
    let payload: Payload
    let trainLoss: Double
    let sent: [Float]
    let latent: [Float]?
    /// What the client remembers of its codec from then on.
    let memory: CodecMemory
    /// The change of its control variate, and what it remembers of the codec of these; nil without such.
    let variate: (payload: Payload, memory: CodecMemory)?
    /// What the codec would have encoded within the round and at its end, when the spec refreshes codecs.
    let recent: [[Float]]
    /// After each local epoch, when the spec asks.
    let epochScores: [Evaluation.Score]
  }

  /// The global model as it crosses, and as every participant reads it.
  struct SentModel {
    /// The bytes that each participant receives; nil where what crossed is counted already.
    let payload: Payload?
    /// Shape [P].
    let parameters: [Float]
    /// The server's control variate as it crosses, and as it is read; nil without such.
    let variate: (payload: Payload, values: [Float])?
  }

  /// Sends out the global model, which whoever follows it hears.
  ///
  /// With a downlink that compresses, the participants are brought to what it says they hold.
  mutating func broadcast(
    _ server: inout Server, to setup: inout CodecSetup, _ cohort: [Int], _ round: Int, _ downlink: inout Downlink?
  ) throws -> SentModel {
    do {
      try downlink?.send(server.global, round, to: cohort, over: &wire)
    } catch let error as CodecError {
      throw Divergence(
        reason: "the change of the global model cannot be encoded: \(error): lower training.learningRate")
    }
    if let downlink { return SentModel(payload: nil, parameters: downlink.held, variate: try sentVariate()) }
    let payload = try server.broadcast()
    // All receive the same bytes: they are read once, and counted for each who takes part.
    let global = try Wire.received(payload).values(.floats, count: model.parameterCount)
    if codec.followsGlobal {
      setup.encoders.follow(.model(global, team: team))
      server.decoders.follow(.model(server.global, team: team))
    }
    return SentModel(payload: payload, parameters: global, variate: try sentVariate())
  }

  /// The server's control variate on its way to participants; nil without such.
  private func sentVariate() throws -> (payload: Payload, values: [Float])? {
    try variates.map { variates in
      let payload = try Payload(.floats, values: variates.server)
      return (payload: payload, values: try Wire.received(payload).values(.floats, count: variates.server.count))
    }
  }

  /// A cohort in parts, so that no more updates than those of a part are in memory; a function of the sizes alone.
  func parts(of cohort: [Int]) -> [ArraySlice<Int>] {
    let size = Self.partSize(parameters: model.parameterCount)
    return stride(from: 0, to: cohort.count, by: size).map { cohort[$0..<min($0 + size, cohort.count)] }
  }

  /// How many updates are in memory at a time: sent, encoded and decoded, within 64 MB, but 16 at least.
  static func partSize(parameters: Int) -> Int { max(16, (1 << 26) / (12 * parameters)) }

  /// Every participant receives the global model, trains on its own samples and encodes its update.
  mutating func train(
    _ cohort: ArraySlice<Int>, from sent: SentModel, _ round: Int, _ setup: inout CodecSetup
  ) throws -> [Upload] {
    let encoders = setup.encoders
    let outcomes = team.results(cohort.count) {
      try upload(of: cohort[cohort.startIndex + $0], from: sent, round, encoders)
    }
    return try outcomes.map { outcome in
      count(sent)
      let upload = try outcome.get()
      wire.count(upload.payload, .update, .up)
      if let variate = upload.variate { wire.count(variate.payload, .variate, .up) }
      setup.encoders.remember(upload.memory, of: upload.client)
      return upload
    }
  }

  /// Counts what a participant receives.
  mutating func count(_ sent: SentModel) {
    if let payload = sent.payload { wire.count(payload, .model, .down) }
    if let variate = sent.variate { wire.count(variate.payload, .variate, .down) }
  }

  /// What one participant does.
  private func upload(
    of client: Int, from sent: SentModel, _ round: Int, _ encoders: CodecSide<any UpdateEncoder>
  ) throws -> Upload {
    let global = sent.parameters
    var epochScores: [Evaluation.Score] = []
    var recent: [[Float]] = []
    let cadence = spec.addOns.refresh.isOn ? snapshotCadence(of: client) : nil
    let local = try trainers.use { training in
      try training.train(
        client: client, indices: partition.samples(of: client), from: global, epochs: spec.training.localEpochs,
        purpose: .localTraining, round: round, along: path(of: client, sent, round),
        afterStep: { step, network in
          guard let cadence, step % cadence == 0 else { return }
          // What is older than the window would not be fitted.
          if recent.count == spec.addOns.refresh.window { recent.removeFirst() }
          recent.append(UpdateVector.of(network.parameterArray, relativeTo: global, input: codec.input))
        },
        afterEpoch: { network in
          guard spec.federation.evaluateEachEpoch else { return }
          epochScores.append(try evaluation.score(network.parameterArray))
        })
    }
    let update = UpdateVector.of(local.weights, relativeTo: global, input: codec.input)
    // The last step may have been one of the cadence's.
    if cadence != nil, recent.last != update { recent.append(update) }
    let occasion = Occasion(seed: spec.seed, client: client, round: round)
    let encoded = try encode(update, at: occasion, encoders)
    let variate = try sent.variate.map {
      try self.variate(of: client, sent, $0.values, local.weights, occasion, encoders)
    }
    return Upload(
      client: client, payload: try codec.payload(encoded.value), trainLoss: local.losses.last ?? .nan, sent: update,
      latent: encoded.value.latent, memory: encoded.memory, variate: variate, recent: recent, epochScores: epochScores)
  }

  /// The aggregator decodes payloads and adds them to the round's sum, in ascending client order.
  mutating func add(
    _ uploads: [Upload], to sum: inout UpdateSum, _ round: Int, _ server: inout Server
  ) throws -> [UploadRecord] {
    let decoded = try team.map(uploads.count) { [server] in try receive(uploads[$0], round, by: server) }
    for (upload, decoded) in zip(uploads, decoded) {
      server.decoders.remember(decoded.update.memory, of: upload.client)
    }
    sum.add(
      zip(uploads, decoded).map {
        (update: $1.update.value, weight: weight(of: $0.client), scale: stepScale(of: $0.client))
      }, on: team)
    for upload in uploads { try takeVariate(of: upload, round, by: server) }
    return decoded.map(\.record)
  }

  /// Decodes an upload, and compares with what was sent.
  private func receive(
    _ upload: Upload, _ round: Int, by server: Server
  ) throws -> (update: Remembering<[Float]>, record: UploadRecord) {
    let decoded = try decode(upload, round, by: server)
    let update = decoded.value
    try Divergence.check(vector: update, of: "client \(upload.client)'s decoded update", culprit: encodingCulprit)
    let squaredDistance = Reductions.squaredDistance(update, upload.sent)
    let record = UploadRecord(
      client: upload.client, trainLoss: upload.trainLoss, bytes: upload.payload.byteCount,
      relativeError: Reductions.relativeError(squaredDistance: squaredDistance, to: upload.sent),
      meanSquaredError: squaredDistance / Double(update.count),
      latent: spec.store.latents == .all ? upload.latent : nil,
      epochAccuracy: upload.epochScores.map(\.accuracy), epochLoss: upload.epochScores.map(\.loss))
    return (decoded, record)
  }

  /// Decodes what a client sent.
  ///
  /// - Throws: `Divergence` when finite bytes stand for weights beyond the range of numbers.
  private func decode(_ upload: Upload, _ round: Int, by server: Server) throws -> Remembering<[Float]> {
    do {
      return try server.decode(
        Wire.received(upload.payload), at: Occasion(seed: spec.seed, client: upload.client, round: round))
    } catch let error as CodecError {
      throw Divergence(
        reason: "client \(upload.client)'s upload cannot be decoded: \(error): lower \(encodingCulprit)")
    }
  }

  /// Encodes an update of `client`.
  ///
  /// - Throws: `Divergence` when the codec cannot hold a value of it: too large for few bits, or a latent that is not finite.
  func encode(
    _ update: [Float], at occasion: Occasion, _ encoders: CodecSide<any UpdateEncoder>
  ) throws -> Remembering<Encoding> {
    do {
      return try encoders.encode(update, at: occasion)
    } catch let error as CodecError {
      throw Divergence(
        reason: "client \(occasion.client)'s update cannot be encoded: \(error): lower \(encodingCulprit)")
    }
  }

  /// What is to blame for values that leave the range of numbers between a client's finite weights and the aggregator.
  var encodingCulprit: String { codec.isFitted ? "codec.learningRate" : "training.learningRate" }
}
