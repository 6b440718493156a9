public import ArgumentParser
import FeatherExperiments
public import FeatherRunner

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run what is missing of a sweep; skip what is done.",
    discussion: """
      Worker processes take one cell after another and seal each as one HDF5 file; one that dies fails only its cell. Killed at any \
      time, 'run' again continues: finished cells are kept, and the results are the same to the byte.

      With one worker (the default) the clients of a round are computed side by side, on all processors; with --jobs N cells are, \
      and every worker has its share of the processors. Many cells of small models are faster with one job per processor. Results \
      are the same to the byte either way.
      """)

  @OptionGroup var spec: SpecOptions

  @Option(help: "Worker processes at a time.")
  var jobs = 1

  @OptionGroup var computing: ThreadOptions

  @Option(help: "The folder with data sets, before $FEATHERWEIGHT_DATA and the cache folder.", completion: .directory)
  var data: String?

  @Option(help: "Run only cells that are: failed.")
  var only: Selection?

  @Option(
    help: ArgumentHelp(
      "How often a run is set down, to go on from there after an interruption: such as 30s, 10m, '5 rounds' or never.",
      valueName: "cadence"))
  var checkpointEvery = CheckpointCadence.seconds(10)

  @Flag(help: "Start no further cell once one has failed.")
  var failFast = false

  @Flag(help: "Say what would run, and run nothing.")
  var dryRun = false

  @Flag(help: "Accept a spec that differs from the plan frozen when the sweep started.")
  var refreeze = false

  @Flag(help: "Say nothing but failures.")
  var quiet = false

  @Option(help: "How progress is written to standard error: plain or json.")
  var logFormat = LogFormat.plain

  enum Selection: String, ExpressibleByArgument, CaseIterable { case failed }

  func validate() throws {
    guard (1...1024).contains(jobs) else { throw ValidationError("--jobs must be 1...1024 but is \(jobs)") }
  }

  func run() async throws {
    try await reporting {
      let plan = try spec.plan()
      let folder = spec.folder(of: plan)
      if dryRun { return try Listing.printPlan(plan, in: folder) }
      let style = self.style
      for warning in plan.warnings { StandardError.write(style.warning(warning)) }
      let interruption = Interruption.handle()
      defer { interruption.cancel() }
      let outcome = try await SweepRunner(plan, into: folder, options: options, provenance: try await provenance())
        .run(progress: style)
      guard outcome.exitStatus == 0 else { throw ExitCode(outcome.exitStatus) }
    }
  }

  private var options: SweepRunner.Options {
    var options = SweepRunner.Options()
    options.jobs = jobs
    options.threads = computing.threads
    options.onlyFailed = only == .failed
    options.failFast = failFast
    options.refreeze = refreeze
    options.checkpointEvery = checkpointEvery
    options.dataFolder = data
    return options
  }

  private var style: ProgressStyle {
    ProgressStyle.choose(
      quiet: quiet, logFormat: logFormat, environment: ProcessEnvironment.current, isTerminal: Terminal.isTerminal,
      columns: Terminal.columns)
  }

  private func provenance() async throws -> Provenance {
    await Provenance.current(version: Featherweight.version, command: CommandLine.arguments)
  }
}

extension LogFormat: ExpressibleByArgument {}

extension CheckpointCadence: ExpressibleByArgument {
  /// Reads what follows `--checkpoint-every`.
  public init?(argument: String) { self.init(argument) }
}
