import FeatherExperiments
import FeatherResults
import Glibc

/// A cell that is to be computed in this session.
struct Turn: Sendable {
  let cell: Cell
  /// The attempts that were known when it was last this run's own: a failure after more of them is another run's.
  var attempts: Int
  /// The result file that it is to replace; nil when there is none.
  let replaces: FileStamp?
  /// How often this run has tried it.
  var tries = 0
  /// Why it cannot be computed here.
  var refusal: String?
}

/// Which file it is that lies at a path.
struct FileStamp: Equatable, Sendable {
  private let node: UInt64
  private let changed: Int

  /// Nil where there is no file.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    node = UInt64(status.st_ino)
    changed = status.st_ctim.tv_sec * 1_000_000_000 + status.st_ctim.tv_nsec
  }
}

/// The cells of a session that nobody computes yet: in order, as far as memory and disk allow, and shared with other runs.
actor CellQueue {
  private let runner: SweepRunner
  private let reporter: ProgressReporter
  private var turns: [Turn]
  /// Those that wait, as positions in `turns`.
  private var rest: [Int]
  /// Those that another run has; how often each was seen without an owner since.
  private var deferred: [(position: Int, owner: String, looks: Int)] = []
  private var admission: Admission
  private var elsewhere: [CellRun.Result] = []
  private var events: [SweepEvent] = []
  private var isClosed = false
  private var isStopping = false
  private var ticks = 0
  private var hasToldOfWaiting = false
  private var waiters: [CheckedContinuation<Void, Never>] = []
  /// Counts what could let a waiting lane go on.
  private var changes = 0

  init(_ turns: [Turn], _ runner: SweepRunner, threads: Int, _ reporter: ProgressReporter) {
    self.turns = turns
    self.reporter = reporter
    self.runner = runner
    rest = Array(turns.indices)
    admission = Admission(memory: runner.options.memoryBytes, folder: runner.folder.path, threads: threads)
  }

  private var folder: SweepFolder { runner.folder }

  /// What other runs did of this one's cells.
  var endedElsewhere: [CellRun.Result] { elsewhere }

  /// The next cell that there is room for, if there is one now.
  func nextAtOnce() async -> Turn? {
    let turn = take()
    await tell()
    return turn
  }

  /// The next cell, as soon as there is room for it or another run has given it up; nil when there are no more.
  func next() async -> Turn? {
    while true {
      let before = changes
      let turn = take() ?? refused()
      await tell()
      if let turn { return turn }
      if isClosed || (rest.isEmpty && deferred.isEmpty && !(runner.options.retries > 0 && admission.isBusy)) {
        return nil
      }
      if before == changes { await withCheckedContinuation { waiters.append($0) } }
    }
  }

  /// Sees to a request to stop, while what runs still counts.
  func heed() async {
    heedStop()
    await tell()
  }

  /// A cell has ended: its room is free.
  func finish(_ turn: Turn) {
    admission.leave(turn.cell)
    wake()
  }

  /// A cell is to be tried once more, after the others.
  func retry(_ turn: Turn) {
    admission.leave(turn.cell)
    var turn = turn
    turn.tries += 1
    turn.attempts = folder.attempts(turn.cell.id).count
    turns.append(turn)
    rest.append(turns.count - 1)
    wake()
  }

  /// A cell that a lane was given was found to be another run's.
  func put(off turn: Turn, by owner: String) {
    admission.leave(turn.cell)
    turns.append(turn)
    deferred.append((turns.count - 1, owner, 0))
    wake()
  }

  /// No further cell is begun.
  func close() {
    isClosed = true
    wake()
  }

  /// Sees to requests to stop, and looks at what other runs have; to be called now and then.
  func look() async {
    heedStop()
    await tell()
    // Others are asked three times a second: their files may lie on a network.
    ticks += 1
    guard ticks % 3 == 0 else { return }
    var waiting: [(position: Int, owner: String, looks: Int)] = []
    for var entry in deferred {
      switch standing(turns[entry.position]) {
      case .ended(let ending): endElsewhere(turns[entry.position].cell, ending)
      case .claimed(let owner): waiting.append((entry.position, owner, 0))
      case .free:
        entry.looks += 1
        // Whoever started a worker that died says so within moments, and then the cell has failed.
        if entry.looks > 1 { rest.append(entry.position) } else { waiting.append(entry) }
      }
    }
    if waiting.count < deferred.count { wake() }
    deferred = waiting
    if rest.isEmpty, !admission.isBusy, let first = deferred.first, !hasToldOfWaiting {
      hasToldOfWaiting = true
      events.append(.waiting(cells: deferred.count, by: first.owner))
    }
    await tell()
  }

  /// Begins no further cell once the sweep was asked to stop, and says so; each worker is told by the one who watches it.
  private func heedStop() {
    guard StopRequest.isRequested && !isStopping else { return }
    isStopping = true
    events.append(.stopping(running: admission.count))
    close()
  }

  /// Takes the first cell that fits, past those that another run has or has finished.
  private func take() -> Turn? {
    heedStop()
    guard !isClosed else { return nil }
    let room = admission.room
    var place = 0
    while place < rest.count {
      let position = rest[place]
      let turn = turns[position]
      guard admission.fits(turn.cell, room) else {
        place += 1
        continue
      }
      rest.remove(at: place)
      switch standing(turn) {
      case .ended(let ending): endElsewhere(turn.cell, ending)
      case .claimed(let owner): deferred.append((position, owner, 0))
      case .free:
        admission.enter(turn.cell)
        return turn
      }
    }
    return nil
  }

  /// The first cell, when it does not fit though nothing else runs.
  private func refused() -> Turn? {
    guard !isClosed, !admission.isBusy, let position = rest.first, let reason = admission.refusal(turns[position].cell)
    else { return nil }
    rest.removeFirst()
    var turn = turns[position]
    turn.refusal = reason
    return turn
  }

  /// Where a cell stands that was to be computed when the session began.
  private enum Standing {
    case free
    case claimed(by: String)
    case ended(CellRun.Result.Ending)
  }

  private func standing(_ turn: Turn) -> Standing {
    let id = turn.cell.id
    if let file = FileStamp(folder.resultPath(id)), file != turn.replaces {
      let state = folder.state(of: id)
      if case .damaged(let reason) = state { return .ended(.failed(reason: reason, refused: false)) }
      return state.ending.map { .ended($0) } ?? .free
    }
    if let claim = ClaimFile(highestIn: folder.partialPath(id)), claim.isAlive(by: .fileSystem) {
      return .claimed(by: claim.owner?.words ?? "another process")
    }
    guard let reason = folder.failure(id), folder.attempts(id).count > turn.attempts else { return .free }
    return .ended(.failed(reason: reason, refused: false))
  }

  private func endElsewhere(_ cell: Cell, _ ending: CellRun.Result.Ending) {
    elsewhere.append(CellRun.Result(cell: cell, ending: ending, isElsewhere: true))
    events.append(.cellElsewhere(id: cell.id.hex, label: runner.label(of: cell), outcome: ending.outcome))
  }

  private func wake() {
    changes += 1
    let woken = waiters
    waiters = []
    for waiter in woken { waiter.resume() }
  }

  private func tell() async {
    let told = events
    events = []
    for event in told { await reporter.report(event) }
  }
}
