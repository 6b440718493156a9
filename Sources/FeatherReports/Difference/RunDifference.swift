internal import FeatherExperiments
internal import FeatherResults

/// In what two runs differ: configuration, numbers, curves, and the bytes of their files.
public struct RunDifference: Sendable {
  private let paths: (a: String, b: String)
  private let changes: [KeyChange]
  private let summaries: (a: RunSummary, b: RunSummary)
  private let findings: [Finding]
  /// The first of the arrays that differ.
  private let firstArray: Finding?

  /// Whether the files are the same byte for byte, and with them all else.
  public var isEmpty: Bool { findings.isEmpty }

  /// The difference of two result files.
  ///
  /// - Throws: `ResultsError` when one cannot be read, `SpecError` when its configuration is none of this version.
  public init(_ a: String, _ b: String) throws {
    let (first, second) = (try RunFile.open(a), try RunFile.open(b))
    paths = (a, b)
    summaries = (first.summary, second.summary)
    changes = try RunSpec(canonicalJSON: second.summary.canonicalJSON)
      .changes(from: RunSpec(canonicalJSON: first.summary.canonicalJSON))
    findings = try RunFile.compare(a, b)
    firstArray = findings.first { finding in
      finding.object.map { first.tree.array($0) != nil || second.tree.array($0) != nil } ?? false
    }
  }

  /// Plain text that ends in a line break.
  ///
  /// - Parameter limit: how many lines each part shows at most; nil for all.
  public func rendered(limit: Int?) -> String {
    let numbers = NumberDifference(summaries.a, summaries.b)
    let names = "A: \(paths.a)\nB: \(paths.b)\n"
    let results = [endings + scalars(numbers, limit), curves(numbers, limit), files]
    return ([names, configuration(limit)] + results).joined(separator: "\n")
  }

  private func configuration(_ limit: Int?) -> String {
    guard !changes.isEmpty else { return "Configuration: equal.\n" }
    var grid = TextGrid()
    for heading in ["key", "A", "B"] { grid.addColumn(heading) }
    grid.rows = changes.map { [$0.key, $0.frozen ?? "–", $0.now ?? "–"] }
    let count = "\(changes.count) \(changes.count == 1 ? "key differs" : "keys differ")"
    return "Configuration: \(count).\n" + grid.plain(limit)
  }

  /// How the runs ended, where that is not the same.
  private var endings: String {
    guard summaries.a.status != summaries.b.status else { return "" }
    return "Ending: A \(Self.words(summaries.a.status)); B \(Self.words(summaries.b.status)).\n\n"
  }

  private static func words(_ status: RunResult.Status) -> String {
    switch status {
    case .complete: "is complete"
    case .diverged(let round, let reason):
      "diverged \(round.map { "in round \($0)" } ?? "before the rounds") (\(reason))"
    }
  }

  private func scalars(_ numbers: NumberDifference, _ limit: Int?) -> String {
    guard !numbers.scalars.isEmpty else { return "Numbers: all \(numbers.scalarCount) are equal.\n" }
    var grid = TextGrid()
    grid.addColumn("number")
    for heading in ["A", "B", "B − A"] { grid.addColumn(heading, numeric: true) }
    grid.rows = numbers.scalars.map { scalar in
      let difference = scalar.a.flatMap { a in scalar.b.map { $0 - a } }
      return [scalar.name] + [scalar.a, scalar.b].map(NumberDifference.text) + [NumberDifference.short(difference)]
    }
    return "Numbers: \(numbers.scalars.count) of \(numbers.scalarCount) differ.\n" + grid.plain(limit)
  }

  private func curves(_ numbers: NumberDifference, _ limit: Int?) -> String {
    guard !numbers.curves.isEmpty else { return "Curves: all \(numbers.curveCount) are equal.\n" }
    var grid = TextGrid()
    grid.addColumn("curve")
    for heading in ["parts in round", "A there", "B there", "A last", "B last", "A best", "B best"] {
      grid.addColumn(heading, numeric: true)
    }
    grid.rows = numbers.curves.map { curve in
      let sides = [summaries.a, summaries.b]
      let last = sides.map { NumberDifference.text($0.curve(curve.name)?.last) }
      let best = sides.map { NumberDifference.text(MetricSelector(curve.name, .best).value(of: $0)) }
      return [curve.name, "\(curve.round)"] + [curve.a, curve.b].map(NumberDifference.text) + last + best
    }
    return "Curves: \(numbers.curves.count) of \(numbers.curveCount) part; rounds count from 0.\n" + grid.plain(limit)
  }

  private var files: String {
    guard let first = firstArray ?? findings.first else { return "Files: the same bytes.\n" }
    return findings.count == 1
      ? "Files: one part differs: \(first).\n"
      : "Files: \(findings.count) parts differ, the first\(firstArray == nil ? "" : " array"): \(first).\n"
  }
}

extension TextGrid {
  /// Aligned columns, with a line for the rows beyond a limit.
  func plain(_ limit: Int?) -> String {
    guard let limit, rows.count > limit else { return plain }
    var grid = self
    grid.rows = Array(rows.prefix(limit))
    return grid.plain + "and \(rows.count - limit) more; --all shows them\n"
  }
}
