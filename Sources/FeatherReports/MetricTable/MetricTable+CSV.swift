extension MetricTable {
  /// Plain numbers in full precision under names that say what they are; a cell is empty where there is no such value.
  var csv: String {
    let lines = query.layout == .wide ? wideLines : longLines
    return lines.map { $0.map(ResultTable.quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static let counts = ["n", "planned", "missing", "diverged"]

  private var numberNames: [String] {
    switch query.spread {
    case .sd: ["mean", "sd"]
    case .ci95: ["mean", "sd", "lo", "hi"]
    case .none: ["mean"]
    }
  }

  /// One row per group: its keys, its runs, and for each metric the number of values, their mean and its spread; with a pivot, the same
  /// for each of its values.
  private var wideLines: [[String]] {
    let ofMetric = ["n"] + numberNames
    let names = Self.counts + metrics.flatMap { metric in ofMetric.map { "\(metric)_\($0)" } }
    let suffixes = columns.map { value in query.pivot.map { "[\($0)=\(value ?? "")]" } ?? "" }
    let header = keys + suffixes.flatMap { suffix in names.map { $0 + suffix } }
    let blank = [String](repeating: "", count: names.count)
    let rows = rows.map { row in
      row.values.map { $0 ?? "" }
        + row.cells.flatMap { cell in cell.map { counts($0.group) + $0.entries.flatMap(wideNumbers) } ?? blank }
    }
    return [header] + rows
  }

  private func wideNumbers(_ entry: Entry) -> [String] {
    [String(entry.statistic?.count ?? 0)] + numbers(entry).prefix(numberNames.count).map(ResultTable.number)
  }

  /// One row per group and metric; n counts values, and `spread` says what lo and hi are.
  private var longLines: [[String]] {
    let hasSpread = query.spread != .none
    let header =
      keys + ["metric"] + Self.counts + ["without_value", "mean"] + (hasSpread ? ["sd", "lo", "hi", "spread"] : [])
    var lines = [header]
    for row in rows {
      guard let cell = row.cells[0] else { continue }
      for (metric, entry) in zip(metrics, cell.entries) {
        var line = row.values.map { $0 ?? "" }
        line += [metric.description, String(entry.statistic?.count ?? 0)]
        line += counts(cell.group).dropFirst()
        line.append(String(entry.lacking.count))
        line += numbers(entry).map(ResultTable.number)
        lines.append(line + (hasSpread ? [query.spread.rawValue] : []))
      }
    }
    return lines
  }

  private func counts(_ group: ResultTable.Group) -> [String] {
    [group.runs.count, group.planned, group.missing.count, group.diverged.count].map(String.init)
  }
}
