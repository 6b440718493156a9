public import ArgumentParser
public import FeatherReports
import FeatherRunner

struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ls", abstract: "List a sweep's runs: their state, the keys that vary, and metrics.",
    discussion: """
      For results: which runs there are and what came out of each. 'status' is for a sweep under way: how many are done, \
      and how far the others are. 'table' has means over runs.
      """)

  @OptionGroup var source: SweepSource

  @OptionGroup var conditions: RunConditions

  @Option(
    help: ArgumentHelp(
      "Metrics as in 'table', with commas between them (default: test_accuracy, upload_ratio, lifetime_ratio, bytes_up).",
      valueName: "name,..."))
  var metric: [String] = []

  @Option(help: "plain, markdown or csv.")
  var format = RunList.Format.plain

  func run() async throws {
    try await reporting {
      let results = try source.results(where: conditions.texts)
      print(try RunList(results, metrics: metric.flatMap(\.listed)).rendered(format), terminator: "")
    }
  }
}

extension RunList.Format: ExpressibleByArgument {}
