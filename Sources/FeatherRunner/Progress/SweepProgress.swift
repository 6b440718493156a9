/// Where a sweep is: the events so far, added up.
struct SweepProgress {
  private(set) var name = ""
  private(set) var cells = 0
  /// Cells finished in an earlier session.
  private(set) var skipped = 0
  private(set) var complete = 0
  private(set) var diverged = 0
  private(set) var failed = 0
  /// Cells that another run has finished while this one is at work.
  private(set) var elsewhere = 0
  /// Cells that were asked to stop, and have.
  private(set) var interrupted = 0
  private(set) var start = 0.0
  private var jobs = 1
  private var running: [Int: CellProgress] = [:]
  /// Cells' worth of work that ended in this session, and the worker-seconds it took.
  private var endedWork = 0.0
  private var endedSeconds = 0.0
  /// The share done, 0…1; never falls, even when a lost cell begins again.
  private(set) var fraction = 0.0

  /// Cells that have ended, in this session or before.
  var ended: Int { skipped + complete + diverged + failed + elsewhere }

  /// The running cells by worker number.
  var runningCells: [(worker: Int, cell: CellProgress)] {
    running.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Whole percent, 100 only when every cell has ended.
  var percent: Int { ended >= cells ? 100 : min(99, Int(fraction * 100)) }

  /// Adds an event.
  mutating func apply(_ event: SweepEvent, at now: Double) {
    switch event {
    case .started(let sweep, let cells, let done, let jobs):
      self = SweepProgress()
      (name, self.cells, skipped, self.jobs, start) = (DisplayText.printable(sweep), cells, done, max(1, jobs), now)
    case .cellStarted(let worker, let id, let label):
      running[worker] = CellProgress(id: id, label: label, start: now)
    case .cellProgress(let worker, let id, let stage, let done, let of):
      guard running[worker]?.id == id else { return }
      running[worker]?.advance(stage: stage, done: done, of: of)
    case .cellRound(let worker, let id, let round, let of, let accuracy):
      guard running[worker]?.id == id else { return }
      running[worker]?.advance(stage: "rounds", done: round, of: of)
      running[worker]?.accuracy = accuracy
    case .cellFinished(let worker, let id, _, let outcome, let seconds):
      end(running[worker]?.id == id ? running.removeValue(forKey: worker) : nil, outcome, seconds)
    case .cellResumed(let worker, let id, _, let stage, let done, let of):
      guard running[worker]?.id == id else { return }
      running[worker]?.resume(stage: stage, done: done, of: of)
    case .cellRetried(let worker, _, _, _, _, _), .cellDeferred(let worker, _): running[worker] = nil
    case .cellElsewhere(_, _, .failed): failed += 1
    case .cellElsewhere: elsewhere += 1
    case .cellTakenOver, .waiting, .stopping, .finished: break
    }
    let current = runningCells.reduce(Double(ended)) { $0 + $1.cell.fraction } / Double(max(1, cells))
    fraction = max(fraction, min(1, current))
  }

  private mutating func end(_ cell: CellProgress?, _ outcome: SweepEvent.Outcome, _ seconds: Double) {
    var reached = cell?.fraction ?? 0
    switch outcome {
    case .complete:
      complete += 1
      reached = 1
    case .diverged: diverged += 1
    case .failed: failed += 1
    case .interrupted: interrupted += 1
    }
    endedWork += reached - (cell?.inherited ?? 0)
    endedSeconds += seconds.isFinite ? max(0, seconds) : 0
  }

  /// The seconds still to go, or nil until a tenth of a cell was computed.
  ///
  /// What a cell costs is taken from the work of this session alone; cells that were done before, and rounds a cell was
  /// resumed after, do not make it look fast. The rest is shared by the workers, but no cell by two of them.
  func remainingSeconds(at now: Double) -> Double? {
    var (work, seconds) = (endedWork, endedSeconds)
    var (left, longest) = (Double(cells - ended), 0.0)
    for (_, cell) in runningCells {
      work += cell.fraction - cell.inherited
      seconds += now - cell.start
      left -= cell.fraction
      longest = max(longest, 1 - cell.fraction)
    }
    guard cells > ended, work >= 0.1, seconds > 0 else { return nil }
    return seconds / work * max(left / Double(min(jobs, cells - ended)), longest)
  }
}
