internal import FeatherExperiments

/// The list of a sweep's runs: where each stands, the keys that vary, and metrics.
public struct RunList: Sendable {
  /// The ways in which a list is written.
  public enum Format: String, CaseIterable, Sendable {
    /// Aligned text.
    case plain
    /// Aligned pipes.
    case markdown
    /// Plain numbers in full precision, quoted as in RFC 4180.
    case csv
  }

  /// The metrics of a list that names none.
  public static let usualMetrics = ["test_accuracy", "upload_ratio", "lifetime_ratio", "bytes_up"]

  private let results: SweepResults
  private let metrics: [MetricSelector]
  private let keys: VaryingKeys

  /// The list of a sweep's runs.
  ///
  /// - Parameter metrics: as `MetricSelector` has them; empty for those usual ones that some run has.
  /// - Throws: `ReportError` when no run has a metric that is named.
  public init(_ results: SweepResults, metrics: [String]) throws(ReportError) {
    let names = results.metricNames
    let usual = Self.usualMetrics.filter { names.scalars.contains($0) || names.curves.contains($0) }
    self.results = results
    self.metrics = try MetricSelector.list(metrics.isEmpty ? usual : metrics, of: results)
    keys = VaryingKeys(results.plan.axes)
  }

  /// One line per run under headings; a note of several lines is put on one.
  public func rendered(_ format: Format) -> String {
    switch format {
    case .plain: grid.plain
    case .markdown: grid.markdown
    case .csv: csv
    }
  }

  private var grid: TextGrid {
    let hasNotes = results.runs.contains { !$0.note.isEmpty }
    var grid = TextGrid()
    for heading in ["id"] + keys.headings + ["state"] { grid.addColumn(heading) }
    for metric in metrics { grid.addColumn(metric.description, numeric: true) }
    if hasNotes { grid.addColumn("note") }
    let texts = metrics.map { MetricText($0.name) }
    grid.rows = results.runs.map { run in
      let values = zip(metrics, texts).map { metric, text in
        run.summary.flatMap(metric.value).map { text.text($0) } ?? "–"
      }
      return [run.cell.id.hex] + keys.values(of: run.cell).map { $0 ?? "–" } + [run.state] + values
        + (hasNotes ? [Self.oneLine(run.note)] : [])
    }
    return grid
  }

  private var csv: String {
    let header = ["id"] + keys.keys + ["state"] + metrics.map(\.description) + ["note"]
    let rows = results.runs.map { run in
      [run.cell.id.hex] + keys.values(of: run.cell).map { $0 ?? "" } + [run.state]
        + metrics.map { ResultTable.number(run.summary.flatMap($0.value)) } + [Self.oneLine(run.note)]
    }
    return ([header] + rows).map { $0.map(ResultTable.quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func oneLine(_ note: String) -> String {
    note.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
