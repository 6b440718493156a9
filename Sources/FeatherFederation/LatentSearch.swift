internal import FeatherCodecs
internal import FeatherDatasets
internal import FeatherExperiments
internal import FeatherNetworks
internal import FeatherTensors

/// Chooses the width of a latent by a budget: the dynamic side of arXiv:2108.05670.
struct LatentSearch {
  /// Training samples of a client on which weights are compared, the first ones that it has.
  private static let samples = 1000

  let spec: RunSpec
  let model: Architecture
  let data: Dataset
  let partition: Partition
  let initial: [Float]

  /// The largest width whose uploads and decoders take at most `bytes` over the whole run; the trials that showed it.
  ///
  /// - Throws: `Divergence` when even a width of 1 takes more.
  func width(bytes: Int) throws -> (latent: Int, trials: [LatentTrial]) {
    var trials: [LatentTrial] = []
    func fits(_ latent: Int) -> Bool {
      let total = totalBytes(latent: latent)
      trials.append(LatentTrial(latent: latent, cost: Double(total)))
      return total <= bytes
    }
    guard fits(1) else {
      throw Divergence(
        reason:
          "codec.budget allows \(bytes) bytes, but a latent of 1 already takes \(totalBytes(latent: 1)): allow more")
    }
    var (most, tooMany) = (1, model.parameterCount)
    while most + 1 < tooMany {
      let middle = (most + tooMany) / 2
      if fits(middle) { most = middle } else { tooMany = middle }
    }
    return (most, trials)
  }

  /// Bytes on the wire of all uploads and decoders with a latent of that width.
  private func totalBytes(latent: Int) -> Int {
    var spec = spec
    spec.codec.latent = latent
    let codec = Assembly.codec(spec, model: model)
    let decoders =
      switch spec.codec.scope {
      case .perClient: spec.partition.clients
      case .shared: 1
      case .clustered: spec.codec.clusters
      }
    let upload = Payload.headerByteCount + codec.expectedByteCount
    return spec.federation.rounds * spec.cohortSize * upload + decoders * codec.shippedDecoderByteCount
  }

  /// The smallest width, doubling from 1, at which the decoded snapshots lose at most `limit` of accuracy on the clients' own samples;
  /// the trials that showed it.
  ///
  /// - Throws: `Divergence` when no width below the number of parameters does.
  func width(
    accuracyLoss limit: Double, snapshots: ClientStates<[Snapshot]>, on team: ThreadTeam
  ) throws -> (latent: Int, trials: [LatentTrial]) {
    let clients = snapshots.clients
    let scorers = try clients.map { client in
      try Evaluation(model: model, test: data.samples(at: partition.samples(of: client).prefix(Self.samples)))
    }
    let originals = try team.map(clients.count) { place in
      try (snapshots[clients[place]] ?? []).map { try scorers[place].score($0.weights).accuracy }
    }
    var trials: [LatentTrial] = []
    var latent = 1
    while latent < model.parameterCount {
      let decoded = try accuracies(latent: latent, snapshots, scorers, on: team)
      let losses = zip(originals.joined(), decoded).map { $0 - $1 }
      let loss = losses.reduce(0, +) / Double(losses.count)
      trials.append(LatentTrial(latent: latent, cost: loss))
      if loss <= limit { return (latent, trials) }
      latent *= 2
    }
    throw Divergence(
      reason: "no latent keeps codec.budget's accuracyLoss of \(limit): the best lost \(trials.map(\.cost).min() ?? 1)")
  }

  /// Accuracies with every client's decoded snapshots, client 0 first, under codecs of one width.
  private func accuracies(
    latent: Int, _ snapshots: ClientStates<[Snapshot]>, _ scorers: [Evaluation], on team: ThreadTeam
  ) throws -> [Double] {
    var spec = spec
    spec.codec.latent = latent
    let codec = Assembly.codec(spec, model: model)
    var uncounted = Wire()
    let setup = try CodecSetup(
      fitting: codec, spec, snapshots: snapshots, initial: initial, wire: &uncounted, on: team,
      shelf: CheckpointShelf(), emit: { _ in })
    let clients = snapshots.clients
    return try team.map(clients.count) { place in
      let client = clients[place]
      return try (snapshots[client] ?? []).enumerated().map { number, snapshot in
        let check = Occasion(seed: spec.seed, client: client, round: number, isCheck: true)
        let update = UpdateVector.of(snapshot.weights, relativeTo: initial, input: codec.input)
        let body = try setup.encoders.encode(update, at: check).value.body
        let decoded = try setup.decoders.decode(body[...], at: check).value
        let weights = UpdateVector.weights(of: decoded, relativeTo: initial, input: codec.input)
        return try scorers[place].score(weights).accuracy
      }
    }.flatMap { $0 }
  }
}
