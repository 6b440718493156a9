import FeatherDatasets
import FeatherExperiments

/// The hidden command line by which a sweep starts its workers; one place writes and reads it.
public enum WorkerCommand {
  /// The first argument of a worker.
  public static let name = "worker"

  static func arguments(
    folder: SweepFolder, data: String?, threads: Int, checkpointEvery: CheckpointCadence, keepsCheckpoints: Bool,
    provenance: Provenance
  ) -> [String] {
    [
      name, folder.path, String(threads), data ?? "", checkpointEvery.description, keepsCheckpoints ? "keep" : "",
      provenance.argument,
    ]
  }

  /// Computes the cells that come in on standard input, as the arguments after `name` describe.
  ///
  /// - Returns: the process's exit status; 64 when the arguments are not a worker's.
  public static func run(_ arguments: [String]) -> Int32 {
    guard arguments.count == 6, let threads = Int(arguments[1]), threads > 0,
      let checkpointEvery = CheckpointCadence(arguments[3]), let provenance = Provenance(argument: arguments[5])
    else {
      StandardError.write("error: '\(name)' is what 'featherweight run' starts, not a command: use 'run'\n")
      return 64
    }
    let data = DataLocations(
      commandLine: arguments[2].isEmpty ? nil : arguments[2], environment: ProcessEnvironment.current)
    var worker = Worker(
      folder: SweepFolder(arguments[0]), data: data, threads: threads, checkpointEvery: checkpointEvery,
      keepsCheckpoints: arguments[4] == "keep", provenance: provenance)
    return worker.run()
  }
}
