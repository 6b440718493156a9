/// Everything that a run under way needs to go on from where it is, as bytes.
///
/// A run that goes on from a checkpoint gives the same result, to the bit, as one that was never interrupted.
public struct Checkpoint: Sendable {
  /// How far a run is.
  public struct Position: Hashable, Codable, Sendable {
    /// The stage: prepass, fit, validation or rounds.
    public var stage: String
    /// Finished parts of the stage.
    public var done: Int
    /// Parts of the stage.
    public var of: Int

    /// `done` of `of` parts of a stage are finished.
    public init(stage: String, done: Int, of: Int) {
      self.stage = stage
      self.done = done
      self.of = of
    }
  }

  /// Something large that never changes once it is there, such as a client's snapshots or a fitted codec.
  ///
  /// It is written once, however many checkpoints hold it.
  public struct Part: Sendable {
    /// Its name, which no other content of the run ever has.
    public var name: String
    /// Its bytes, made or read when they are asked for: pieces, one after another, so that what is large need not be copied.
    public var pieces: @Sendable () throws -> [[UInt8]]

    /// A part.
    public init(name: String, pieces: @escaping @Sendable () throws -> [[UInt8]]) {
      self.name = name
      self.pieces = pieces
    }
  }

  /// How far the run is.
  public var position: Position
  /// What changes from checkpoint to checkpoint.
  public var state: [UInt8]
  /// What does not, each name once.
  public var parts: [Part]

  /// A checkpoint.
  public init(position: Position, state: [UInt8], parts: [Part]) {
    self.position = position
    self.state = state
    self.parts = parts
  }
}
