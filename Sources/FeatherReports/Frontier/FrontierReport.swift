public import FeatherExperiments
public import FeatherResults

/// What compression costs and what it saves: accuracy against bytes for every codec of a sweep, with the Pareto front marked.
///
/// A condition is a set of values of the keys that vary and do not belong to the codec, such as the partition; codecs are
/// compared within it.
public struct FrontierReport: Sendable {
  /// Which accuracy is compared; all are shares of test samples classified correctly, 0…1.
  public enum Score: String, CaseIterable, Sendable {
    /// After the last round.
    case final
    /// The highest after any round.
    case best
    /// After the last round, on the test samples in colour; only where clients differ in colour.
    case colour
    /// The same in grey.
    case grey

    var scalar: String {
      switch self {
      case .final: "final_test_accuracy"
      case .best: "best_test_accuracy"
      case .colour: "final_test_accuracy_colour"
      case .grey: "final_test_accuracy_grey"
      }
    }
  }

  /// Which bytes are counted, headers included.
  enum Axis: String, CaseIterable {
    /// Clients' updates on their way up.
    case uplink
    /// All but the broadcast of the global model, which every codec of a condition has alike.
    case life
    /// All.
    case everything

    /// The bytes of a run; nil where its file does not say.
    func bytes(_ run: RunSummary) -> Double? {
      func sum(_ names: String...) -> Double? {
        names.reduce(0) { sum, name in sum.flatMap { sum in run.scalar(name).map { sum + $0 } } }
      }
      switch self {
      case .uplink: return sum(FrontierReport.scalar)
      case .life:
        guard let all = sum("bytes_up", "bytes_down"), let model = sum("bytes_model_up", "bytes_model_down") else {
          return nil
        }
        return all - model
      case .everything: return sum("bytes_up", "bytes_down")
      }
    }
  }

  /// A codec with its settings under one condition: one point.
  struct Entry: Sendable {
    var name: CodecNames.Name
    /// Complete runs of those planned, with marks.
    var tally: String
    var runs: (complete: Int, planned: Int, missing: Int, diverged: Int)
    var accuracy: Statistic?
    var bytes: [Axis: Statistic]
    /// The axes on whose front it is.
    var fronts: Set<Axis> = []
  }

  /// What codecs are compared under.
  struct Condition: Sendable {
    /// The keys that tell conditions apart and their values here; those that do not apply are left out.
    var values: [(key: String, value: String)]
    /// By bytes of updates, in plan order where these are equal or unknown.
    var entries: [Entry]

    var title: String { values.map { "\($0.key) \($0.value)" }.joined(separator: ", ") }
    /// The runs without a codec.
    var identity: Entry? { entries.first { $0.name.isIdentity } }
  }

  /// A number of a run that a report needs and indexes of earlier versions do not have.
  public static let scalar = "bytes_update_up"

  let name: String
  let about: String
  let score: Score
  let conditions: [Condition]
  /// The codecs, in plan order.
  let codecs: [String]
  /// What is missing or diverged.
  let gaps: [String]

  /// The report of a plan and of what is there of its runs.
  ///
  /// - Parameters:
  ///   - summaries: in any order; runs of the plan that are not among them count as missing.
  ///   - folder: where the results are, for messages.
  ///   - score: which accuracy is compared.
  /// - Throws: `ReportError` when no run of the plan has ended, or none has the score.
  public init(plan: Plan, summaries: [RunSummary], folder: String, score: Score = .final) throws(ReportError) {
    let table = try ResultTable(plan: plan, summaries: summaries, folder: folder)
    let names = CodecNames(table)
    var order: [[String?]] = []
    var entries: [[String?]: [Entry]] = [:]
    let columns = table.keys.indices.filter { !table.keys[$0].hasPrefix("codec.") }
    for group in table.groups {
      let values = columns.map { group.values[$0] }
      if entries[values] == nil { order.append(values) }
      entries[values, default: []].append(Entry(group, names.name(of: group), score))
    }
    let headings = columns.map { table.varying.headings[$0] }
    let conditions = order.map { values in
      let known = zip(headings, values).compactMap { key, value in value.map { (key: key, value: $0) } }
      return Condition(values: known, entries: entries[values] ?? [])
    }
    guard conditions.contains(where: { $0.entries.contains { $0.accuracy != nil } }) else {
      throw ReportError("\(folder): no complete run has the accuracy '\(score.rawValue)'; choose another with --metric")
    }
    self.init(
      name: table.name, about: table.about, score: score, conditions: conditions,
      gaps: ResultTable.gaps(table.groups, folder))
  }

  /// Finds the fronts.
  init(name: String, about: String, score: Score, conditions: [Condition], gaps: [String]) {
    self.name = name
    self.about = about.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    self.score = score
    self.gaps = gaps
    codecs = conditions.flatMap { $0.entries.map(\.name.codec) }.uniqued
    self.conditions = conditions.map { condition in
      var condition = condition
      for axis in Axis.allCases {
        let marks = ParetoFront.marks(condition.entries.map { $0.runs.diverged == 0 ? $0.point(axis) : nil })
        for (i, mark) in marks.enumerated() where mark { condition.entries[i].fronts.insert(axis) }
      }
      condition.entries = Self.sorted(condition.entries)
      return condition
    }
  }

  private static func sorted(_ entries: [Entry]) -> [Entry] {
    let keys = entries.enumerated().map { ($1.bytes[.uplink]?.mean ?? .infinity, $0) }
    return keys.sorted { $0 < $1 }.map { entries[$0.1] }
  }
}

extension FrontierReport.Entry {
  fileprivate init(_ group: ResultTable.Group, _ name: CodecNames.Name, _ score: FrontierReport.Score) {
    self.name = name
    tally = group.tally
    runs = (group.runs.count, group.planned, group.missing.count, group.diverged.count)
    accuracy = Statistic(group.runs.compactMap { $0.scalar(score.scalar) }.filter(\.isFinite))
    bytes = [:]
    for axis in FrontierReport.Axis.allCases { bytes[axis] = Statistic(group.runs.compactMap(axis.bytes)) }
  }

  /// Mean bytes and accuracy; nil without a complete run.
  func point(_ axis: FrontierReport.Axis) -> ParetoFront.Point? {
    guard let bytes = bytes[axis], let accuracy else { return nil }
    return ParetoFront.Point(bytes: bytes.mean, accuracy: accuracy.mean)
  }
}
