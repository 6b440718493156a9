import FeatherExperiments
import FeatherReports
import FeatherResults

/// One JSON object a line: runs with configuration, single numbers and curves, and the metrics of each round.
///
/// What is not a number, or infinite, is null, since JSON has neither.
struct JSONLinesExport: RunExporter {
  private var runs: AtomicStream?
  private var metrics: AtomicStream?

  mutating func add(_ run: ExportedRun, to files: inout ReportFiles) throws {
    if runs == nil {
      runs = try files.stream("runs.jsonl")
      metrics = try files.stream("metrics.jsonl")
    }
    try runs?.append(Self.object(of: run))
    try metrics?.append(Self.rounds(of: run))
  }

  mutating func finish(_ files: inout ReportFiles) throws -> [String] {
    if let runs { try files.put(runs) }
    if let metrics { try files.put(metrics) }
    return []
  }

  private static func object(of run: ExportedRun) -> String {
    let summary = run.file.summary
    var (round, reason) = ("null", "null")
    if case .diverged(let when, let why) = summary.status {
      round = when.map(String.init) ?? "null"
      reason = JSONText.quoted(why)
    }
    let scalars = summary.scalars.map { name, value in
      (name, number(value, isWhole: Quantity(scalar: name, of: run.tree).isWhole))
    }
    let curves = columns(of: run).map { name, values in (name, "[\(values.joined(separator: ","))]") }
    return object([
      ("run", JSONText.quoted(run.id)), ("status", JSONText.quoted(run.status)), ("diverged_round", round),
      ("diverged_reason", reason), ("config", run.spec.nestedJSON), ("scalars", object(scalars)),
      ("curves", object(curves)),
    ]) + "\n"
  }

  private static func rounds(of run: ExportedRun) -> String {
    let columns = columns(of: run)
    return (0..<(columns.map(\.values.count).max() ?? 0)).map { round in
      let values = columns.map { ($0.name, round < $0.values.count ? $0.values[round] : "null") }
      return object([("run", JSONText.quoted(run.id)), ("round", String(round))] + values) + "\n"
    }.joined()
  }

  /// The curves, their values as JSON has them.
  private static func columns(of run: ExportedRun) -> [(name: String, values: [String])] {
    run.file.summary.curves.map { name, values in
      let isWhole = run.tree.array("/metrics/\(name)").map { Quantity($0).isWhole } ?? false
      return (name, values.map { number($0, isWhole: isWhole) })
    }
  }

  private static func number(_ value: Double, isWhole: Bool) -> String {
    value.isFinite ? CSVText.number(value, isWhole: isWhole) : "null"
  }

  private static func object(_ members: [(name: String, value: String)]) -> String {
    "{" + members.map { "\(JSONText.quoted($0.name)):\($0.value)" }.joined(separator: ",") + "}"
  }
}
