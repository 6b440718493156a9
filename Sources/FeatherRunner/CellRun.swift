import FeatherExperiments
import FeatherResults
import Glibc
import Subprocess
import SystemPackage

/// One cell's turn in a worker process: what is said about it, and how it ends.
struct CellRun {
  /// How a cell ended.
  struct Result: Sendable {
    enum Ending: Sendable {
      case complete(accuracy: Double)
      case diverged(reason: String)
      case failed(reason: String, refused: Bool)
    }
    let id: RunID
    let ending: Ending

    var isFailure: Bool {
      guard case .failed = ending else { return false }
      return true
    }
  }

  let cell: Cell
  let worker: Int
  let runner: SweepRunner
  private let start = ContinuousClock.now

  init(cell: Cell, worker: Int, runner: SweepRunner) {
    self.cell = cell
    self.worker = worker
    self.runner = runner
  }

  /// The values of the keys that vary; the sweep's name where none does.
  private var label: String {
    guard !cell.varying.isEmpty else { return runner.plan.name }
    return cell.varying.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }

  /// Removes what an earlier attempt said: it does not explain how this one ends.
  func removeLog() { unlink(runner.folder.logPath(cell.id)) }

  /// Says that the cell begins.
  func begin(_ reporter: ProgressReporter) async {
    await reporter.report(.cellStarted(worker: worker, id: cell.id.hex, label: label))
  }

  /// Says how the cell ended; a failure is kept beside the results.
  func end(_ ending: Result.Ending, _ reporter: ProgressReporter) async -> Result {
    let ending = settled(ending)
    let outcome: SweepEvent.Outcome
    switch ending {
    case .complete(let accuracy): outcome = .complete(accuracy: accuracy)
    case .diverged(let reason): outcome = .diverged(reason)
    case .failed(let reason, _):
      outcome = .failed(reason)
      keepFailure(reason)
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    await reporter.report(
      .cellFinished(worker: worker, id: cell.id.hex, label: label, outcome: outcome, seconds: seconds))
    return Result(id: cell.id, ending: ending)
  }

  /// A worker that was lost after it had put its result in place has not failed.
  private func settled(_ ending: Result.Ending) -> Result.Ending {
    guard case .failed = ending else { return ending }
    switch runner.folder.state(of: cell.id) {
    case .complete(let summary):
      runner.folder.removePartial(cell.id)
      return .complete(accuracy: summary.scalar("final_test_accuracy") ?? .nan)
    case .diverged(_, let reason):
      runner.folder.removePartial(cell.id)
      return .diverged(reason: reason)
    case .failed, .running, .interrupted, .pending, .damaged: return ending
    }
  }

  /// Passes on what the worker says while it computes.
  ///
  /// - Returns: how the cell ended, when that was the last word.
  func hear(_ message: WorkerMessage, _ reporter: ProgressReporter) async -> Result.Ending? {
    let id = cell.id.hex
    switch message {
    case .progress(let stage, let done, let count):
      await reporter.report(.cellProgress(worker: worker, id: id, stage: stage, done: done, of: count))
    case .round(let round, let count, let accuracy):
      await reporter.report(.cellRound(worker: worker, id: id, round: round, of: count, accuracy: accuracy))
    case .complete(let accuracy): return .complete(accuracy: accuracy)
    case .diverged(let reason): return .diverged(reason: reason)
    case .failed(let reason, let refused): return .failed(reason: reason, refused: refused)
    }
    return nil
  }

  /// What the end of the worker process means for the cell that it was computing.
  func ending(_ status: TerminationStatus) async -> Result.Ending {
    switch status {
    case .exited(let code):
      return .failed(reason: "the worker ended with status \(code) and no result\(logTail)", refused: false)
    case .signaled(let signal):
      await waitForOwnEnd(signal)
      let name = strsignal(Int32(signal)).map { String(cString: $0) } ?? "unknown"
      let hint = signal == SIGKILL ? ", which the system does when memory runs out" : ""
      return .failed(reason: "the worker was ended by signal \(signal) (\(name))\(hint)\(logTail)", refused: false)
    }
  }

  /// Ctrl-C, and some schedulers, signal all processes of a sweep: this one then ends too, and the cell did not fail.
  private func waitForOwnEnd(_ signal: Int32) async {
    guard [SIGINT, SIGTERM, SIGHUP, SIGQUIT].contains(signal) else { return }
    try? await Task.sleep(for: .milliseconds(500))
  }

  /// The last line of the worker's log, introduced.
  private var logTail: String {
    let path = runner.folder.logPath(cell.id)
    let log = (try? AtomicFile.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    guard let line = log.split(separator: "\n").last else { return "; it logged nothing" }
    return "; \(path) ends with: \(line)"
  }

  private func keepFailure(_ reason: String) {
    // A folder that cannot take the reason (a full disk) leaves the cell 'interrupted', which is true as well.
    try? SweepFolder.createFolder(runner.folder.partialPath(cell.id))
    try? AtomicFile.write(Array(reason.utf8), to: runner.folder.failurePath(cell.id))
  }
}
