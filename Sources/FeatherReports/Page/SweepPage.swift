internal import FeatherExperiments
internal import FeatherResults

/// A sweep's results as one HTML page that needs no other file: what was asked, tables, figures, failures, provenance and every run.
///
/// Equal results give equal bytes.
public struct SweepPage: Sendable {
  /// What is known of a run beside its result: what its sidecar and its folder say.
  public struct Facts: Sendable {
    /// How long its computation took, seconds.
    public var seconds: Double?
    /// When it was started and finished, as ISO 8601 texts of UTC.
    public var started: String?
    /// When it was finished, in the same way.
    public var finished: String?
    /// The name of what its worker said, in the folder of results; nil where there is none.
    public var log: String?
    /// Names and values of what it was computed with, such as version and processor; none without a sidecar.
    public var provenance: [(name: String, value: String)] = []

    /// Nothing known.
    public init() {}
  }

  /// A run's label histogram: samples per client and class.
  typealias Histograms = (RunID) throws -> LabelHistogram

  let results: SweepResults
  /// One per run.
  let facts: [Facts]
  /// Nil where no run has ended.
  let table: ResultTable?
  let groups: PageGroups?
  let partitions: PartitionMaps

  /// The page of a sweep, or of the runs that a filter left.
  ///
  /// - Parameter facts: one per run of `results`.
  /// - Throws: `ReportError` when no run has a result, and none failed either.
  public init(_ results: SweepResults, facts: [Facts]) throws(ReportError) {
    try self.init(results, facts: facts) { id in
      try LabelHistogram(RunFile.open("\(results.folder)/\(id).h5").tree)
    }
  }

  init(_ results: SweepResults, facts: [Facts], histograms: Histograms) throws(ReportError) {
    precondition(facts.count == results.runs.count, "one fact per run")
    self.results = results
    self.facts = facts
    if results.runs.contains(where: { $0.summary != nil }) {
      let table = try ResultTable(results)
      let groups = PageGroups(table)
      self.table = table
      self.groups = groups.panels.allSatisfy(\.entries.isEmpty) ? nil : groups
    } else {
      guard results.runs.contains(where: Self.isFailure) else {
        throw ReportError(
          "\(results.folder): no run of '\(results.plan.name)' is finished, and none failed; start them with: "
            + ResultTable.runCommand(results.folder))
      }
      table = nil
      groups = nil
    }
    partitions = PartitionMaps(results, histograms)
  }

  /// Whether a run came to an end that is none, or its result cannot be used.
  static func isFailure(_ run: SweepResults.Run) -> Bool { !["done", "running", "pending"].contains(run.state) }

  /// The page.
  public var html: String {
    let page = Markup("html", ["lang": "en"]) {
      head
      Markup("body") {
        Markup("main") {
          question
          tableSection
          figures
          failures
          provenance
          runTable
        }
        Markup("footer") {
          Markup("p") {
            "Made by featherweight report. The same results give the same page; it loads nothing from elsewhere."
          }
        }
        Markup("script") { Markup(literal: PageScript.text) }
      }
    }
    return "<!DOCTYPE html>\n\(page.text)\n"
  }

  /// Nothing may be loaded, and no style or script runs but the two whose digests stand here: were a text to get through unescaped,
  /// it would still do nothing.
  private var head: Markup {
    let style = PageStyle.text, script = PageScript.text
    let policy =
      "default-src 'none'; style-src '\(Self.digest(style))'; script-src '\(Self.digest(script))'; base-uri 'none'; "
      + "form-action 'none'"
    return Markup("head") {
      Markup("meta", ["charset": "utf-8"])
      Markup("meta", ["http-equiv": "Content-Security-Policy", "content": policy])
      Markup("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      Markup("meta", ["name": "color-scheme", "content": "light dark"])
      Markup("title") { "\(results.plan.name) – Featherweight" }
      Markup("style") { Markup(literal: style) }
    }
  }

  /// A digest as a policy names it: SHA-256 in Base64.
  private static func digest(_ text: StaticString) -> String {
    let hex = Array(RunFile.digest(Array(text.description.utf8)).utf8)
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bits = hex.flatMap { digit in
      let value = digit > 57 ? digit - 87 : digit - 48
      return (0..<4).reversed().map { Int(value >> $0 & 1) }
    }
    // 256 bits are 42 letters of six and one of four.
    let words = stride(from: 0, to: bits.count, by: 6).map { start in
      (0..<6).reduce(0) { $0 << 1 | (start + $1 < bits.count ? bits[start + $1] : 0) }
    }
    return "sha256-" + String(words.map { letters[$0] }) + "="
  }

  // MARK: Parts that others are made of

  /// A section with its heading.
  static func section(
    _ id: String, _ title: String, style: String? = nil, @MarkupBuilder content: () -> Markup
  ) -> Markup {
    Markup("section", ["id": id, "class": style]) {
      Markup("h2") { title }
      content()
    }
  }

  /// A table that scrolls by itself where it is too wide.
  static func table(_ grid: TextGrid, named name: String) -> Markup {
    scrolling(name) {
      Markup("table") {
        Markup("thead") { Markup("tr") { grid.columns.map { heading($0.heading, isNumeric: $0.isNumeric) } } }
        Markup("tbody") {
          grid.rows.map { row in
            Markup("tr") { zip(grid.columns, row).map { cell($1, isNumeric: $0.isNumeric) } }
          }
        }
      }
    }
  }

  static func heading(_ text: String, isNumeric: Bool) -> Markup {
    Markup("th", ["scope": "col", "class": isNumeric ? nil : "t"]) { text }
  }

  static func cell(_ text: String, isNumeric: Bool) -> Markup {
    Markup("td", ["class": isNumeric ? nil : "t"]) { text }
  }

  /// A box that scrolls sideways, with keys too.
  static func scrolling(_ name: String, @MarkupBuilder content: () -> Markup) -> Markup {
    Markup("div", ["class": "scroll", "role": "region", "aria-label": name, "tabindex": "0"], content: content)
  }
}
