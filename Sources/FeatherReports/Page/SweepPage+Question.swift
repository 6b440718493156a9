internal import FeatherExperiments
internal import FeatherResults

extension SweepPage {
  /// What was asked, and how much of it there is.
  var question: Markup {
    let about = results.plan.about.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return Markup("header") {
      Markup("h1") { results.plan.name }
      if !about.isEmpty { Markup("p", ["class": "about"]) { about } }
      Markup("ul", ["class": "summary"]) { summary.map { text in Markup("li") { text } } }
      results.filterNote.map { note in Markup("p", ["class": "note"]) { note } }
      results.plan.warnings.map { warning in Markup("p", ["class": "note"]) { "Warning: \(warning)" } }
      settings
      Markup("details") {
        Markup("summary") { "The spec" }
        if !results.plan.overrides.isEmpty {
          Markup("p") { "Read with: " + results.plan.overrides.map { "--set \($0)" }.joined(separator: " ") }
        }
        Self.scrolling("The spec") { Markup("pre") { results.plan.source } }
      }
    }
  }

  private var summary: [String] {
    func range(_ values: [Int], _ word: String) -> String? {
      guard let low = values.min(), let high = values.max() else { return nil }
      let count = NumberText.grouped(low) + (high > low ? "–\(NumberText.grouped(high))" : "")
      return "\(count) \(word)\(high == 1 ? "" : "s")"
    }
    let specs = results.runs.map(\.cell.spec)
    let bytes = results.runs.compactMap { $0.summary.flatMap(Self.bytes) }.reduce(0, +)
    let seconds = facts.compactMap(\.seconds).reduce(0, +)
    let clients = specs.compactMap { spec in spec.value(of: "partition.clients").flatMap { Int($0) } }
    let facts: [String?] = [
      range([results.runs.count], "run").map { "\($0): \(states)" }, range(specs.map(\.federation.rounds), "round"),
      range(clients, "client"), bytes > 0 ? "\(Axis.bytes(bytes)) crossed in all" : nil,
      seconds > 0 ? "\(Self.duration(seconds)) of computing" : nil,
    ]
    return facts.compactMap { $0 }
  }

  /// Everything that crossed in a run; nil where its file does not say.
  static func bytes(_ run: RunSummary) -> Double? {
    guard let up = run.scalar("bytes_up"), let down = run.scalar("bytes_down"), (up + down).isFinite else { return nil }
    return up + down
  }

  /// How many runs are in each state; those that no state tells of are pending.
  private var states: String {
    Self.counted(results.runs.map(\.state)).map { "\(NumberText.grouped($0.count)) \($0.value)" }.joined(
      separator: ", ")
  }

  /// Distinct values with how often each is there, in the order in which they first appear.
  static func counted(_ values: [String]) -> [(value: String, count: Int)] {
    var counts: [String: Int] = [:]
    var order: [String] = []
    for value in values {
      if counts[value] == nil { order.append(value) }
      counts[value, default: 0] += 1
    }
    return order.map { ($0, counts[$0] ?? 0) }
  }

  /// Seconds in the unit in which they are read.
  static func duration(_ seconds: Double) -> String {
    switch seconds {
    case ..<99.5: "\(NumberText.decimal(seconds, seconds < 9.95 ? 1 : 0)) s"
    case ..<5940: "\(NumberText.decimal(seconds / 60, 0)) min"
    default: "\(NumberText.decimal(seconds / 3600, 1)) h"
    }
  }

  /// The settings that all runs share; those that are not the default are bold.
  private var settings: Markup {
    let varying = Set(results.varyingKeys)
    let defaults = Dictionary(RunSpec.keys.map { ($0.key, $0.defaultValue) }, uniquingKeysWith: { first, _ in first })
    let shared = results.runs[0].cell.spec.flattened.map(\.key).filter { key in
      !varying.contains(key) && results.runs.allSatisfy { $0.cell.spec.value(of: key) != nil }
    }
    return Markup("details") {
      Markup("summary") { "Settings that all runs share" }
      Markup("p", ["class": "note"]) { "Bold: other than the default." }
      Markup("dl", ["class": "settings"]) {
        shared.map { key in
          let value = results.runs[0].cell.spec.value(of: key) ?? ""
          return Markup("div", ["class": defaults[key] == value ? nil : "set"]) {
            Markup("dt") { key }
            Markup("dd") { value }
          }
        }
      }
    }
  }

  /// The table as the command `table` prints it.
  var tableSection: Markup {
    Self.section("table", "Results") {
      if let table {
        Self.table(table.resultsGrid(times: "×"), named: "Results")
        if let sizes = table.sizesGrid() {
          Markup("h3") { "Sizes" }
          Self.table(sizes, named: "Sizes")
        } else {
          table.sizesSentence.map { sentence in Markup("p") { sentence } }
        }
        table.notes.map { note in Markup("p", ["class": "note"]) { note } }
      } else {
        Markup("p") { "No run has a result: there is nothing to tabulate or draw." }
      }
    }
  }
}
