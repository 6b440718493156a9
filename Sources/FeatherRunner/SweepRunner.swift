import FeatherDatasets
public import FeatherExperiments
import FeatherFederation
import FeatherResults
import Glibc

/// Runs the missing cells of a plan in worker processes and keeps the sweep's folder.
public struct SweepRunner: Sendable {
  let folder: SweepFolder
  let plan: Plan
  /// Those of the plan's cells that are this run's to see to, in its order.
  let cells: [Cell]
  let options: Options
  let provenance: Provenance

  /// A runner of `plan` into `folder`.
  public init(_ plan: Plan, into folder: SweepFolder, options: Options, provenance: Provenance) {
    self.folder = folder
    self.plan = plan
    cells = options.cells.map { chosen in plan.cells.filter { chosen.contains($0.id) } } ?? plan.cells
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
    try freeze()
    folder.removeHalfWritten()
    var outcome = Outcome()
    let turns = try cellsToRun(&outcome)
    if !turns.isEmpty { try provenance.git.keepChanges(in: folder) }
    let threads = try self.threads(for: turns.map(\.cell))
    let reporter = ProgressReporter(style)
    await reporter.report(
      .started(sweep: plan.name, cells: cells.count, done: outcome.skipped, jobs: options.jobs))
    for result in await runCells(turns, threads, reporter) { outcome.count(result, label(of: result.cell)) }
    outcome.isStopped = StopRequest.isRequested && outcome.ended < turns.count
    await reporter.finish(outcome)
    try keepIndex(isChanged: !turns.isEmpty)
    return outcome
  }

  /// Rebuilds the index, unless it is current: a sweep with nothing to do changes nothing.
  ///
  /// Of runs that share a sweep's cells, on a cluster, only those write this one file that find all cells done.
  private func keepIndex(isChanged: Bool) throws {
    func isDone(_ cell: Cell) -> Bool { AtomicFile.exists(folder.resultPath(cell.id)) }
    if options.cells == nil {
      guard isChanged || !AtomicFile.exists("\(folder.path)/sweep.h5") else { return }
    } else {
      // Tasks begin in the order of cells: what is missing is found at the end first.
      guard plan.cells.reversed().allSatisfy(isDone) else { return }
      let known = SweepIndex.known(in: folder.path)
      guard plan.cells.contains(where: { known[$0.id.hex] == nil }) else { return }
    }
    try SweepIndex.rebuild(folder: folder.path, runIDs: plan.cells.map(\.id.hex))
  }

  /// The values of the keys that vary; the sweep's name where none does.
  func label(of cell: Cell) -> String {
    guard !cell.varying.isEmpty else { return plan.name }
    return cell.varying.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
  }

  /// Missing data are named before anything starts, unless all that needs them is done.
  func checkData() throws {
    let locations = DataLocations(
      commandLine: options.dataFolder, environment: ProcessEnvironment.current)
    let missing = cells.filter { !AtomicFile.exists(folder.resultPath($0.id)) }
    for name in Set(missing.map(\.spec.dataset.name.rawValue)).sorted() {
      try DatasetCatalogue.entry(named: name).requireFiles(in: locations)
    }
  }

  /// Writes the plan beside the results, once, whoever comes first; a plan that differs from the frozen one needs the user's word.
  func freeze() throws {
    let text = Array(plan.json.utf8)
    if try !folder.exists && AtomicFile.create(text, at: folder.planPath) { return }
    let difference = plan.difference(from: try folder.plan(perhaps: plan))
    guard !difference.isEmpty else { return }
    guard options.refreeze else {
      throw SpecError(
        file: folder.planPath,
        message: "the spec differs from the plan frozen when this sweep started:\n  "
          + difference.joined(separator: "\n  ")
          + "\nUndo the change, choose another folder with --out, or accept the new plan with --refreeze "
          + "(finished runs are kept).")
    }
    try AtomicFile.write(text, to: folder.planPath)
  }

  /// The cells and where each stands; damaged results are refused.
  func standing() throws -> [(cell: Cell, state: CellState)] {
    let states = zip(cells, folder.states(of: cells)).map { (cell: $0, state: $1) }
    let damaged = states.compactMap { entry -> String? in
      guard case .damaged(let reason) = entry.state else { return nil }
      return reason
    }
    guard damaged.isEmpty else {
      throw RunnerError(
        damaged.joined(separator: "\n") + "\nNothing was run: remove what is damaged, and 'run' computes it again.")
    }
    return states
  }

  private func cellsToRun(_ outcome: inout Outcome) throws -> [Turn] {
    let states = try standing()
    // A worker that was killed after it had put its result in place leaves its folder.
    for entry in states where entry.state.isDone && !folder.isClaimed(entry.cell.id) {
      folder.removePartial(entry.cell.id, keepingCheckpoint: options.keepsCheckpoints)
    }
    let chosen = states.filter { options.isChosen($0.state) }
    outcome.skipped = states.count { $0.state.isDone } - chosen.count { $0.state.isDone }
    return chosen.map { entry in
      let id = entry.cell.id
      return Turn(
        cell: entry.cell, attempts: folder.attempts(id).count,
        replaces: entry.state.isDone ? FileStamp(folder.resultPath(id)) : nil)
    }
  }

  /// How many workers there are for so many cells.
  private func workers(for count: Int) -> Int { min(options.jobs, count) }

  /// The threads of each worker: as many as asked for; else each one's share of the processors, or as many as memory allows.
  private func threads(for cells: [Cell]) throws -> Int {
    var threads = options.threads ?? max(1, Machine.processors / max(workers(for: cells.count), 1))
    for cell in cells {
      func need() -> Int { ResourceEstimate(of: cell.spec, threads: threads).peakBytes }
      while options.threads == nil && threads > 1 && need() > options.memoryBytes { threads -= 1 }
      guard need() > options.memoryBytes else { continue }
      throw SpecError(
        file: plan.name,
        message: "cell \(cell.id) with \(threads) threads " + Admission.memoryRefusal(need(), options.memoryBytes))
    }
    return threads
  }

  /// Runs cells on `jobs` workers; each worker takes the next cell when it has finished one.
  private func runCells(_ turns: [Turn], _ threads: Int, _ reporter: ProgressReporter) async -> [CellRun.Result] {
    let queue = CellQueue(turns, self, threads: threads, reporter)
    async let _ = attend(queue)
    let results = await withTaskGroup(of: [CellRun.Result].self) { group in
      for number in 0..<workers(for: turns.count) {
        group.addTask {
          await WorkerLane(number: number, threads: threads, runner: self, queue: queue, reporter: reporter).run()
        }
      }
      return await group.reduce(into: []) { $0 += $1 }
    }
    let order = Dictionary(uniqueKeysWithValues: turns.enumerated().map { ($1.cell.id, $0) })
    return (results + (await queue.endedElsewhere)).sorted {
      order[$0.cell.id, default: 0] < order[$1.cell.id, default: 0]
    }
  }

  /// Sees to requests to stop, and to what other runs have, until cancelled.
  private func attend(_ queue: CellQueue) async {
    while (try? await Task.sleep(for: .milliseconds(100))) != nil { await queue.look() }
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
