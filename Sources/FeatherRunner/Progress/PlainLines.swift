/// The lines of a sweep where there is no terminal: words only, ids in full.
enum PlainLines {
  /// The line of an event, newline included, or nothing for one that a log need not keep.
  static func line(_ event: SweepEvent, _ sweep: SweepProgress, at now: Double) -> String {
    let time = "[\(DisplayText.duration(now - sweep.start))]"
    switch event {
    case .started(_, let cells, let done, let jobs):
      let earlier = done > 0 ? ", \(done) done earlier" : ""
      let workers = "\(jobs) \(jobs == 1 ? "worker" : "workers")"
      return "\(sweep.name): \(cells) \(cells == 1 ? "cell" : "cells")\(earlier), \(workers)\n"
    case .cellStarted(_, let id, let label):
      return "\(time) start \(id) \(DisplayText.printable(label))\n"
    case .cellFinished(_, let id, let label, let outcome, let seconds):
      let (word, detail) = describe(outcome)
      let count = "after \(DisplayText.duration(seconds)), cell \(sweep.ended) of \(sweep.cells)"
      return "\(time) \(word) \(id) \(DisplayText.printable(label)): \(detail) (\(count))\n"
    case .cellTakenOver, .cellResumed, .cellRetried, .cellElsewhere, .waiting, .stopping:
      return "\(time) \(note(event))\n"
    case .finished(let complete, let diverged, let failed, _, _, let seconds):
      return SweepDigest(sweep, complete: complete, diverged: diverged, failed: failed, seconds: seconds).text + "\n"
    case .cellProgress, .cellRound, .cellDeferred: return ""
    }
  }

  /// What happens in a sweep that is not left in peace, in words; empty for all else.
  static func note(_ event: SweepEvent) -> String {
    func name(_ id: String, _ label: String) -> String { "\(id) \(DisplayText.printable(label))" }
    switch event {
    case .cellTakenOver(_, let id, let label, let from): return "take over \(name(id, label)) from \(from)"
    case .cellResumed(_, let id, let label, let stage, let done, let of):
      return "resume \(name(id, label)) at \(DisplayText.printable(stage)) \(done)/\(of)"
    case .cellRetried(_, let id, let label, let reason, let attempt, let of):
      return "retry \(name(id, label)), attempt \(attempt) of \(of): \(DisplayText.printable(reason))"
    case .cellElsewhere(let id, let label, let outcome):
      let (word, detail) = describe(outcome)
      return "\(word) elsewhere \(name(id, label)): \(detail)"
    case .waiting(let cells, let by):
      return "waiting for \(cells) \(cells == 1 ? "cell" : "cells") that another run computes (\(by))"
    case .stopping(let running):
      let told = "stopping: each run ends its round and keeps a checkpoint; press Ctrl-C again to stop now"
      return running > 0 ? told : "stopping"
    case .started, .cellStarted, .cellProgress, .cellRound, .cellFinished, .cellDeferred, .finished: return ""
    }
  }

  private static func describe(_ outcome: SweepEvent.Outcome) -> (word: String, detail: String) {
    switch outcome {
    case .complete(let accuracy): ("complete", "accuracy \(DisplayText.accuracy(accuracy))")
    case .diverged(let reason): ("diverged", DisplayText.printable(reason))
    case .failed(let reason): ("failed", DisplayText.printable(reason))
    case .interrupted(let place): ("interrupted", "at \(DisplayText.printable(place))")
    }
  }

  /// Where the running cells are, in one line.
  static func report(_ sweep: SweepProgress, at now: Double) -> String {
    let cells = sweep.runningCells.map { _, cell in
      let accuracy = cell.accuracy.map { " accuracy " + DisplayText.accuracy($0) } ?? ""
      return "\(cell.id) \(cell.position)\(accuracy)"
    }
    var overall = "[\(DisplayText.duration(now - sweep.start))] \(sweep.percent) %, \(sweep.ended)/\(sweep.cells) cells"
    if sweep.failed > 0 { overall += ", \(sweep.failed) failed" }
    if sweep.diverged > 0 { overall += ", \(sweep.diverged) diverged" }
    if let rest = sweep.remainingSeconds(at: now) { overall += ", ETA \(DisplayText.duration(rest))" }
    return overall + (cells.isEmpty ? "" : ": ") + cells.joined(separator: "; ") + "\n"
  }
}

/// How a sweep ended, in words.
struct SweepDigest {
  let diverged: Int
  let failed: Int
  /// The counts, such as `10 complete, 1 failed`.
  let counts: String
  /// The counts with name and duration, and how many cells were done earlier.
  let text: String
  /// The same without those done earlier.
  let shortText: String

  init(_ sweep: SweepProgress, complete: Int, diverged: Int, failed: Int, seconds: Double) {
    (self.diverged, self.failed) = (diverged, failed)
    var parts = ["\(complete) complete"]
    if diverged > 0 { parts.append("\(diverged) diverged") }
    if failed > 0 { parts.append("\(failed) failed") }
    if sweep.elsewhere > 0 { parts.append("\(sweep.elsewhere) done elsewhere") }
    if sweep.interrupted > 0 { parts.append("\(sweep.interrupted) interrupted") }
    let untouched = sweep.cells - sweep.ended - sweep.interrupted
    if untouched > 0 { parts.append("\(untouched) not run") }
    counts = parts.joined(separator: ", ")
    let earlier = sweep.skipped > 0 ? " (\(sweep.skipped) of \(sweep.cells) done earlier)" : ""
    shortText = "\(sweep.name): \(counts) in \(DisplayText.duration(seconds))"
    text = shortText + earlier
  }
}
