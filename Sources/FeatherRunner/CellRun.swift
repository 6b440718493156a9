import FeatherExperiments
import FeatherResults
import FoundationEssentials
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
      /// It was asked to stop, and can be continued.
      case interrupted(at: String)
      /// Another process has it, or has finished it; who, if that is known.
      case elsewhere(by: String)

      /// The same for the progress display.
      var outcome: SweepEvent.Outcome {
        switch self {
        case .complete(let accuracy): .complete(accuracy: accuracy)
        case .diverged(let reason): .diverged(reason)
        case .failed(let reason, _): .failed(reason)
        case .interrupted(let place): .interrupted(place)
        case .elsewhere(let owner): .interrupted("taken by \(owner)")
        }
      }
    }
    let cell: Cell
    let ending: Ending
    /// Whether another run came to it.
    var isElsewhere = false

    var isFailure: Bool {
      guard case .failed = ending else { return false }
      return true
    }
  }

  let turn: Turn
  let worker: Int
  let runner: SweepRunner
  private let start = ContinuousClock.now
  private let date = Date()

  init(_ turn: Turn, worker: Int, runner: SweepRunner) {
    self.turn = turn
    self.worker = worker
    self.runner = runner
  }

  private var cell: Cell { turn.cell }
  private var label: String { runner.label(of: cell) }
  private var folder: SweepFolder { runner.folder }

  /// Says that the cell begins.
  func begin(_ reporter: ProgressReporter) async {
    await reporter.report(.cellStarted(worker: worker, id: cell.id.hex, label: label))
  }

  /// Says how the cell ended.
  func end(_ ending: Result.Ending, _ reporter: ProgressReporter) async -> Result {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    await reporter.report(
      .cellFinished(worker: worker, id: cell.id.hex, label: label, outcome: ending.outcome, seconds: seconds))
    return Result(cell: cell, ending: ending)
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
    case .tookOver(let from):
      await reporter.report(.cellTakenOver(worker: worker, id: id, label: label, from: from))
    case .resumed(let stage, let done, let count):
      await reporter.report(.cellResumed(worker: worker, id: id, label: label, stage: stage, done: done, of: count))
    case .interrupted(let stage, let done, let count): return .interrupted(at: "\(stage) \(done)/\(count)")
    case .elsewhere(let owner): return .elsewhere(by: owner)
    case .complete(let accuracy): return .complete(accuracy: accuracy)
    case .diverged(let reason): return .diverged(reason: reason)
    case .failed(let reason, let refused): return .failed(reason: reason, refused: refused)
    }
    return nil
  }

  /// What the end of the worker process means for the cell that it was computing; a failure is kept beside the results.
  func ending(_ status: TerminationStatus, of process: pid_t, _ watch: WorkerWatch?) async -> Result.Ending {
    if case .signaled(let signal) = status, watch?.verdict == nil { await waitForOwnEnd(Int32(signal)) }
    let state = folder.state(of: cell.id)
    if isNew, let ending = state.ending {
      // It had put its result in place.
      folder.removePartial(cell.id, keepingCheckpoint: runner.options.keepsCheckpoints)
      return ending
    }
    // A claim that does not say whose it is, is this worker's: it was lost while it made it.
    if case .running = state, let owner = ClaimFile(highestIn: folder.partialPath(cell.id))?.owner {
      return .elsewhere(by: owner.words)
    }
    let reason = watch?.verdict ?? Self.words(status, peak: watch?.peak ?? 0)
    return keep(reason + logTail, process)
  }

  /// Keeps why a cell failed that its process could not end itself.
  func keep(_ reason: String, _ process: pid_t) -> Result.Ending {
    folder.keepFailure(reason, Attempt(of: process, since: date), cell.id)
    folder.removeClaims(of: process, cell.id)
    return .failed(reason: reason, refused: false)
  }

  /// Whether the result file is another one than when the session began.
  private var isNew: Bool { FileStamp(folder.resultPath(cell.id)) != turn.replaces }

  /// How a process ended that was not meant to, in words.
  private static func words(_ status: TerminationStatus, peak: Int) -> String {
    let memory = peak > 0 ? " with up to \(MemorySize.words(peak)) of memory" : ""
    switch status {
    case .exited(let code): return "the worker ended with status \(code)\(memory) and no result"
    case .signaled(let number):
      let signal = Int32(number)
      let words = strsignal(signal).map { String(cString: $0) } ?? "unknown"
      let hint = signal == SIGKILL ? "; perhaps the system did that because memory ran out" : ""
      return "the worker was ended by \(signalNames[signal] ?? "signal \(signal)") (\(words))\(memory)\(hint)"
    }
  }

  private static let signalNames = [
    SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGHUP: "SIGHUP", SIGILL: "SIGILL", SIGINT: "SIGINT",
    SIGKILL: "SIGKILL", SIGPIPE: "SIGPIPE", SIGQUIT: "SIGQUIT", SIGSEGV: "SIGSEGV", SIGTERM: "SIGTERM",
    SIGTRAP: "SIGTRAP", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
  ]

  /// Some schedulers signal all processes of a sweep: this one then ends too, and the cell did not fail.
  private func waitForOwnEnd(_ signal: Int32) async {
    await WorkerProcesses.waitForOwnEnd()
    guard [SIGINT, SIGTERM, SIGHUP, SIGQUIT].contains(signal) else { return }
    try? await Task.sleep(for: .milliseconds(500))
  }

  /// The last lines of this attempt's part of the worker's log, introduced.
  private var logTail: String {
    let path = folder.logPath(cell.id)
    let log = (try? AtomicFile.read(path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let lines = log.split(separator: "\n")
    let all = lines[((lines.lastIndex { $0.hasPrefix(Attempt.headerStart) } ?? -1) + 1)...]
    // What Swift prints of a crash is long and ends with little of use.
    let crash = all.filter { $0.hasPrefix("*** Program crashed: ") }
    let own = crash.isEmpty ? Array(all.suffix(3)) : crash
    return own.isEmpty ? "; it logged nothing" : "; \(path) says: \(own.joined(separator: " | "))"
  }
}
