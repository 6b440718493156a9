internal import FeatherCodecs
internal import FeatherDatasets
internal import FeatherExperiments
internal import FeatherTensors

extension Federation {
  /// Pre-pass, fit, shipping and validation model, where the codec is fitted.
  mutating func prepare(_ emit: (RunEvent) throws -> Void) throws -> CodecSetup {
    guard codec.isFitted else { return try CodecSetup(unfitted: codec, on: shelf) }
    if let saved { return try CodecSetup(continuing: codec, spec, from: saved, on: shelf) }
    let clients = prepassClients
    let start = try Payload(.floats, values: initial)
    let received = try Wire.received(start).values(.floats, count: initial.count)
    let outcomes = try team.results(of: .prepass, clients.indices, of: clients.count, on: shelf, emit) {
      try prepass(of: clients[$0], from: received)
    }
    var record = PrepassRecord()
    if spec.prepass.isSampled { record.clients = clients }
    var snapshots = ClientStates<[Snapshot]>()
    for (client, outcome) in zip(clients, outcomes) {
      wire.count(start, .prepass, .down)
      let outcome = try outcome.get()
      record.trainLoss.append(outcome.losses)
      snapshots[client] = outcome.snapshots
    }
    try chooseLatent(snapshots)
    let setup = try CodecSetup(
      fitting: codec, spec, snapshots: snapshots, initial: initial, wire: &wire, on: team, shelf: shelf, emit: emit)
    let checks = try team.results(of: .validation, clients.indices, of: clients.count, on: shelf, emit) { place in
      let client = clients[place]
      return try (snapshots[client] ?? []).enumerated().map { try validate($1, number: $0, client: client, setup) }
    }
    record.snapshots = try checks.map { try $0.get() }
    result.prepass = keepingSnapshots(record, clients.map { snapshots[$0] ?? [] })
    result.fits = setup.fits
    return setup
  }

  /// The clients that run the pre-pass before the first round, ascending.
  var prepassClients: [Int] {
    let all = spec.partition.clients
    guard spec.prepass.isSampled else { return Array(0..<all) }
    var stream = RandomStream(seed: spec.seed, purpose: .prepassClients)
    return stream.distinct(min(spec.prepass.clients, all), below: all)
  }

  /// The pre-pass of a client that received the weights `start`.
  private func prepass(of client: Int, from start: [Float]) throws -> Prepass.Outcome {
    try trainers.use { training in
      try Prepass.run(
        spec, client: client, indices: partition.samples(of: client), from: start, training: training)
    }
  }

  /// Gives clients that take part for the first time a codec, where the pre-pass was left to a sample of the clients.
  ///
  /// Where codecs are those of groups, a client runs the pre-pass then, and what it ends with says which group it joins.
  mutating func admit(_ cohort: ArraySlice<Int>, to setup: inout CodecSetup, _ server: inout Server) throws {
    let clients = setup.newcomers(in: cohort, spec)
    guard !clients.isEmpty else { return }
    guard spec.codec.scope == .clustered else {
      for client in clients { try setup.admit(client, snapshot: nil, server: &server, over: &wire) }
      return
    }
    let start = try Payload(.floats, values: initial)
    let received = try Wire.received(start).values(.floats, count: initial.count)
    let outcomes = team.results(clients.count) { try prepass(of: clients[$0], from: received) }
    for (client, outcome) in zip(clients, outcomes) {
      wire.count(start, .prepass, .down)
      try setup.admit(client, snapshot: outcome.get().snapshots.last?.weights, server: &server, over: &wire)
    }
  }

  /// The validation model of arXiv:2108.05670: the model with a snapshot's original and with its decoded weights, scored side by side.
  private func validate(
    _ snapshot: Snapshot, number: Int, client: Int, _ setup: CodecSetup
  ) throws -> SnapshotRecord {
    let update = UpdateVector.of(snapshot.weights, relativeTo: initial, input: codec.input)
    let check = Occasion(seed: spec.seed, client: client, round: number, isCheck: true)
    let encoded = try encode(update, at: check, setup.encoders).value
    let decoded = try setup.decoders.decode(encoded.body[...], at: check).value
    let original = try evaluation.score(snapshot.weights)
    let reconstructed = try evaluation.score(
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
    return record
  }

  /// The pre-pass with the snapshots' weights where the spec asks for them; what rounds have no use for is dropped from checkpoints.
  func keepingSnapshots(_ record: PrepassRecord, _ snapshots: [[Snapshot]]) -> PrepassRecord {
    let isKept = spec.store.snapshots
    shelf.remove { name in
      name.hasPrefix(RunEvent.Stage.validation.rawValue) || !isKept && name.hasPrefix(RunEvent.Stage.prepass.rawValue)
    }
    guard isKept else { return record }
    var record = record
    for (client, snapshots) in snapshots.enumerated() {
      for (place, snapshot) in snapshots.enumerated() { record.snapshots[client][place].weights = snapshot.weights }
    }
    return record
  }

  /// Takes the latent that the spec's budget allows, unless a checkpoint says which.
  private mutating func chooseLatent(_ snapshots: ClientStates<[Snapshot]>) throws {
    guard let budget = spec.codec.budget, shelf.run.latent == nil else { return }
    let search = LatentSearch(spec: spec, model: model, data: samples, partition: partition, initial: initial)
    let found =
      switch budget {
      case .bytes(let bytes): try search.width(bytes: bytes)
      case .accuracyLoss(let loss): try search.width(accuracyLoss: loss, snapshots: snapshots, on: team)
      }
    take(latent: found.latent, after: found.trials)
    shelf.run.latent = found.latent
    shelf.run.latentTrials = found.trials
  }

  /// Takes the latent that a budget allows.
  mutating func take(latent: Int, after trials: [LatentTrial]) {
    var chosen = spec
    chosen.codec.latent = latent
    codec = Assembly.codec(chosen, model: model)
    result.latentTrials = trials
    result.sizes = Self.sizes(model, codec)
  }

  /// Steps between the snapshots that a client keeps within a round, as in the pre-pass.
  func snapshotCadence(of client: Int) -> Int {
    switch spec.prepass.snapshotEvery {
    case .steps(let steps): steps
    case .epoch: spec.training.stepsPerEpoch(partition.sampleCount(of: client))
    }
  }

  /// Fits codecs anew before a round, where the spec asks for that then.
  mutating func refresh(
    _ setup: inout CodecSetup, _ recent: ClientStates<[[Float]]>, _ round: Int, _ server: inout Server
  ) throws {
    let refresh = spec.addOns.refresh
    guard refresh.isOn, let last = result.rounds.last else { return }
    let isDue = refresh.every > 0 && round % refresh.every == 0
    let groups =
      isDue ? setup.allGroups : refresh.above > 0 ? setup.groups(above: refresh.above, in: last.uploads) : []
    try setup.refit(
      groups, of: codec, spec, recent: recent, round: round, server: &server, wire: &wire, on: team)
    result.fits = setup.fits
  }
}
