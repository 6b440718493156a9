public import ArgumentParser
import FeatherExperiments
public import FeatherReports
import FeatherResults
import FeatherRunner

struct TableCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Print accuracy and byte ratios: mean ± standard deviation over seeds.")

  @Argument(help: "The sweep's folder of results, or its spec.", completion: .file())
  var source: String

  @Option(help: "markdown, latex or csv.")
  var format = TableFormat.markdown

  func run() async throws {
    try await reporting {
      let folder = try self.folder()
      let plan = try folder.plan()
      var summaries: [RunSummary] = []
      for state in folder.states(of: plan.cells) {
        if case .damaged(let reason) = state { StandardError.write("warning: \(reason)\n") }
        if let summary = state.summary { summaries.append(summary) }
      }
      print(try ResultTable(plan: plan, summaries: summaries, folder: folder.path).rendered(format), terminator: "")
    }
  }

  private func folder() throws -> SweepFolder {
    guard source.hasSuffix(".yaml") || source.hasSuffix(".yml") else { return SweepFolder(source) }
    return SweepFolder("results/\(try SweepSpec.load(path: source).name)")
  }
}

extension TableFormat: ExpressibleByArgument {}
