public import ArgumentParser
import FeatherExperiments
import FeatherFederation
public import FeatherRunner
import FoundationEssentials

/// The spec, what is changed of it, and where its results are.
struct SpecOptions: ParsableArguments {
  @Argument(
    help:
      "The sweep's spec, a YAML file; or the folder of results of a sweep that was begun, for the plan frozen there.",
    completion: .file())
  var spec: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Override a key, such as codec.latent=64; several values, such as seed=1,2,3, become an axis.",
      valueName: "key=value"))
  var overrides: [String] = []

  @Option(help: "The folder of results (default: results/NAME of the spec).", completion: .directory)
  var out: String?

  func validate() throws {
    guard out != "" else { throw ValidationError("--out must name a folder but is empty") }
    guard !isFolder || overrides.isEmpty && out == nil else {
      throw ValidationError("\(spec) is a sweep that was begun; --set and --out need its spec, a YAML file")
    }
  }

  /// Whether a sweep's folder is given, in place of a spec.
  private var isFolder: Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: spec, isDirectory: &isFolder) && isFolder
  }

  /// Reads the spec and plans its cells; of a sweep that was begun, reads the frozen plan.
  func plan() throws -> Plan {
    guard isFolder else { return try SweepSpec.load(path: spec, overrides: overrides).plan() }
    guard SweepFolder(spec).exists else {
      throw SpecError(
        file: spec,
        message: "is a folder, and not that of a sweep that was begun, which has a plan.json; give a spec, a YAML file")
    }
    return try SweepFolder(spec).plan()
  }

  /// Where the plan's results are.
  func folder(of plan: Plan) -> SweepFolder {
    SweepFolder(isFolder ? spec : out ?? "results/\(plan.name)")
  }
}

/// How much memory there is for the runs of this machine.
struct MemoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Memory that all workers together may take, such as 4GB (default: what this machine has, or its container). Cells start only "
        + "while the sum of their estimates fits; a worker that takes more is killed.", valueName: "size"))
  var memory: MemorySize?

  /// Refuses cells that could not fit into memory.
  ///
  /// - Parameter file: the spec, for the error.
  func check(_ cells: [Cell], of file: String) throws {
    let limit = memory?.bytes ?? ResourceEstimate.physicalMemory
    for cell in cells {
      let need = ResourceEstimate(of: cell.spec).peakBytes
      guard need > limit else { continue }
      throw SpecError(
        file: file,
        message: "cell \(cell.id) needs about \(need / 1_000_000) MB of memory and "
          + (memory == nil ? "this machine has" : "--memory allows")
          + " \(limit / 1_000_000) MB: make the model, the autoencoder or partition.clients smaller")
    }
  }
}

extension MemorySize: ExpressibleByArgument {
  /// Reads it from the command line; nil where it cannot be read.
  public init?(argument: String) { self.init(argument) }
}
