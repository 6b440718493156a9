internal import FeatherExperiments

extension MetricTable {
  /// Title, table and notes.
  var markdown: String {
    let grid = grid(times: "x")
    return "\(title)\n\n\(grid.markdown)" + notes(grid).map { "\n\($0)\n" }.joined()
  }

  /// A `table` environment; its first line says what it needs.
  var latex: String {
    let grid = grid(times: "×")
    return "% needs \\usepackage{booktabs}\n\\begin{table}\n\\centering\n\\caption{\(LaTeX.escaped(title))}\n\\small\n"
      + grid.latex + "\n\\smallskip\n" + notes(grid).map { "\n{\\footnotesize \(LaTeX.escaped($0))\\par}\n" }.joined()
      + "\\end{table}\n"
  }

  private func grid(times: String) -> TextGrid {
    switch query.layout {
    case .wide: wideGrid(times)
    case .long: longGrid(times)
    }
  }

  /// One row per group; with a pivot, a column for each of its values and each metric.
  private func wideGrid(_ times: String) -> TextGrid {
    var grid = TextGrid()
    for heading in headings { grid.addColumn(heading) }
    if pivotHeading == nil { grid.addColumn("n", numeric: true) }
    for column in columns {
      for metric in metrics { grid.addColumn(heading(column, metric), numeric: true) }
    }
    grid.rows = rows.map { row in
      row.values.map { $0 ?? "–" } + (pivotHeading == nil ? [row.cells[0]?.group.tally ?? ""] : [])
        + row.cells.flatMap { cell in metrics.indices.map { text(cell, $0, times) } }
    }
    let start = headings.count + (pivotHeading == nil ? 1 : 0)
    for (column, _) in columns.enumerated() {
      for (index, metric) in metrics.enumerated() {
        let place = start + column * metrics.count + index
        let best = best(rows.map { $0.cells[column]?.entries[index].statistic?.mean }, metric, times)
        for row in best { grid.bold.insert(TextGrid.Place(row: row, column: place)) }
      }
    }
    return grid
  }

  private func heading(_ value: String?, _ metric: MetricSelector) -> String {
    guard let pivotHeading, let pivot = query.pivot else { return metric.heading }
    // The name of a codec, data set, partition or model says what it is.
    let isName = pivot.hasSuffix(".name") || pivot.hasSuffix(".scheme")
    let place = isName ? value ?? "–" : "\(pivotHeading) \(value ?? "–")"
    return metrics.count == 1 ? place : "\(metric.heading), \(place)"
  }

  /// A mean with its spread; with a pivot, marked as the counts of runs are without one.
  private func text(_ cell: Cell?, _ index: Int, _ times: String) -> String {
    guard let cell else { return "" }
    let entry = cell.entries[index]
    let marks = (pivotHeading == nil ? "" : cell.group.marks) + (entry.isPartial ? "‡" : "")
    guard let statistic = entry.statistic else { return "–" + marks }
    return MetricText(metrics[index].name, times: times).text(statistic.mean, half: half(statistic)) + marks
  }

  /// One row per group and metric.
  private func longGrid(_ times: String) -> TextGrid {
    var grid = TextGrid()
    for heading in headings + ["metric"] { grid.addColumn(heading) }
    let bounds = query.spread == .none ? [] : ["sd", "lo", "hi"]
    for heading in ["n", "planned", "mean"] + bounds { grid.addColumn(heading, numeric: true) }
    let means = headings.count + 3
    for row in rows {
      guard let cell = row.cells[0] else { continue }
      for (metric, entry) in zip(metrics, cell.entries) {
        let text = MetricText(metric.name, times: times)
        let count = "\(entry.statistic?.count ?? 0)\(cell.group.marks)\(entry.isPartial ? "‡" : "")"
        let numbers = numbers(entry).map { number in
          number.map { text.text($0, beside: entry.statistic?.mean ?? $0) } ?? "–"
        }
        grid.rows.append(
          row.values.map { $0 ?? "–" } + [metric.heading, count, "\(cell.group.planned)"] + numbers)
      }
    }
    for (index, metric) in metrics.enumerated() {
      let best = best(rows.map { $0.cells[0]?.entries[index].statistic?.mean }, metric, times)
      for row in best { grid.bold.insert(TextGrid.Place(row: row * metrics.count + index, column: means)) }
    }
    return grid
  }

