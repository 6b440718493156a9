public import FeatherExperiments

/// How a run is set down while it computes: asked after every part of a stage and after every round.
public struct Checkpointing {
  /// What to do at such a point.
  public enum Action: Sendable {
    /// Nothing.
    case goOn
    /// Set the run down, then go on.
    case save
    /// Set the run down and end it there.
    case saveAndStop
  }

  let action: (Checkpoint.Position) -> Action
  let save: (Checkpoint) throws -> [Checkpoint.Part]

  /// - Parameters:
  ///   - action: says what to do; called from one thread at a time, in the order of the run.
  ///   - save: writes a checkpoint and gives its parts as they are read from where they were written, so that memory need not hold
  ///     them any more.
  public init(
    action: @escaping (Checkpoint.Position) -> Action, save: @escaping (Checkpoint) throws -> [Checkpoint.Part]
  ) {
    self.action = action
    self.save = save
  }
}

/// A run that was asked to stop, was set down and can go on from there.
public struct RunInterrupted: Error, Sendable {
  /// How far it is.
  public let position: Checkpoint.Position
}

/// The large parts of a run's checkpoints: what was read of them, and what has yet to be written.
final class CheckpointShelf {
  /// Parts that wait for a checkpoint are written at once when they are beyond this, in bytes.
  static let mostHeld = 1 << 28

  /// How the run is set down; nil for one that never is, for which nothing is held.
  var checkpointing: Checkpointing?
  /// What a checkpoint holds besides the parts and the state of the rounds.
  var run = SavedRun()
  private var parts: [String: Checkpoint.Part]
  private var heldBytes = 0
  /// Where the run was set down last when it was to stop.
  private(set) var stoppedAt: Checkpoint.Position?

  init(parts: [Checkpoint.Part] = []) {
    self.parts = Dictionary(parts.map { ($0.name, $0) }) { $1 }
  }

  /// The part of that name, where it is there.
  func part<Value: Archivable>(_ name: String) throws -> Value? {
    guard let part = parts[name] else { return nil }
    var archive = ArchiveReader(ArchiveWriter.joined(try part.pieces()))
    let value: Value = try archive.get()
    try archive.end()
    return value
  }

  /// Takes a part that the next checkpoint has to write.
  ///
  /// - Parameter byteCount: what memory holds for its sake alone.
  func put(_ value: some Archivable & Sendable, as name: String, holding byteCount: Int = 0) {
    guard checkpointing != nil else { return }
    heldBytes += byteCount
    parts[name] = Checkpoint.Part(name: name) {
      var archive = ArchiveWriter()
      archive.put(value)
      return archive.pieces
    }
  }

  /// Drops the parts that no later checkpoint needs.
  func remove(where isNeedless: (String) -> Bool) {
    parts = parts.filter { !isNeedless($0.key) }
  }

  /// Ends a part of a stage before it begins, when the run is to stop.
  func checkGoingOn() throws {
    if let stoppedAt { throw RunInterrupted(position: stoppedAt) }
  }

  /// Sets the run down where that is asked for.
  ///
  /// - Throws: `RunInterrupted` when it is to end here.
  func boundary(_ stage: RunEvent.Stage, _ done: Int, of count: Int, rounds: () -> SavedRounds? = { nil }) throws {
    guard let checkpointing else { return }
    let position = Checkpoint.Position(stage: stage.rawValue, done: done, of: count)
    let action = checkpointing.action(position)
    guard action != .goOn || heldBytes > Self.mostHeld else { return }
    run.rounds = rounds()
    var archive = ArchiveWriter()
    archive.put(run)
    run.rounds = nil
    let ordered = parts.values.sorted { $0.name < $1.name }
    for part in try checkpointing.save(
      Checkpoint(position: position, state: ArchiveWriter.joined(archive.pieces), parts: ordered))
    {
      parts[part.name] = part
    }
    heldBytes = 0
    // What others were at when the run was asked to stop ends here too.
    guard action == .saveAndStop || stoppedAt != nil else { return }
    stoppedAt = position
    throw RunInterrupted(position: position)
  }
}
