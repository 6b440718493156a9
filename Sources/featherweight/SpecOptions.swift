public import ArgumentParser
import FeatherExperiments
import FeatherFederation
public import FeatherRunner

/// The spec, what is changed of it, and where its results are.
struct SpecOptions: ParsableArguments {
  @Argument(help: "The sweep's spec, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
  var spec: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Override a key, such as codec.latent=64; several values, such as seed=1,2,3, become an axis.",
      valueName: "key=value"))
  var overrides: [String] = []

  @Option(help: "The folder of results (default: results/NAME of the spec).", completion: .directory)
  var out: String?

  @Option(
    help: ArgumentHelp(
      "Memory that all workers together may take, such as 4GB (default: what this machine has, or its container). Cells start only "
        + "while the sum of their estimates fits; a worker that takes more is killed.", valueName: "size"))
  var memory: MemorySize?

  func validate() throws {
    guard out != "" else { throw ValidationError("--out must name a folder but is empty") }
  }

  /// Reads the spec and plans its cells; one that could not fit into memory is refused.
  func plan() throws -> Plan {
    let plan = try SweepSpec.load(path: spec, overrides: overrides).plan()
    let limit = memory?.bytes ?? ResourceEstimate.physicalMemory
    for cell in plan.cells {
      let need = ResourceEstimate(of: cell.spec).peakBytes
      guard need > limit else { continue }
      throw SpecError(
        file: spec,
        message: "cell \(cell.id) needs about \(need / 1_000_000) MB of memory and "
          + (memory == nil ? "this machine has" : "--memory allows")
          + " \(limit / 1_000_000) MB: make the model, the autoencoder or partition.clients smaller")
    }
    return plan
  }

  /// Where the plan's results are.
  func folder(of plan: Plan) -> SweepFolder {
    SweepFolder(out ?? "results/\(plan.name)")
  }
}

extension MemorySize: ExpressibleByArgument {
  /// Reads it from the command line; nil where it cannot be read.
  public init?(argument: String) { self.init(argument) }
}
