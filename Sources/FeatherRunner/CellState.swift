public import FeatherExperiments
public import FeatherResults

/// Where a cell of a sweep stands, as its files tell.
public enum CellState: Sendable {
  /// Its result file is there; what it says.
  case complete(RunSummary)
  /// Its result file is there and says that the run diverged.
  case diverged(RunSummary, reason: String)
  /// Its last attempt failed; why.
  case failed(String)
  /// Some process computes it.
  case running
  /// It was started, and neither ended nor is under way.
  case interrupted
  /// It was never started.
  case pending
  /// Its result file is there and cannot be trusted; why.
  case damaged(String)

  /// A word for lists.
  public var word: String {
    switch self {
    case .complete: "done"
    case .diverged: "diverged"
    case .failed: "failed"
    case .running: "running"
    case .interrupted: "interrupted"
    case .pending: "pending"
    case .damaged: "damaged"
    }
  }

  /// Whether there is a result, complete or diverged.
  public var isDone: Bool { summary != nil }

  /// What its result says of the end of the run, where there is one.
  var ending: CellRun.Result.Ending? {
    switch self {
    case .complete(let summary): .complete(accuracy: summary.scalar("final_test_accuracy") ?? .nan)
    case .diverged(_, let reason): .diverged(reason: reason)
    case .failed, .running, .interrupted, .pending, .damaged: nil
    }
  }

  /// What the result file says, where there is one.
  public var summary: RunSummary? {
    switch self {
    case .complete(let summary), .diverged(let summary, _): summary
    case .failed, .running, .interrupted, .pending, .damaged: nil
    }
  }
}

extension SweepFolder {
  /// Where cells stand; reads, never writes.
  ///
  /// Runs that the index knows are not opened: damage to their files since is found by `verify`, and by whoever reads them.
  ///
  /// - Parameters:
  ///   - scalar: a number that must be there; runs of an index that is too old to have it are read from their files.
  ///   - warn: is told why an index that is there cannot be read.
  public func states(
    of cells: [Cell], with scalar: String? = nil, warn: (String) -> Void = { _ in }
  ) -> [CellState] {
    let known = SweepIndex.known(in: path, warn: warn).filter { _, run in scalar.map { run.scalar($0) != nil } ?? true }
    return cells.map { cell in known[cell.id.hex].map { .complete($0) } ?? state(of: cell.id) }
  }

  /// Where a cell stands; reads, never writes.
  public func state(of id: RunID) -> CellState {
    if AtomicFile.exists(resultPath(id)) { return resultState(id) }
    guard AtomicFile.exists(partialPath(id)) else { return .pending }
    if isClaimed(id) { return .running }
    return failure(id).map { .failed($0) } ?? .interrupted
  }

  /// Whether a process has the claim of a cell; by this machine's clock, since looking changes nothing.
  func isClaimed(_ id: RunID) -> Bool { ClaimFile(highestIn: partialPath(id))?.isAlive(by: .local) ?? false }

  /// Why a cell's last attempt failed, if it did.
  func failure(_ id: RunID) -> String? {
    (try? AtomicFile.read(failurePath(id))).map { String(decoding: $0, as: UTF8.self) }
  }

  private func resultState(_ id: RunID) -> CellState {
    do {
      let summary = try RunFile.open(resultPath(id)).summary
      guard summary.runID == id.hex else {
        return .damaged("\(resultPath(id)): holds run \(summary.runID): rename or remove it")
      }
      switch summary.status {
      case .complete: return .complete(summary)
      case .diverged: return .diverged(summary, reason: summary.status.divergence ?? "")
      }
    } catch {
      return .damaged("\(error)")
    }
  }
}
