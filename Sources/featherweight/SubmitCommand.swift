public import ArgumentParser
import FeatherExperiments
public import FeatherRunner

struct SubmitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "submit", abstract: "Submit what is missing of a sweep to a cluster.",
    discussion: """
      Freezes the plan, writes a batch script into slurm/N of the sweep's folder, and submits job arrays over the cells that are \
      neither done nor in the queue. Their tasks call 'run': a task that is killed, preempted or requeued, or whose time is up, goes on \
      from its checkpoint, and the results are the same to the byte as on one machine. 'status' shows where the cells are, 'cancel' \
      takes them back, and 'submit' again submits what is missing then.

      The folder of results, the data and this program must be seen by the nodes under the same paths; a first tiny job checks that. \
      What follows -- goes to sbatch as it is: -- --account=NAME --qos=long
      """)

  /// The schedulers that are known.
  enum Scheduler: String, CaseIterable, ExpressibleByArgument {
    case slurm
  }

  @OptionGroup var spec: SpecOptions

  @Option(help: "The scheduler: slurm.")
  var on: Scheduler

  @Option(
    help: ArgumentHelp("The most tasks that run at a time (default: as many as Slurm starts).", valueName: "tasks"))
  var arrayLimit: Int?

  @Option(help: ArgumentHelp("Cells that a task computes one after another.", valueName: "cells"))
  var cellsPerJob = 1

  @Option(
    help: ArgumentHelp(
      "How long a task may take, as sbatch takes it or such as 2h (default: the partition's). A task goes on in another turn when its time is up.",
      valueName: "time"))
  var time: SlurmTime?

  @Option(
    help: ArgumentHelp(
      "Memory of a task, as sbatch takes it or such as 4GB (default: some more than 'plan' estimates for the largest of its cells).",
      valueName: "size"))
  var mem: SlurmMemory?

  @Option(help: ArgumentHelp("Processors of a task, and threads that compute a run.", valueName: "processors"))
  var cpusPerTask = 1

  @Option(help: "The partition (default: Slurm's).")
  var partition: String?

  @Option(help: "The folder with data sets, before $FEATHERWEIGHT_DATA and the cache folder.", completion: .directory)
  var data: String?

  @Option(help: "Submit only cells that are: failed, pending (neither done nor failed) or diverged (computed again).")
  var only: SweepRunner.Selection?

  @Option(
    help: ArgumentHelp(
      "As of 'run': how often a run is set down, such as 30s, 10m or '5 rounds'.", valueName: "cadence"))
  var checkpointEvery = CheckpointCadence.seconds(60)

  @Flag(help: "Accept a spec that differs from the plan frozen when the sweep started.")
  var refreeze = false

  @Flag(help: "Print the batch script; write and submit nothing.")
  var printScript = false

  @Argument(parsing: .postTerminator, help: ArgumentHelp("Further options of sbatch.", valueName: "sbatch-options"))
  var further: [String] = []

  func validate() throws {
    for (name, number) in [
      ("array-limit", arrayLimit ?? 1), ("cells-per-job", cellsPerJob), ("cpus-per-task", cpusPerTask),
    ] {
      guard (1...100_000).contains(number) else {
        throw ValidationError("--\(name) must be 1...100000 but is \(number)")
      }
    }
  }

  func run() async throws {
    try await reporting {
      let plan = try spec.plan()
      var options = SweepRunner.Options()
      options.only = only
      options.refreeze = refreeze
      options.checkpointEvery = checkpointEvery
      options.dataFolder = data
      let runner = SweepRunner(
        plan, into: spec.folder(of: plan), options: options,
        provenance: Provenance(version: Featherweight.version, command: CommandLine.arguments))
      let submitter = try SlurmSubmitter(runner, request) { print($0) }
      if printScript { return print(try submitter.script(), terminator: "") }
      for warning in plan.warnings { StandardError.write("warning: \(warning)\n") }
      try await submitter.submit()
    }
  }

  private var request: SlurmRequest {
    var request = SlurmRequest()
    request.arrayLimit = arrayLimit
    request.cellsPerJob = cellsPerJob
    request.time = time
    request.memory = mem
    request.processors = cpusPerTask
    request.partition = partition
    request.further = further
    return request
  }
}

extension SlurmTime: ExpressibleByArgument {
  /// Reads it from the command line; nil where it cannot be read.
  public init?(argument: String) { self.init(argument) }
}

extension SlurmMemory: ExpressibleByArgument {
  /// Reads it from the command line; nil where it cannot be read.
  public init?(argument: String) { self.init(argument) }
}
