import FeatherExperiments

/// The index of a sweep, `sweep.h5`: numbers and curves of all its runs over a `run` scale, and links to their files.
///
/// Holds nothing that the run files do not hold, and can be rebuilt from them at any time.
public enum SweepIndex {
  static let format = "featherweight-sweep"
  static let version: Int64 = 1

  /// What a rebuilding took in.
  public struct Report: Sendable {
    /// Ids of the runs in the index, in plan order.
    public var included: [String] = []
    /// Ids without a file yet.
    public var missing: [String] = []
    /// Ids whose file cannot be read, and why.
    public var unreadable: [(runID: String, error: ResultsError)] = []
  }

  /// Writes `sweep.h5` in `folder` from the files `<id>.h5` there.
  ///
  /// - Parameter runIDs: the runs in plan order.
  @discardableResult
  public static func rebuild(folder: String, runIDs: [String]) throws(ResultsError) -> Report {
    var report = Report()
    var runs: [RunSummary] = []
    for id in runIDs {
      let path = "\(folder)/\(id).h5"
      guard AtomicFile.exists(path) else {
        report.missing.append(id)
        continue
      }
      do throws(ResultsError) {
        let summary = try RunFile.open(path).summary
        guard summary.runID == id else {
          throw ResultsError("\(path): holds run \(summary.runID); rename or remove it")
        }
        runs.append(summary)
        report.included.append(id)
      } catch {
        report.unreadable.append((id, error))
      }
    }
    try AtomicFile.write(HDF5Writer.encode(tree(runs)), to: "\(folder)/sweep.h5")
    return report
  }

  /// The tree of an index; equal runs in equal order give equal bytes.
  static func tree(_ runs: [RunSummary]) -> ResultTree {
    var tree = ResultTree()
    tree.groups = [
      ResultGroup("/", [.init("format", .text(format)), .init("format_version", .integer(version))]),
      ResultGroup("/config"), ResultGroup("/curves"), ResultGroup("/runs"), ResultGroup("/scalars"),
    ]
    let rounds = runs.flatMap { $0.curves.map(\.values.count) }.max() ?? 0
    let count = runs.count
    tree.arrays = [
      ResultArray("/run", ["run"], [count], .text(runs.map(\.runID)), longName: "run id, in the order of the plan"),
      ResultArray(
        "/round", ["round"], [rounds], .int64((0..<rounds).map(Int64.init)), longName: "round of the federation"),
      ResultArray("/scalars/status", ["run"], [count], .text(runs.map(status)), longName: "how the run ended"),
    ]
    for name in runs.flatMap({ $0.scalars.map(\.name) }).uniqued {
      let values = runs.map { $0.scalar(name) ?? .nan }
      tree.arrays.append(
        ResultArray("/scalars/\(name)", ["run"], [count], .float64(values), units: units(name), longName: label(name)))
    }
    for name in runs.flatMap({ $0.curves.map(\.name) }).uniqued {
      let values = runs.flatMap { run in
        let curve = run.curve(name) ?? []
        return curve + [Double](repeating: .nan, count: rounds - curve.count)
      }
      tree.arrays.append(
        ResultArray(
          "/curves/\(name)", ["run", "round"], [count, rounds], .float64(values), units: units(name),
          longName: label(name) + " per round; NaN after a run's last round"))
    }
    for key in runs.flatMap({ $0.config.map(\.name) }).uniqued {
      let values = runs.map { run in run.config.first { $0.name == key }?.value }
      tree.arrays.append(
        ResultArray("/config/\(key)", ["run"], [count], column(values), longName: "configuration key \(key)"))
    }
    tree.links = links(in: tree)
    return tree
  }

  /// The links that an index of the runs in `/run` has; none where there are no runs.
  ///
  /// They are never read from a file, nor followed: they say no more than the ids do.
  static func links(in tree: ResultTree) -> [ResultLink] {
    guard case .text(let ids)? = tree.array("/run")?.data else { return [] }
    // Names in a file start with a letter, which an id need not.
    return ids.map { ResultLink("/runs/run_\($0)", file: "\($0).h5") }
  }

  private static func status(_ run: RunSummary) -> String { run.status == .complete ? "complete" : "diverged" }

  private static func label(_ name: String) -> String { String(name.map { $0 == "_" ? " " : $0 }) }

  private static func units(_ name: String) -> String {
    name.hasPrefix("bytes_") ? "byte" : name.contains("test_loss") ? "nat" : "1"
  }

  /// A column of i8 where every run has a whole number, of f8 where every value is a number, of text elsewhere.
  private static func column(_ values: [ResultAttribute.Value?]) -> ResultData {
    let integers = values.compactMap { if case .integer(let value)? = $0 { value } else { nil } }
    if integers.count == values.count { return .int64(integers) }
    let bytes = values.compactMap { if case .byte(let value)? = $0 { value } else { nil } }
    if bytes.count == values.count { return .uint8(bytes) }
    let numbers = values.map { value -> Double? in
      switch value {
      case nil: .nan
      case .integer(let integer)?: Double(integer)
      case .real(let real)?: real
      case .byte?, .text?: nil
      }
    }
    let known = numbers.compactMap { $0 }
    if known.count == values.count { return .float64(known) }
    return .text(values.map(text))
  }

  private static func text(_ value: ResultAttribute.Value?) -> String {
    switch value {
    case nil: ""
    case .text(let text)?: text
    case .integer(let integer)?: String(integer)
    case .real(let real)?: "\(real)"
    case .byte(let byte)?: byte == 0 ? "false" : "true"
    }
  }
}
