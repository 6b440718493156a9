internal import FeatherCodecs
internal import FeatherDatasets
public import FeatherExperiments

extension Federation {
  /// Takes a run up where a checkpoint of it left off; `run` then goes on from there.
  ///
  /// - Throws: `FederationError` when the checkpoint is of another version of this program, of another instruction set or of other
  ///   libraries: what would come out is not what an uninterrupted run gives.
  public mutating func resume(from checkpoint: Checkpoint) throws {
    var archive = ArchiveReader(checkpoint.state)
    var run: SavedRun = try archive.get()
    try archive.end()
    guard run.environment == result.environment else {
      throw FederationError(
        "a checkpoint was made with \(Self.list(run.environment)), and this is \(Self.list(result.environment))")
    }
    if let latent = run.latent { take(latent: latent, after: run.latentTrials) }
    saved = run.rounds
    run.rounds = nil
    shelf = CheckpointShelf(parts: checkpoint.parts)
    shelf.run = run
  }

  private static func list(_ facts: [EnvironmentFact]) -> String {
    facts.map { "\($0.name) \($0.value)" }.joined(separator: ", ")
  }

  /// The state between two rounds.
  func setDown(
    _ setup: CodecSetup, _ server: Server, _ downlink: Downlink?, _ recent: ClientStates<[[Float]]>
  ) -> SavedRounds {
    SavedRounds(
      prepass: result.prepass, fits: result.fits, rounds: result.rounds,
      weights: result.weights.map { SavedWeights(round: $0.round, parameters: $0.parameters) }, ledger: wire.ledger,
      codecs: setup.state, global: server.global, clientMemories: setup.encoders.memories,
      serverMemories: server.decoders.memories, knowledge: server.decoders.halves.first?.knowledge,
      optimizer: server.optimizer.state, variates: variates, recent: recent,
      downlink: downlink?.state)
  }

  /// Goes back to the state between two rounds.
  mutating func takeUp(
    _ saved: SavedRounds, _ setup: inout CodecSetup, _ server: inout Server, _ recent: inout ClientStates<[[Float]]>
  ) throws {
    result.prepass = try saved.prepass.map { record in
      let outcomes = try prepassClients.indices.map {
        try shelf.part(RunEvent.Stage.prepass.part($0)) as Prepass.Outcome?
      }
      return keepingSnapshots(record, outcomes.map { $0?.snapshots ?? [] })
    }
    result.fits = setup.fits
    result.rounds = saved.rounds
    result.weights = saved.weights.map { ($0.round, $0.parameters) }
    wire = Wire(ledger: saved.ledger)
    setup.encoders.memories = saved.clientMemories
    server.decoders.memories = saved.serverMemories
    server.optimizer.state = saved.optimizer
    variates = saved.variates
    recent = saved.recent
    self.saved = nil
    guard let knowledge = saved.knowledge else { return }
    setup.encoders.follow(.knowledge(knowledge))
    server.decoders.follow(.knowledge(knowledge))
  }
}
