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
      let (word, detail) =
        switch outcome {
        case .complete(let accuracy): ("complete", "accuracy \(DisplayText.accuracy(accuracy))")
        case .diverged(let reason): ("diverged", DisplayText.printable(reason))
        case .failed(let reason): ("failed", DisplayText.printable(reason))
        }
      let count = "after \(DisplayText.duration(seconds)), cell \(sweep.ended) of \(sweep.cells)"
      return "\(time) \(word) \(id) \(DisplayText.printable(label)): \(detail) (\(count))\n"
    case .finished(let complete, let diverged, let failed, let seconds):
      return SweepDigest(sweep, complete: complete, diverged: diverged, failed: failed, seconds: seconds).text + "\n"
    case .cellProgress, .cellRound: return ""
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
    if sweep.cells > sweep.ended { parts.append("\(sweep.cells - sweep.ended) not run") }
    counts = parts.joined(separator: ", ")
    let earlier = sweep.skipped > 0 ? " (\(sweep.skipped) of \(sweep.cells) done earlier)" : ""
    shortText = "\(sweep.name): \(counts) in \(DisplayText.duration(seconds))"
    text = shortText + earlier
  }
}
