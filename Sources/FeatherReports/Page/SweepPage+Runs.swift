internal import FeatherExperiments
internal import FeatherResults

extension SweepPage {
  /// The most runs whose table is printed; browsers give up on ten thousand rows.
  static let mostPrinted = 2000
  /// The most failures that are listed.
  static let mostFailures = 500

  /// Runs that came to no result, or whose result cannot be used.
  var failures: Markup? {
    let failed = zip(results.runs, facts).filter { Self.isFailure($0.0) }
    let unread = partitions.unreadable
    guard !failed.isEmpty || !unread.isEmpty else { return nil }
    let keys = VaryingKeys(results.varyingKeys)
    var grid = TextGrid()
    for heading in ["id"] + keys.headings + ["state", "why", "log"] { grid.addColumn(heading) }
    grid.rows = failed.prefix(Self.mostFailures).map { run, fact in
      [run.cell.id.hex] + keys.values(of: run.cell).map { $0 ?? "–" } + [run.state, run.note, fact.log ?? "–"]
    }
    return Self.section("failures", "Failures") {
      if !failed.isEmpty {
        Markup("p") {
          "Of \(NumberText.grouped(results.runs.count)) runs, \(NumberText.grouped(failed.count)) came to no usable result"
            + (failed.count > grid.rows.count ? "; the first \(grid.rows.count) are listed. " : ". ")
            + "Logs are in \(results.folder)."
        }
        Self.table(grid, named: "Failures")
      }
      if !unread.isEmpty {
        Markup("p") { "These files cannot be read; their numbers above are from the index, which is older." }
        Markup("ul") { unread.map { reason in Markup("li") { reason } } }
      }
    }
  }

  /// What the runs were computed with: distinct values with how many runs have each.
  var provenance: Markup {
    let known = facts.filter { !$0.provenance.isEmpty }
    let missing = zip(results.runs, facts).filter { $0.0.summary != nil && $0.1.provenance.isEmpty }.count
    let names = Self.counted(known.flatMap { $0.provenance.map(\.name) }).map(\.value)
    return Self.section("provenance", "Provenance") {
      if let first = facts.compactMap(\.started).min(), let last = facts.compactMap(\.finished).max() {
        Markup("p") { "Computed between \(first) and \(last)." }
      }
      if missing > 0 {
        Markup("p", ["class": "note"]) { "\(missing) of the runs with a result have no sidecar that says more." }
      }
      if !names.isEmpty {
        Markup("dl", ["class": "facts"]) {
          names.map { name in
            let values = Self.counted(known.flatMap { $0.provenance.filter { $0.name == name }.map(\.value) })
            return Markup("div") {
              Markup("dt") { name }
              values.map { value, count in
                Markup("dd") {
                  value
                  if values.count > 1 || count < known.count {
                    Markup("span", ["class": "count"]) { " \(count) \(count == 1 ? "run" : "runs")" }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  // MARK: Every run

  private struct Column {
    var heading: String
    var isNumeric: Bool
    /// What is shown, and the number to sort by where the text is not that number.
    var cell: (Int) -> (text: String, value: Double?)
  }

  private func column(_ heading: String, _ scalar: String, _ text: @escaping (Double) -> String) -> Column {
    Column(heading: heading, isNumeric: true) { i in
      guard let value = results.runs[i].summary?.scalar(scalar), !value.isNaN else { return ("–", nil) }
      return (text(value), value)
    }
  }

  private var columns: [Column] {
    let keys = VaryingKeys(results.varyingKeys)
    let values = results.runs.map { keys.values(of: $0.cell) }
    let ratio = { (value: Double) in NumberText.ratio(value, times: "×") }
    let fixed = { (value: Double) in NumberText.decimal(value, 4) }
    let varying = keys.headings.enumerated().map { k, heading in
      Column(heading: heading, isNumeric: values.allSatisfy { row in row[k].map { Double($0) != nil } ?? true }) { i in
        (values[i][k] ?? "–", nil)
      }
    }
    let bytes = Column(heading: "bytes", isNumeric: true) { i in
      results.runs[i].summary.flatMap(Self.bytes).map { (Axis.bytes($0), $0) } ?? ("–", nil)
    }
    let seconds = Column(heading: "seconds", isNumeric: true) { i in
      facts[i].seconds.map { (NumberText.decimal($0, 1), nil) } ?? ("–", nil)
    }
    return [
      Column(heading: "id", isNumeric: false) { (results.runs[$0].cell.id.hex, nil) },
      Column(heading: "state", isNumeric: false) { (results.runs[$0].state, nil) },
    ] + varying + [
      column("final accuracy", "final_test_accuracy", fixed), column("best", "best_test_accuracy", fixed),
      column("rel. error", "final_mean_relative_error", fixed), column("upload", "upload_ratio", ratio),
      column("life-time", "lifetime_ratio", ratio), column("total", "total_ratio", ratio), bytes, seconds,
    ]
  }

  /// A row per run.
  ///
  /// The script makes its headings buttons that sort, and shows the controls that filter.
  var runTable: Markup {
    let columns = columns
    let isLong = results.runs.count > Self.mostPrinted
    return Self.section("every-run", "Every run", style: isLong ? "long" : nil) {
      if isLong {
        Markup("p", ["class": "note printed"]) {
          "The table of \(NumberText.grouped(results.runs.count)) runs is left out of print."
        }
      }
      Markup("div", ["id": "controls", "hidden": ""]) {
        Markup("label") {
          "Only rows with "
          Markup("input", ["id": "words", "type": "search", "autocomplete": "off", "spellcheck": "false"])
        }
        Markup("label") {
          "State "
          Markup("select", ["id": "states"]) {
            Markup("option", ["value": ""]) { "any" }
            Self.counted(results.runs.map(\.state)).map { state, count in
              Markup("option", ["value": state]) { "\(state) (\(count))" }
            }
          }
        }
        Markup("p", ["id": "shown", "aria-live": "polite"])
      }
      Self.scrolling("Every run") {
        Markup("table", ["id": "runs"]) {
          Markup("thead") { Markup("tr") { columns.map { Self.heading($0.heading, isNumeric: $0.isNumeric) } } }
          Markup("tbody") { results.runs.indices.map { row(of: $0, columns) } }
        }
      }
    }
  }

  private func row(of run: Int, _ columns: [Column]) -> Markup {
    let cells = columns.map { column in
      let (text, value) = column.cell(run)
      // Only what the text does not tell to the last digit needs saying twice.
      return Markup("td", ["class": column.isNumeric ? nil : "t", "data-v": value.map(Self.brief)]) { text }
    }
    return Markup("tr") { cells } + Markup(literal: "\n")
  }

  /// A number in few letters.
  private static func brief(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? value.description
  }
}
