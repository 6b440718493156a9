internal import FeatherExperiments
internal import FeatherResults

/// Any metrics of a sweep, grouped by any keys: means over the runs of each group, with their spread.
public struct MetricTable: Sendable {
  /// What stands beside a mean.
  public enum Spread: String, CaseIterable, Sendable {
    /// The sample standard deviation.
    case sd
    /// The 95 % confidence interval of the mean by Student's t.
    case ci95
    /// Nothing.
    case none
  }

  /// How a table is laid out.
  public enum Layout: String, CaseIterable, Sendable {
    /// One row per group, one column per metric.
    case wide
    /// One row per group and metric.
    case long
  }

  /// What a table is asked for.
  public struct Query: Sendable {
    /// The metrics as `MetricSelector` has them; empty for the usual ones.
    public var metrics: [String] = []
    /// The dotted keys that tell groups apart; nil for all that vary, but the seed.
    public var groupBy: [String]?
    /// The dotted key whose values become columns; nil for none.
    public var pivot: String?
    /// What stands beside a mean.
    public var spread = Spread.sd
    /// How the table is laid out; long without a pivot only.
    public var layout = Layout.wide
    /// Whether the best mean of a column is bold.
    public var marksBest = true

    /// The usual metrics by all keys that vary.
    public init() {}

    /// The metrics of a table that names none.
    public static let usualMetrics = ["test_accuracy", "upload_ratio", "lifetime_ratio"]
    /// The same of one with a pivot.
    public static let usualPivotMetrics = ["test_accuracy"]
  }

  /// A metric over the complete runs of a group.
  struct Entry: Sendable {
    /// Over the runs that have a value; nil where none has.
    let statistic: Statistic?
    /// The complete runs without a value.
    let lacking: [RunID]

    /// Whether some of the runs have a value and some have not.
    var isPartial: Bool { statistic != nil && !lacking.isEmpty }
  }

  /// The runs of a row, or of one value of the pivot there, with an entry per metric.
  struct Cell: Sendable {
    var group: ResultTable.Group
    var entries: [Entry] = []
  }

  /// A row: its values of the keys, and a cell per value of the pivot, nil where the plan has no such run.
  struct Row: Sendable {
    let values: [String?]
    var cells: [Cell?]
  }

  let title: String
  let folder: String
  let query: Query
  let metrics: [MetricSelector]
  /// The keys of rows.
  let keys: [String]
  /// Their headings.
  let headings: [String]
  /// The pivot's values in the order of the plan; a single nil without a pivot.
  let columns: [String?]
  /// The pivot's heading; nil without one.
  let pivotHeading: String?
  let rows: [Row]
  /// The keys that vary within a group, which its means are over.
  let averaged: [String]
  let filterNote: [String]

  /// The table of a sweep's runs.
  ///
  /// - Throws: `ReportError` when no run has ended, or the query names a metric or key that there is not, or keys that do not go together.
  public init(_ results: SweepResults, _ query: Query) throws(ReportError) {
    try ResultTable.requireSome(results)
    let varying = results.varyingKeys
    try query.check(varying)
    let usual = query.pivot == nil ? Query.usualMetrics : Query.usualPivotMetrics
    metrics = try MetricSelector.list(query.metrics.isEmpty ? usual : query.metrics, of: results)
    let keys = (query.groupBy ?? varying.filter { $0 != "seed" && $0 != query.pivot }).uniqued
    let pivots = query.pivot.map { [$0] } ?? []
    let headings = VaryingKeys(keys + pivots).headings
    self.keys = keys
    self.headings = Array(headings.prefix(keys.count))
    pivotHeading = query.pivot.flatMap { _ in headings.last }
    title = ResultTable.title(results.plan.name, results.plan.about)
    folder = results.folder
    filterNote = results.filterNote
    self.query = query
    var rows = Rows(keys: keys, pivot: query.pivot, others: varying.filter { !(keys + pivots).contains($0) })
    for run in results.runs { rows.add(run) }
    columns = rows.columns
    averaged = rows.averaged
    self.rows = rows.finished(metrics)
  }

  /// The table as text that ends in a line break.
  public func rendered(_ format: TableFormat) -> String {
    switch format {
    case .markdown: markdown
    case .latex: latex
    case .csv: csv
    }
  }

