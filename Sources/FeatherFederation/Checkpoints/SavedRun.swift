internal import FeatherCodecs
internal import FeatherExperiments

/// What a checkpoint's state holds; snapshots and fitted codecs are parts of their own.
struct SavedRun: Archivable {
  private static let version = 3

  /// What decides the last bits of a result; a run goes on only where it is the same.
  var environment: [EnvironmentFact] = []
  /// The latent that a budget chose; nil before, and without one.
  var latent: Int?
  var latentTrials: [LatentTrial] = []
  /// The rounds; nil before the first is finished.
  var rounds: SavedRounds?

  init() {}

  func write(to archive: inout ArchiveWriter) {
    archive.put(Self.version, environment, latent, latentTrials, rounds)
  }

  init(from archive: inout ArchiveReader) throws {
    guard try archive.get() == Self.version else { throw ArchiveReader.unreadable }
    environment = try archive.get()
    (latent, latentTrials) = (try archive.get(), try archive.get())
    rounds = try archive.get()
  }
}

/// The state of a federation between two rounds.
struct SavedRounds: Archivable {
  /// What the run has to say so far.
  var prepass: PrepassRecord?
  var fits: [CodecFitRecord]
  var rounds: [RoundRecord]
  var weights: [SavedWeights]
  var ledger: Ledger
  /// The state of the codecs.
  var codecs: SavedCodecs
  /// The global model, shape [P].
  var global: [Float]
  /// What the clients, and the aggregator, remember of each other, by client.
  var clientMemories: ClientStates<CodecMemory>
  var serverMemories: ClientStates<CodecMemory>
  var knowledge: CommonKnowledge?
  /// What the algorithm remembers: the server's moments, and control variates.
  var optimizer: SavedOptimizer
  var variates: ControlVariates?
  /// What each client trained lately, where codecs are refreshed.
  var recent: ClientStates<[[Float]]>
  /// What clients hold, where the model crosses as differences.
  var downlink: SavedDownlink?
}

extension SavedRounds {
  func write(to archive: inout ArchiveWriter) {
    archive.put(prepass, fits, rounds, weights, ledger, codecs)
    archive.put(global, clientMemories, serverMemories, knowledge, optimizer, variates, recent, downlink)
  }

  init(from archive: inout ArchiveReader) throws {
    (prepass, fits) = (try archive.get(), try archive.get())
    (rounds, weights) = (try archive.get(), try archive.get())
    (ledger, codecs) = (try archive.get(), try archive.get())
    global = try archive.get()
    (clientMemories, serverMemories) = (try archive.get(), try archive.get())
    (knowledge, optimizer) = (try archive.get(), try archive.get())
    (variates, recent, downlink) = (try archive.get(), try archive.get(), try archive.get())
  }
}

/// Global weights that the result keeps.
struct SavedWeights: Archivable {
  /// Finished rounds.
  var round: Int
  var parameters: [Float]

  func write(to archive: inout ArchiveWriter) { archive.put(round, parameters) }
}

extension SavedWeights {
  init(from archive: inout ArchiveReader) throws {
    (round, parameters) = (try archive.get(), try archive.get())
  }
}

/// Which codecs serve whom.
struct SavedCodecs: Archivable {
  /// The clients that have the codec of each group, whoever fits it first.
  var groups: [[Int]]
  /// How often codecs were fitted anew.
  var generation = 0
  /// The generation of each fit, in the order of the fits; a group is served by its last.
  var generations: [Int] = []
  /// The mean last snapshot of each group, shape [P], where clients may still join.
  var centres: [[Float]] = []

  /// The groups of the clients that are not in the first.
  var groupOf: ClientStates<Int> {
    var groupOf = ClientStates<Int>()
    for (number, members) in groups.enumerated().dropFirst() { for member in members { groupOf[member] = number } }
    return groupOf
  }

  func write(to archive: inout ArchiveWriter) { archive.put(groups, generation, generations, centres) }
}

extension SavedCodecs {
  init(from archive: inout ArchiveReader) throws {
    groups = try archive.get()
    (generation, generations) = (try archive.get(), try archive.get())
    centres = try archive.get()
  }
}
