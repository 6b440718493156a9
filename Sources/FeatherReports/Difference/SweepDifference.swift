internal import FeatherExperiments
internal import FeatherResults

/// In what two sweeps differ, run by run.
public struct SweepDifference: Sendable {
  /// How two runs compare.
  private enum Verdict: Sendable {
    /// The same run with the same file, byte for byte.
    case equal
    /// Equal numbers, in files that are not the same.
    case sameNumbers
    /// Neither has a result.
    case absent(String)
    /// Another ending, or a result in one alone.
    case states(String, String)
    /// The first round where a curve parts.
    case parts(curve: String, round: Int)
    /// No curve parts, but so many numbers differ; the first one's name.
    case numbers(String, Int)

    var words: String {
      switch self {
      case .equal: "equal"
      case .sameNumbers: "same numbers, other bytes"
      case .absent(let state): "no result (\(state))"
      case .states(let a, let b): "\(a) in A, \(b) in B"
      case .parts(let curve, let round): "part in round \(round): \(curve)"
      case .numbers(let name, 1): "\(name) differs"
      case .numbers(let name, let count): "\(name) and \(count - 1) more numbers differ"
      }
    }

    /// Which are shown first: what differs, what has no result, what is equal.
    var rank: Int {
      switch self {
      case .states, .parts, .numbers: 0
      case .sameNumbers: 1
      case .absent: 2
      case .equal: 3
      }
    }
  }

  private struct Pair: Sendable {
    let a: SweepResults.Run
    let b: SweepResults.Run
    let verdict: Verdict
  }

  private let sides: (a: SweepResults, b: SweepResults)
  private let pairs: [Pair]
  private let disregarded: [KeyChange]
  private let only: (a: [SweepResults.Run], b: [SweepResults.Run])

  /// Whether both have the same runs, with the same results where they have any.
  public var isEmpty: Bool {
    only.a.isEmpty && only.b.isEmpty && disregarded.isEmpty && pairs.allSatisfy { $0.verdict.rank > 1 }
  }

  /// The difference of two sweeps.
  ///
  /// - Throws: `ResultsError` when a result file cannot be read.
  public init(_ a: SweepResults, _ b: SweepResults) throws {
    let matched = SweepPairs(a, b)
    sides = (a, b)
    disregarded = matched.disregarded
    only = (matched.onlyA, matched.onlyB)
    pairs = try matched.pairs.map { Pair(a: $0, b: $1, verdict: try Self.verdict($0, $1, a.folder, b.folder)) }
  }

  private static func verdict(
    _ a: SweepResults.Run, _ b: SweepResults.Run, _ folderA: String, _ folderB: String
  ) throws(ResultsError) -> Verdict {
    guard let first = a.summary, let second = b.summary else {
      return a.state == b.state && a.summary == nil && b.summary == nil ? .absent(a.state) : .states(a.state, b.state)
    }
    if a.cell.id == b.cell.id {
      // Equal bytes say more than an index does, which may be older than some number.
      let name = "\(a.cell.id).h5"
      if try AtomicFile.read("\(folderA)/\(name)") == AtomicFile.read("\(folderB)/\(name)") { return .equal }
    }
    let numbers = NumberDifference(first, second, shared: true)
    guard a.state == b.state else { return .states(a.state, b.state) }
    // Of curves that part in the same round, the accuracy is what is looked for first.
    func rank(_ curve: NumberDifference.Curve) -> (Int, Int) { (curve.round, curve.name == "test_accuracy" ? 0 : 1) }
    if let first = numbers.curves.min(by: { rank($0) < rank($1) }) {
      return .parts(curve: first.name, round: first.round)
    }
    return numbers.scalars.first.map { .numbers($0.name, numbers.scalars.count) } ?? .sameNumbers
  }

  /// Plain text that ends in a line break.
  ///
  /// - Parameter limit: how many runs each part shows at most, those that differ first; nil for all.
  public func rendered(limit: Int?) -> String {
    var parts = ["A: \(sides.a.folder)\nB: \(sides.b.folder)\n"]
    if !disregarded.isEmpty {
      let keys = disregarded.map { "\($0.key) (\($0.frozen ?? "none") in A, \($0.now ?? "none") in B)" }
      parts.append("Runs of different ids are paired, disregarding \(keys.joined(separator: ", ")).\n")
    }
    if !pairs.isEmpty { parts.append(pairGrid.plain(limit)) }
    for (name, runs, side) in [("A", only.a, sides.a), ("B", only.b, sides.b)] where !runs.isEmpty {
      parts.append("Only in \(name):\n" + Self.grid(runs, side).plain(limit))
    }
    return (parts + [totals]).joined(separator: "\n")
  }

  private var pairGrid: TextGrid {
    let keys = VaryingKeys(sides.a.plan.axes)
    let hasOthers = pairs.contains { $0.a.cell.id != $0.b.cell.id }
    var grid = TextGrid()
    for heading in [hasOthers ? "id in A" : "id"] + (hasOthers ? ["id in B"] : []) + keys.headings + ["result"] {
      grid.addColumn(heading)
    }
    for heading in ["accuracy A", "accuracy B", "B − A"] { grid.addColumn(heading, numeric: true) }
    let ranked = pairs.enumerated().sorted { ($0.1.verdict.rank, $0.0) < ($1.1.verdict.rank, $1.0) }.map(\.1)
    grid.rows = ranked.map { pair in
      [pair.a.cell.id.hex] + (hasOthers ? [pair.b.cell.id.hex] : [])
        + keys.values(of: pair.a.cell).map { $0 ?? "–" } + [pair.verdict.words] + Self.accuracies(pair)
    }
    return grid
  }

  private static func accuracies(_ pair: Pair) -> [String] {
    let (a, b) = (accuracy(pair.a), accuracy(pair.b))
    let difference = a.flatMap { a in b.map { $0 - a } }
    let sign = difference.map { $0 > 0 ? "+" : "" } ?? ""
    return [a, b].map { $0.map { NumberText.decimal($0, 4) } ?? "–" }
      + [difference.map { $0 == 0 ? "0" : sign + NumberText.decimal($0, 4) } ?? "–"]
  }

  private static func accuracy(_ run: SweepResults.Run) -> Double? {
    run.summary?.scalar("final_test_accuracy").flatMap { $0.isNaN ? nil : $0 }
  }

  private static func grid(_ runs: [SweepResults.Run], _ side: SweepResults) -> TextGrid {
    let keys = VaryingKeys(side.plan.axes)
    var grid = TextGrid()
    for heading in ["id"] + keys.headings + ["state"] { grid.addColumn(heading) }
    grid.rows = runs.map { [$0.cell.id.hex] + keys.values(of: $0.cell).map { $0 ?? "–" } + [$0.state] }
    return grid
  }

  private var totals: String {
    func count(_ rank: ClosedRange<Int>) -> Int { pairs.filter { rank.contains($0.verdict.rank) }.count }
    return "\(pairs.count) \(pairs.count == 1 ? "pair" : "pairs"): \(count(3...3)) equal, \(count(0...1)) differ, "
      + "\(count(2...2)) without results; \(only.a.count) only in A, \(only.b.count) only in B. Rounds count from 0.\n"
  }
}