  /// What stands to either side of a mean, as the query asks.
  func half(_ statistic: Statistic) -> Double? {
    switch query.spread {
    case .sd: statistic.deviation
    case .ci95: statistic.halfInterval
    case .none: nil
    }
  }
}

extension MetricTable.Query {
  /// Refuses keys that there are not, and what cannot go together.
  fileprivate func check(_ varying: [String]) throws(ReportError) {
    let known = Set(RunSpec.keys.map(\.key))
    for key in groupBy ?? [] where !known.contains(key) { throw Self.unknown("--group-by", key) }
    guard let pivot else { return }
    guard known.contains(pivot) else { throw Self.unknown("--pivot", pivot) }
    guard groupBy?.contains(pivot) != true else {
      throw ReportError("\(pivot) is in both --pivot and --group-by; it makes either columns or rows: leave one out")
    }
    guard layout == .wide else {
      throw ReportError("--pivot makes a wide table, and --layout long is none: leave one out")
    }
    guard varying.contains(pivot) else {
      let some = varying.isEmpty ? "none does" : "those that do: \(varying.joined(separator: ", "))"
      throw ReportError("--pivot \(pivot): that key does not vary over these runs; \(some)")
    }
  }

  private static func unknown(_ option: String, _ key: String) -> ReportError {
    let keys = RunSpec.keys.map(\.key)
    let within = keys.filter { $0.hasPrefix("\(key).") }
    guard within.isEmpty else {
      let some = within.prefix(3).joined(separator: ", ")
      return ReportError("\(option) \(key): that is a section; name one of its keys, such as \(some)")
    }
    let nearest = Spelling.nearest(to: key, among: keys).map { "did you mean '\($0)'?" }
    return ReportError(
      "\(option) \(key): no configuration has that key; \(nearest ?? "keys are dotted, such as codec.latent")")
  }
}

/// The rows of a table while runs are added.
private struct Rows {
  let keys: [String]
  let pivot: String?
  /// The keys that vary and tell neither rows nor columns apart.
  let others: [String]
  private(set) var columns: [String?] = []
  private var rows: [(values: [String?], groups: [Int: ResultTable.Group])] = []
  private var rowPlaces: [[String?]: Int] = [:]
  private var columnPlaces: [String?: Int] = [:]
  /// For each group, by row and column, its first run's values of the other keys.
  private var firsts: [[Int]: [String?]] = [:]
  private var varied: Set<String> = []

  init(keys: [String], pivot: String?, others: [String]) {
    self.keys = keys
    self.pivot = pivot
    self.others = others
  }

  /// The other keys that vary within some group.
  var averaged: [String] { others.filter(varied.contains) }

  mutating func add(_ run: SweepResults.Run) {
    let spec = run.cell.spec
    let values = keys.map(spec.value)
    let value = pivot.flatMap(spec.value)
    let row = rowPlaces[values] ?? rows.count
    if row == rows.count { rows.append((values, [:])) }
    rowPlaces[values] = row
    let column = columnPlaces[value] ?? columns.count
    if column == columns.count { columns.append(value) }
    columnPlaces[value] = column
    rows[row].groups[column, default: ResultTable.Group(values, spec)].add(run.cell.id, run.summary)
    let rest = others.map(spec.value)
    guard let first = firsts[[row, column]] else {
      firsts[[row, column]] = rest
      return
    }
    for (index, key) in others.enumerated() where first[index] != rest[index] { varied.insert(key) }
  }

  /// The rows with an entry per metric.
  func finished(_ metrics: [MetricSelector]) -> [MetricTable.Row] {
    rows.map { row in
      let cells = columns.indices.map { column in
        row.groups[column].map { group in
          MetricTable.Cell(group: group, entries: metrics.map { Self.entry($0, group) })
        }
      }
      return MetricTable.Row(values: row.values, cells: cells)
    }
  }

  private static func entry(_ metric: MetricSelector, _ group: ResultTable.Group) -> MetricTable.Entry {
    let values = group.runs.map(metric.value)
    let lacking = zip(group.runs, values).filter { $1 == nil }.compactMap { RunID($0.0.runID) }
    return MetricTable.Entry(statistic: Statistic(values.compactMap { $0 }), lacking: lacking)
  }
}
