import FeatherDatasets
public import FeatherExperiments
import FeatherResults
import Glibc

/// Runs the missing cells of a plan in worker processes and keeps the sweep's folder.
public struct SweepRunner: Sendable {
  /// How to run.
  public struct Options: Sendable {
    /// Worker processes at a time, at least 1.
    public var jobs = 1
    /// Threads of each worker, at least 1; nil divides the processors among the workers.
    public var threads: Int?
    /// Only cells whose last attempt failed.
    public var onlyFailed = false
    /// Start no further cell after one failed.
    public var failFast = false
    /// Take the plan though it differs from the frozen one.
    public var refreeze = false
    /// How often a run is set down, so that it goes on from there when it is interrupted.
    public var checkpointEvery = CheckpointCadence.seconds(10)
    /// The folder given as `--data`, if any.
    public var dataFolder: String?

    /// One job at a time, everything that is missing.
    public init() {}
  }

  /// How a sweep ended.
  public struct Outcome: Sendable {
    /// Cells of this session that ended well.
    public var complete = 0
    /// Cells of this session that diverged; each is a result.
    public var diverged = 0
    /// Cells that failed, and why.
    public var failed: [(id: RunID, reason: String)] = []
    /// How many of the failed ones had their spec or data refused.
    public var refused = 0
    /// Cells that were done before.
    public var skipped = 0

    /// The exit status: 0, 1 when a run failed, 2 when what failed was refused for its spec or data.
    public var exitStatus: Int32 { failed.isEmpty ? 0 : failed.count == refused ? 2 : 1 }
  }

  let folder: SweepFolder
  let plan: Plan
  let options: Options
  let provenance: Provenance

  /// A runner of `plan` into `folder`.
  public init(_ plan: Plan, into folder: SweepFolder, options: Options, provenance: Provenance) {
    self.folder = folder
    self.plan = plan
    self.options = options
    self.provenance = provenance
  }

  /// Freezes the plan, runs what is missing and rebuilds the index.
  ///
  /// - Parameter style: how progress is shown on standard error.
  /// - Throws: `RunnerError`, `SpecError` or `DatasetError` when nothing can be run at all; a failing cell is in the outcome.
  public func run(progress style: ProgressStyle) async throws -> Outcome {
    try checkData()
    try folder.create()
    return try await run(style, holding: try SweepLock(folder))
  }

  private func run(_ style: ProgressStyle, holding lock: borrowing SweepLock) async throws -> Outcome {
    try freeze()
    folder.removeHalfWritten()
    var outcome = Outcome()
    let missing = try cellsToRun(&outcome)
    let reporter = ProgressReporter(style)
    await reporter.report(
      .started(sweep: plan.name, cells: plan.cells.count, done: outcome.skipped, jobs: options.jobs))
    for result in await runCells(missing, reporter) { outcome.count(result) }
    await reporter.finish(outcome)
    // An index that is current is left alone: a sweep with nothing to do changes nothing.
    if !missing.isEmpty || !AtomicFile.exists("\(folder.path)/sweep.h5") {
      try SweepIndex.rebuild(folder: folder.path, runIDs: plan.cells.map(\.id.hex))
    }
    return outcome
  }

  /// Missing data are named before anything starts, unless all that needs them is done.
  private func checkData() throws {
    let locations = DataLocations(
      commandLine: options.dataFolder, environment: ProcessEnvironment.current)
    let missing = plan.cells.filter { !AtomicFile.exists(folder.resultPath($0.id)) }
    for name in Set(missing.map(\.spec.dataset.name.rawValue)).sorted() {
      try DatasetCatalogue.entry(named: name).requireFiles(in: locations)
    }
  }

  /// Writes the plan beside the results, once; a plan that differs from the frozen one needs the user's word.
  private func freeze() throws {
    guard folder.exists else { return try AtomicFile.write(Array(plan.json.utf8), to: folder.planPath) }
    let difference = plan.difference(from: try folder.plan())
    guard !difference.isEmpty else { return }
    guard options.refreeze else {
      throw SpecError(
        file: folder.planPath,
        message: "the spec differs from the plan frozen when this sweep started:\n  "
          + difference.joined(separator: "\n  ")
          + "\nUndo the change, choose another folder with --out, or accept the new plan with --refreeze "
          + "(finished runs are kept).")
    }
    try AtomicFile.write(Array(plan.json.utf8), to: folder.planPath)
  }

  private func cellsToRun(_ outcome: inout Outcome) throws -> [Cell] {
    let states = zip(plan.cells, folder.states(of: plan.cells)).map { (cell: $0, state: $1) }
    let damaged = states.compactMap { entry -> String? in
      guard case .damaged(let reason) = entry.state else { return nil }
      return reason
    }
    guard damaged.isEmpty else {
      throw RunnerError(
        damaged.joined(separator: "\n") + "\nNothing was run: remove what is damaged, and 'run' computes it again.")
    }
    let done = states.filter(\.state.isDone)
    outcome.skipped = done.count
    // A worker that was killed after it had put its result in place leaves this.
    for entry in done { folder.removePartial(entry.cell.id) }
    return states.compactMap { entry in
      switch entry.state {
      case .complete, .diverged, .damaged: nil
      case .failed: entry.cell
      // The lock that makes a cell 'running' is this process's own.
      case .running, .interrupted, .pending: options.onlyFailed ? nil : entry.cell
      }
    }
  }

  /// Runs cells on `jobs` workers; each worker takes the next cell when it has finished one.
  private func runCells(_ cells: [Cell], _ reporter: ProgressReporter) async -> [CellRun.Result] {
    let queue = CellQueue(cells)
    let workers = min(options.jobs, cells.count)
    let threads = options.threads ?? max(1, Machine.processors / max(workers, 1))
    return await withTaskGroup(of: [CellRun.Result].self) { group in
      for number in 0..<workers {
        group.addTask {
          await WorkerLane(number: number, threads: threads, runner: self, queue: queue, reporter: reporter).run()
        }
      }
      let results = await group.reduce(into: []) { $0 += $1 }
      let order = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($1.id, $0) })
      return results.sorted { order[$0.id, default: 0] < order[$1.id, default: 0] }
    }
  }
}

/// The cells not yet taken by a worker.
actor CellQueue {
  private var rest: ArraySlice<Cell>

  init(_ cells: [Cell]) { rest = cells[...] }

  func next() -> Cell? { rest.popFirst() }

  func close() { rest = [] }
}

extension SweepRunner.Outcome {
  fileprivate mutating func count(_ result: CellRun.Result) {
    switch result.ending {
    case .complete: complete += 1
    case .diverged: diverged += 1
    case .failed(let reason, let wasRefused):
      failed.append((result.id, reason))
      refused += wasRefused ? 1 : 0
    }
  }
}

/// The environment of this process.
public enum ProcessEnvironment {
  /// Its variables.
  public static var current: [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return variables
  }
}
