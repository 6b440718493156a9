/// What a sweep says while it runs.
public enum SweepEvent: Sendable {
  /// How a cell ended.
  public enum Outcome: Hashable, Sendable {
    /// All rounds were done; the final test accuracy, 0…1.
    case complete(accuracy: Double)
    /// It diverged; where and why.
    case diverged(String)
    /// It failed; why.
    case failed(String)
  }

  /// The sweep starts: `cells` in all, `done` of them finished earlier, on `jobs` workers.
  case started(sweep: String, cells: Int, done: Int, jobs: Int)
  /// A worker starts a cell; `label` names it by its varying keys, such as `codec=identity seed=1`.
  case cellStarted(worker: Int, id: String, label: String)
  /// `done` of `of` parts of a stage of a cell are finished; stages are data, prepass, fit, validation, rounds.
  case cellProgress(worker: Int, id: String, stage: String, done: Int, of: Int)
  /// A round of a cell is finished; `round` counts from 1.
  case cellRound(worker: Int, id: String, round: Int, of: Int, accuracy: Double)
  /// A cell ended after `seconds`.
  case cellFinished(worker: Int, id: String, label: String, outcome: Outcome, seconds: Double)
  /// The sweep ended.
  case finished(complete: Int, diverged: Int, failed: Int, seconds: Double)
}
