import FeatherExperiments
import FeatherFederation

/// How often a run is set down.
public enum CheckpointCadence: Hashable, Sendable, CustomStringConvertible {
  /// After a part of a stage or a round, once that many seconds have passed since the last time; rarer where writing is slow.
  case seconds(Double)
  /// After every stage, and after every so many rounds.
  case rounds(Int)
  /// Only when the run is asked to stop, and where too much would have to be held in memory for it.
  case never

  /// What the command line says, such as `30s`, `10m`, `5 rounds` or `never`; nil for anything else.
  public init?(_ text: String) {
    let text = text.filter { $0 != " " }
    if text == "never" {
      self = .never
    } else if let rounds = Int(
      text.hasSuffix("rounds") ? text.dropLast(6) : text.hasSuffix("round") ? text.dropLast(5) : "")
    {
      guard rounds > 0 else { return nil }
      self = .rounds(rounds)
    } else if let limit = TimeLimit(text) {
      self = .seconds(limit.seconds)
    } else {
      return nil
    }
  }

  /// What `init(_:)` reads.
  public var description: String {
    switch self {
    case .seconds(let seconds): "\(seconds)s"
    case .rounds(let rounds): "\(rounds) rounds"
    case .never: "never"
    }
  }
}

/// Says at every boundary of a run whether it is set down there.
struct CheckpointSchedule {
  /// With a cadence of seconds, writing takes at most this share of the time.
  private static let mostShare = 0.02

  let cadence: CheckpointCadence
  private var last = ContinuousClock.now
  private var cost = Duration.zero

  init(_ cadence: CheckpointCadence) { self.cadence = cadence }

  /// What to do at a boundary of a run that nobody asked to stop.
  func action(at position: Checkpoint.Position) -> Checkpointing.Action {
    switch cadence {
    case .never: return .goOn
    case .rounds(let rounds):
      let isEnd = position.done == position.of
      return isEnd || position.stage == RunEvent.Stage.rounds.rawValue && position.done % rounds == 0 ? .save : .goOn
    case .seconds(let seconds):
      return last.duration(to: .now) >= max(.seconds(seconds), cost / Self.mostShare) ? .save : .goOn
    }
  }

  /// Does the writing, and learns what it costs.
  mutating func timing<Value>(_ writing: () throws -> Value) rethrows -> Value {
    let start = ContinuousClock.now
    defer {
      last = .now
      cost = start.duration(to: last)
    }
    return try writing()
  }
}
