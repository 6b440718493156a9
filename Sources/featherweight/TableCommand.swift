public import ArgumentParser
public import FeatherReports
import FeatherResults
import FeatherRunner

struct TableCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Print any metric's mean and spread over the runs of each setting.",
    discussion: """
      Without options, the usual table: test accuracy, error and byte ratios after the last round, over seeds. \
      Each of --metric, --group-by, --pivot, --spread, --layout and --best asks for a table of its own instead.

      A metric is a number of result files such as upload_ratio, or a curve: test_accuracy is its value after the last \
      round, test_accuracy@best its best one, test_accuracy@4 the one in round 4, counted from 0.

      Groups that are not complete are marked: * runs missing, † diverged, ‡ without a value of the metric. 'ls' shows \
      single runs.
      """)

  @OptionGroup var source: SweepSource

  @Option(
    help: ArgumentHelp(
      "Metrics, with commas between them (default: test_accuracy, upload_ratio, lifetime_ratio).",
      valueName: "name,..."))
  var metric: [String] = []

  @Option(
    help: ArgumentHelp(
      "Keys of the configuration that tell groups apart (default: all that vary, but the seed). Means are over all that "
        + "varies besides, and a note names it.", valueName: "key,..."))
  var groupBy: [String] = []

  @OptionGroup var conditions: RunConditions

  @Option(
    help: ArgumentHelp(
      "A key whose values become columns (test_accuracy alone where no metric is named).",
      valueName: "key"))
  var pivot: String?

  @Option(
    help: "What stands beside a mean: sd (sample standard deviation), ci95 (95 % interval by Student's t) or none.")
  var spread: MetricTable.Spread?

  @Option(help: "wide: a row per group, a column per metric; long: a row per group and metric.")
  var layout: MetricTable.Layout?

  @Flag(
    inversion: .prefixedNo, help: "Print the best mean of each column bold (default, but for the usual table and CSV).")
  var best: Bool?

  @Option(help: "markdown, latex or csv.")
  var format = TableFormat.markdown

  @Option(help: "The file to write the table to (default: standard output).", completion: .file())
  var out: String?

  func validate() throws {
    guard out != "" else { throw ValidationError("--out must name a file but is empty") }
  }

  func run() async throws {
    try await reporting {
      let results = try source.results(where: conditions.texts)
      let text =
        try isUsual ? ResultTable(results).rendered(format) : MetricTable(results, query).rendered(format)
      guard let out else { return print(text, terminator: "") }
      try AtomicFile.write(Array(text.utf8), to: out)
    }
  }

  private var isUsual: Bool {
    metric.isEmpty && groupBy.isEmpty && pivot == nil && spread == nil && layout == nil && best == nil
  }

  private var query: MetricTable.Query {
    var query = MetricTable.Query()
    query.metrics = metric.flatMap(\.listed)
    query.groupBy = groupBy.isEmpty ? nil : groupBy.flatMap(\.listed)
    query.pivot = pivot
    query.spread = spread ?? .sd
    query.layout = layout ?? .wide
    query.marksBest = best ?? true
    return query
  }
}

extension String {
  /// The items between commas, without spaces around them.
  var listed: [String] {
    split(separator: ",", omittingEmptySubsequences: false).map { item in
      String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }
}

extension TableFormat: ExpressibleByArgument {}
extension MetricTable.Spread: ExpressibleByArgument {}
extension MetricTable.Layout: ExpressibleByArgument {}
