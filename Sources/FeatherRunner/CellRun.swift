import FeatherExperiments
import FeatherResults
import Glibc
import Subprocess
import SystemPackage

/// One cell in a worker process of its own: whatever happens to that process, only this cell is concerned.
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

  /// The values of the keys that vary; the sweep's name where none does.
  private var label: String {
    guard !cell.varying.isEmpty else { return runner.plan.name }
    return cell.varying.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }

  /// Runs the cell and reports on it; a failure is kept beside the results.
  func run(_ reporter: ProgressReporter) async -> Result {
    let id = cell.id.hex
    let start = ContinuousClock.now
    await reporter.report(.cellStarted(worker: worker, id: id, label: label))
    let ending = settled(await spawn(reporter))
    let outcome: SweepEvent.Outcome
    switch ending {
    case .complete(let accuracy): outcome = .complete(accuracy: accuracy)
    case .diverged(let reason): outcome = .diverged(reason)
    case .failed(let reason, _):
      outcome = .failed(reason)
      keepFailure(reason)
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    await reporter.report(.cellFinished(worker: worker, id: id, label: label, outcome: outcome, seconds: seconds))
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

  private func spawn(_ reporter: ProgressReporter) async -> Result.Ending {
    // What an earlier attempt said does not explain how this one ends.
    unlink(runner.folder.logPath(cell.id))
    let arguments = WorkerCommand.arguments(
      folder: runner.folder, id: cell.id, data: runner.options.dataFolder, provenance: runner.provenance)
    do {
      // This very binary, even if its file is replaced while the sweep runs. One OpenMP thread in each worker: the workers
      // are the parallelism, and a thread count that is fixed keeps results the same to the bit.
      let result = try await Subprocess.run(
        .path("/proc/self/exe"), arguments: Arguments(arguments),
        environment: .inherit.updating(["OMP_NUM_THREADS": "1"]),
        input: .inputWriter, output: .sequence, error: .discarded
      ) { execution in
        var last: WorkerMessage?
        for try await line in execution.standardOutput.strings() {
          guard let message = WorkerMessage(line: line) else { continue }
          last = message
          await forward(message, to: reporter)
        }
        return last
      }
      return await ending(last: result.closureResult, status: result.terminationStatus)
    } catch {
      return .failed(reason: "the worker process could not be started: \(error)", refused: false)
    }
  }

  private func forward(_ message: WorkerMessage, to reporter: ProgressReporter) async {
    let id = cell.id.hex
    switch message {
    case .progress(let stage, let done, let count):
      await reporter.report(.cellProgress(worker: worker, id: id, stage: stage, done: done, of: count))
    case .round(let round, let count, let accuracy):
      await reporter.report(.cellRound(worker: worker, id: id, round: round, of: count, accuracy: accuracy))
    case .complete, .diverged, .failed: break
    }
  }

  /// What a worker's last word and its end add up to.
  private func ending(last: WorkerMessage?, status: TerminationStatus) async -> Result.Ending {
    switch (last, status) {
    case (.complete(let accuracy), .exited(0)): return .complete(accuracy: accuracy)
    case (.diverged(let reason), .exited(0)): return .diverged(reason: reason)
    case (.failed(let reason, let refused), .exited): return .failed(reason: reason, refused: refused)
    case (_, .exited(let code)):
      return .failed(reason: "the worker ended with status \(code) and no result\(logTail)", refused: false)
    case (.complete(let accuracy), .signaled): return .complete(accuracy: accuracy)
    case (.diverged(let reason), .signaled): return .diverged(reason: reason)
    case (_, .signaled(let signal)):
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
