public import ArgumentParser
import FeatherExperiments
public import FeatherRunner

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run what is missing of a sweep; skip what is done.",
    discussion: """
      Worker processes take one cell after another and seal each as one HDF5 file; one that dies fails only its cell. Killed at any \
      time, 'run' again continues: finished cells are kept, and the results are the same to the byte. Several 'run's, on several \
      machines with a common folder too, share a sweep: no cell is computed twice, and those of a run that died are taken over.

      Cells start in order while there is room for them: the sum of their estimated memory fits --memory, and that of their files \
      the free disk; 'plan' lists the estimates. A cell that can never fit is refused with the numbers.

      Ctrl-C lets each run end its round and keep a checkpoint; pressed again, it ends them at once.

      With one worker (the default) the clients of a round are computed side by side, on all processors; with --jobs N cells are, \
      and every worker has its share of the processors. Many cells of small models are faster with one job per processor. Results \
      are the same to the byte either way.
      """)

  @OptionGroup var spec: SpecOptions

  @OptionGroup var memory: MemoryOptions

  @Option(help: "Worker processes at a time.")
  var jobs = 1

  @OptionGroup var computing: ThreadOptions

  @Option(help: "The folder with data sets, before $FEATHERWEIGHT_DATA and the cache folder.", completion: .directory)
  var data: String?

  @Option(help: "Run only cells that are: failed, pending (neither done nor failed) or diverged (computed again).")
  var only: SweepRunner.Selection?

  @Option(
    help: ArgumentHelp(
      "Run only these cells of the plan, with commas between them; the others are another run's.", valueName: "id,..."))
  var cells: CellIDs?

  @Option(help: ArgumentHelp("Try a failed cell so many times more.", valueName: "times"))
  var retry = 0

  @Option(
    help: ArgumentHelp("Kill a worker whose cell takes longer, such as 90s, 10m or 2h.", valueName: "duration"))
  var timeout: TimeLimit?

  @Option(
    help: ArgumentHelp(
      """
      How often a run is set down, to go on from there after an interruption: such as 30s, 10m, '5 rounds' or never, which leaves it \
      to a run that is asked to stop.
      """,
      valueName: "cadence"))
  var checkpointEvery = CheckpointCadence.seconds(10)

  @Flag(help: "Keep the last checkpoint of runs that are done, in their .partial folders.")
  var keepCheckpoints = false

  @Flag(help: "Start no further cell once one has failed.")
  var failFast = false

  @Flag(help: "Say what would run, and run nothing.")
  var dryRun = false

  @Flag(help: "Accept a spec that differs from the plan frozen when the sweep started.")
  var refreeze = false

  @Flag(help: "Refuse to start where no git commit tells the code: with changes, or outside of a repository.")
  var requireClean = false

  @Flag(help: "Say nothing but failures.")
  var quiet = false

  @Option(help: "How progress is written to standard error: plain or json.")
  var logFormat = LogFormat.plain

  func validate() throws {
    guard (1...1024).contains(jobs) else { throw ValidationError("--jobs must be 1...1024 but is \(jobs)") }
    guard (0...1000).contains(retry) else { throw ValidationError("--retry must be 0...1000 but is \(retry)") }
  }

  func run() async throws {
    try await reporting {
      let plan = try spec.plan()
      let chosen = try cells?.cells(of: plan) ?? plan.cells
      try memory.check(chosen, of: spec.spec)
      let folder = spec.folder(of: plan)
      if dryRun { return try Listing.printPlan(plan, in: folder) }
      let style = self.style
      for warning in chosen.warnings { StandardError.write(style.warning(warning)) }
      let interruption = Interruption.handle()
      defer { interruption.cancel() }
      let provenance = await Provenance.current(
        version: Featherweight.version, command: CommandLine.arguments, cells: chosen, in: folder, dataFolder: data,
        again: only == .diverged)
      if requireClean { try provenance.requireClean() }
      let outcome = try await SweepRunner(plan, into: folder, options: options, provenance: provenance)
        .run(progress: style)
      if style.isForPeople { StandardError.write(digest(outcome, folder)) }
      if outcome.exitStatus == 130, style.isForPeople || style == .quiet { StandardError.write(Interruption.message) }
      guard outcome.exitStatus == 0 else { throw ExitCode(outcome.exitStatus) }
    }
  }

  /// The cells that failed, why, where to read more, and how to run only them; empty when none did.
  private func digest(_ outcome: SweepRunner.Outcome, _ folder: SweepFolder) -> String {
    guard !outcome.failed.isEmpty else { return "" }
    let cells = outcome.failed.map { "  \($0.id) \($0.label): \($0.reason)\n    log: \(folder.logPath($0.id))\n" }
    var command = CommandLine.arguments.map(\.shellWord)
    if only == nil { command.append("--only failed") }
    return "failed:\n\(cells.joined())run only these again with: \(command.joined(separator: " "))\n"
  }

  private var options: SweepRunner.Options {
    var options = SweepRunner.Options()
    options.jobs = jobs
    options.threads = computing.threads
    options.cells = cells?.ids
    options.only = only
    options.retries = retry
    options.timeout = timeout
    options.memory = memory.memory
    options.failFast = failFast
    options.refreeze = refreeze
    options.checkpointEvery = checkpointEvery
    options.keepsCheckpoints = keepCheckpoints
    options.dataFolder = data
    return options
  }

  private var style: ProgressStyle {
    ProgressStyle.choose(
      quiet: quiet, logFormat: logFormat, environment: ProcessEnvironment.current, isTerminal: Terminal.isTerminal,
      columns: Terminal.columns)
  }
}

/// Ids of cells on a command line, with commas between them.
struct CellIDs: ExpressibleByArgument {
  let ids: Set<RunID>

  init?(argument: String) {
    let ids = argument.listed.map { RunID($0) }
    guard !ids.isEmpty, !ids.contains(nil) else { return nil }
    self.ids = Set(ids.compactMap { $0 })
  }

  /// The cells of a plan that have these ids.
  ///
  /// - Throws: `SpecError` when the plan has no such cell.
  func cells(of plan: Plan) throws -> [Cell] {
    let cells = plan.cells.filter { ids.contains($0.id) }
    guard let missing = ids.subtracting(cells.map(\.id)).min() else { return cells }
    throw SpecError(file: plan.name, message: "has no cell \(missing); 'plan' lists the ids of its cells")
  }
}

extension LogFormat: ExpressibleByArgument {}

extension CheckpointCadence: ExpressibleByArgument {
  /// Reads what follows `--checkpoint-every`.
  public init?(argument: String) { self.init(argument) }
}

extension SweepRunner.Selection: ExpressibleByArgument {}

extension TimeLimit: ExpressibleByArgument {
  /// Reads it from the command line; nil where it cannot be read.
  public init?(argument: String) { self.init(argument) }
}
