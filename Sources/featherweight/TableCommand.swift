public import ArgumentParser
public import FeatherReports
import FeatherRunner

struct TableCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Print accuracy and byte ratios: mean ± standard deviation over seeds.")

  @OptionGroup var source: SweepSource

  @Option(help: "markdown, latex or csv.")
  var format = TableFormat.markdown

  func run() async throws {
    try await reporting {
      let folder = try source.folder()
      let plan = try folder.plan()
      let summaries = source.summaries(of: plan, in: folder)
      print(try ResultTable(plan: plan, summaries: summaries, folder: folder.path).rendered(format), terminator: "")
    }
  }
}

extension TableFormat: ExpressibleByArgument {}
