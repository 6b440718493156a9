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
  /// - Returns: as `results(_:_:)`, one entry per part, up to the first that threw.
  func results<Value>(
    of stage: RunEvent.Stage, _ numbers: Range<Int>, of count: Int, _ emit: (RunEvent) throws -> Void,
    _ part: (Int) throws -> Value
  ) throws -> [Result<Value, any Error>] {
    if numbers.lowerBound == 0 { try emit(.progress(stage, done: 0, of: count)) }
    let done = Mutex(numbers.lowerBound)
    return results(numbers.count) { number in
      let value = try part(numbers.lowerBound + number)
      try done.withLock { done in
        done += 1
        try emit(.progress(stage, done: done, of: count))
      }
      return value
    }
  }
}
