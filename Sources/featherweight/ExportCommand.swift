public import ArgumentParser
import FeatherExperiments
public import FeatherExports
import FeatherReports
import FeatherResults
import FeatherRunner

struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write results as files for other tools.",
    discussion: """
      csv          runs, metrics (wide and long), clients and ledger as tables; columns.csv says what each column is
      jsonl        runs and metrics, an object a line
      npz          every array of a run, an archive per run
      safetensors  weights, encoders and decoders, layer by layer
      onnx         the same as models
      tensorboard  curves as event files
      notebook     a Jupyter notebook that reads the results and draws them

      Instead of a sweep, one result file (.h5) is taken too. Complete and diverged runs are exported; the same results give the \
      same bytes. Prints the paths of what it wrote.
      """)

  @OptionGroup var source: SweepSource

  @Option(name: .customLong("to"), help: "The format.")
  var format: ExportFormat

  @OptionGroup var conditions: RunConditions

  @Option(help: "The folder to write to (default: 'exports/FORMAT' in the folder of results).", completion: .directory)
  var out: String?

  @Option(help: "Which stored weights are meant: last, all, or those after that many rounds.")
  var checkpoint = CheckpointChoice.last

  func validate() throws {
    guard out != "" else { throw ValidationError("--out must name a folder but is empty") }
  }

  func run() async throws {
    try await reporting {
      let file = source.source.hasSuffix(".h5") ? source.source : nil
      let all = try file.map(Self.results) ?? source.results()
      let results = try all.matching(RunFilter(conditions.texts, of: all))
      let folder = out ?? "\(results.folder)/exports/\(format.rawValue)"
      let report = try SweepExport(results, checkpoint: checkpoint, file: file).write(format, to: folder)
      for path in report.paths { print(path) }
      for note in report.notes { StandardError.write("warning: \(note)\n") }
      for failure in report.failures { StandardError.write("error: \(failure)\n") }
      let files = report.paths.count == 1 ? "1 file" : "\(report.paths.count) files"
      StandardError.write("wrote \(files) of \(report.runs == 1 ? "1 run" : "\(report.runs) runs") to \(folder)\n")
      guard report.failures.isEmpty, !results.runs.contains(where: { $0.state == "damaged" }) else { throw ExitCode(1) }
    }
  }

  /// One run's file as a sweep of one run.
  private static func results(of file: String) throws -> SweepResults {
    let summary = try RunFile.open(file).summary
    let plan = Plan(rerunning: try RunSpec(canonicalJSON: summary.canonicalJSON))
    let folder = file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
    let state = summary.status == .complete ? "done" : "diverged"
    return SweepResults(
      plan: plan, folder: folder, runs: plan.cells.map { .init(cell: $0, summary: summary, state: state) })
  }
}

extension ExportFormat: ExpressibleByArgument {}

extension CheckpointChoice: ExpressibleByArgument {
  /// The choice that an argument names.
  public init?(argument: String) { self.init(argument) }

  /// The text of the default.
  public var defaultValueDescription: String { description }
}
