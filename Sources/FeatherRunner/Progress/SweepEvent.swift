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
    /// It was asked to stop and can be continued; where it stopped.
    case interrupted(String)
  }

  /// The sweep starts: `cells` in all, `done` of them finished earlier, on `jobs` workers.
  case started(sweep: String, cells: Int, done: Int, jobs: Int)
  /// A worker starts a cell; `label` names it by its varying keys, such as `codec=identity seed=1`.
  case cellStarted(worker: Int, id: String, label: String)
  /// A cell was begun by a process that is gone; in words who that was.
  case cellTakenOver(worker: Int, id: String, label: String, from: String)
  /// A cell goes on from a checkpoint, at which `done` of `of` parts of a stage were finished.
  case cellResumed(worker: Int, id: String, label: String, stage: String, done: Int, of: Int)
  /// A cell failed and is tried again; `attempt` of `of` of this session is the next.
  case cellRetried(worker: Int, id: String, label: String, reason: String, attempt: Int, of: Int)
  /// Another run has the cell that a worker was given; it is looked at again later.
  case cellDeferred(worker: Int, id: String)
  /// Another run has finished a cell.
  case cellElsewhere(id: String, label: String, outcome: Outcome)
  /// Nothing is left but `cells` that another run computes; who.
  case waiting(cells: Int, by: String)
  /// The sweep was asked to stop; `running` cells are told to.
  case stopping(running: Int)
  /// `done` of `of` parts of a stage of a cell are finished; stages are data, prepass, fit, validation, rounds.
  case cellProgress(worker: Int, id: String, stage: String, done: Int, of: Int)
  /// A round of a cell is finished; `round` counts from 1.
  case cellRound(worker: Int, id: String, round: Int, of: Int, accuracy: Double)
  /// A cell ended after `seconds`.
  case cellFinished(worker: Int, id: String, label: String, outcome: Outcome, seconds: Double)
  /// The sweep ended.
  case finished(
    complete: Int, diverged: Int, failed: Int, elsewhere: Int = 0, interrupted: Int = 0, seconds: Double)
}
