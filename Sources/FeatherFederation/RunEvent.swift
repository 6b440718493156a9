public import FeatherExperiments
internal import FeatherTensors
internal import Synchronization

/// What a run says while it computes.
public enum RunEvent: Sendable {
  /// The parts of a run, in order.
  public enum Stage: String, CaseIterable, Sendable {
    /// Reading or drawing the data.
    case data
    /// Local training that yields the snapshots.
    case prepass
    /// Fitting the codecs.
    case fit
    /// The validation model on every snapshot.
    case validation
    /// The rounds of the federation.
    case rounds

    /// The name that a part of this stage has in a checkpoint; of the fit, a codec of that generation.
    func part(_ number: Int, generation: Int = 0) -> String { "\(rawValue)-\(number)-\(generation)" }
  }

  /// `done` of `of` parts of a stage are finished: clients, codecs, clients, rounds.
  case progress(Stage, done: Int, of: Int)
  /// A round is finished.
  case round(RoundRecord)
}

extension ThreadTeam {
  /// Does the parts `numbers` of a stage of `count` parts side by side; after each, `emit` hears how many are done, from one thread at
  /// a time and always in ascending order.
  ///
  /// What is on the shelf, called by the stage and the part's number, is taken from there; what is computed is put there.
  ///
  /// - Parameter holding: bytes of memory that a part's value takes for the shelf's sake alone.
  /// - Returns: as `results(_:_:)`, one entry per part, up to the first that threw.
  func results<Value: Archivable & Sendable>(
    of stage: RunEvent.Stage, _ numbers: Range<Int>, of count: Int, on shelf: CheckpointShelf,
    holding: (Value) -> Int = { _ in 0 }, _ emit: (RunEvent) throws -> Void, _ part: (Int) throws -> Value
  ) throws -> [Result<Value, any Error>] {
    if numbers.lowerBound == 0 { try emit(.progress(stage, done: 0, of: count)) }
    let done = Mutex(numbers.lowerBound)
    return results(numbers.count) { index in
      let number = numbers.lowerBound + index
      let name = stage.part(number)
      let known: Value? = try done.withLock { _ in
        try shelf.checkGoingOn()
        return try shelf.part(name)
      }
      let value = try known ?? part(number)
      try done.withLock { done in
        done += 1
        try emit(.progress(stage, done: done, of: count))
        guard known == nil else { return }
        shelf.put(value, as: name, holding: holding(value))
        try shelf.boundary(stage, done, of: count)
      }
      return value
    }
  }
}