  /// The mean, and the standard deviation and the bounds where the query asks for a spread.
  func numbers(_ entry: Entry) -> [Double?] {
    let mean = entry.statistic?.mean
    guard query.spread != .none else { return [mean] }
    let half = entry.statistic.flatMap(half)
    let bounds = mean.flatMap { mean in half.map { (mean - $0, mean + $0) } }
    return [mean, entry.statistic?.deviation, bounds?.0, bounds?.1]
  }

  /// The rows whose mean is the best of a column as it is printed; none where all are alike, or no value is better than another.
  private func best(_ means: [Double?], _ metric: MetricSelector, _ times: String) -> [Int] {
    guard query.marksBest, let isBetter = MetricSelector.better(metric.name) else { return [] }
    let known = means.compactMap { $0 }
    guard let best = known.max(by: { isBetter($1, $0) }) else { return [] }
    let text = MetricText(metric.name, times: times)
    let rows = means.indices.filter { means[$0].map { text.text($0) == text.text(best) } ?? false }
    return rows.count < known.count ? rows : []
  }
}

// MARK: Notes

extension MetricTable {
  private var cells: [Cell] { rows.flatMap(\.cells).compactMap { $0 } }

  /// What the numbers are, and what is left out of them.
  private func notes(_ grid: TextGrid) -> [String] {
    var notes = [means] + filterNote
    let moments = metrics.compactMap(\.moment)
    var words: [String] = []
    if moments.contains(.last) { words.append("Curves by their value after the last round.") }
    if moments.contains(.best) { words.append("Best: of all rounds.") }
    if moments.contains(where: { if case .round = $0 { true } else { false } }) { words.append("Rounds count from 0.") }
    if !grid.bold.isEmpty { words.append("Bold: the best mean of its \(query.layout == .wide ? "column" : "metric").") }
    if rows.contains(where: { $0.cells.contains { $0 == nil } }) { words.append("Blank: the plan has no such run.") }
    if !words.isEmpty { notes.append(words.joined(separator: " ")) }
    return notes + ResultTable.gaps(cells.map(\.group), folder) + metrics.indices.compactMap(gap)
  }

  /// What the means are over.
  private var means: String {
    let counts = cells.map(\.group.runs.count)
    guard cells.contains(where: { $0.group.planned > 1 }) else { return "One run each." }
    let spread =
      switch query.spread {
      case .sd where query.layout == .long: "Mean, sample standard deviation (sd), and mean ∓ sd (lo, hi)"
      case .sd: "Mean ± sample standard deviation"
      case .ci95 where query.layout == .long:
        "Mean, sample standard deviation (sd), and the mean's 95 % confidence interval by Student's t (lo, hi)"
      case .ci95: "Mean ± half its 95 % confidence interval by Student's t"
      case .none: "Mean"
      }
    let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
    let runs = pivotHeading == nil ? "n" : least == most ? "\(most)" : "\(least) to \(most)"
    let differences = averaged.isEmpty ? "" : ", which differ in \(averaged.joined(separator: ", "))"
    return "\(spread) over \(runs) runs\(differences)."
  }

  /// How many runs have no value of a metric that others of their group have.
  private func gap(_ index: Int) -> String? {
    let entries = cells.map { $0.entries[index] }
    let lacking = entries.filter(\.isPartial).flatMap(\.lacking)
    guard !lacking.isEmpty else { return nil }
    return "Marked ‡: \(lacking.count) \(lacking.count == 1 ? "run" : "runs") without a value of \(metrics[index]), "
      + "left out of its means (\(ResultTable.list(lacking)))."
  }
}
