internal import FeatherExperiments
public import FeatherResults

/// A number of a run, chosen by text: a single number by its name, or a curve's value in some round.
///
/// `upload_ratio` is a single number; `test_accuracy` is a curve's value in the last round, `test_accuracy@best` its best one,
/// and `test_accuracy@4` the one in round 4, counted from 0 as in result files. A name that is both is the single number:
/// `bytes_up` is the bytes of the whole run, `bytes_up@last` those of its last round.
public struct MetricSelector: Hashable, Sendable, CustomStringConvertible {
  /// Which value of a curve.
  public enum Moment: Hashable, Sendable {
    /// In the last round.
    case last
    /// The highest of an accuracy, the lowest of a loss or an error.
    case best
    /// In that round, from 0.
    case round(Int)
  }

  /// The number's or curve's name in a result file.
  public let name: String
  /// Which value of the curve; nil for a single number.
  public let moment: Moment?
  /// Whether the name is a curve's and a single number's.
  private let isBoth: Bool

  /// The number that a text names.
  ///
  /// - Throws: `ReportError` when no run of `results` has it, with the nearest name that some run has.
  public init(_ text: String, of results: SweepResults) throws(ReportError) {
    let names = results.metricNames
    try self.init(text, scalars: names.scalars, curves: names.curves)
  }

  /// The numbers that texts name, each once.
  ///
  /// - Throws: `ReportError` as for one text.
  static func list(_ texts: [String], of results: SweepResults) throws(ReportError) -> [MetricSelector] {
    let names = results.metricNames
    var metrics: [MetricSelector] = []
    for text in texts {
      let metric = try MetricSelector(text, scalars: names.scalars, curves: names.curves)
      if !metrics.contains(metric) { metrics.append(metric) }
    }
    return metrics
  }

  init(_ text: String, scalars: [String], curves: [String]) throws(ReportError) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    name = parts[0]
    let (isNumber, isCurve) = (scalars.contains(name), curves.contains(name))
    isBoth = isNumber && isCurve
    guard isNumber || isCurve else { throw Self.unknown(parts[0], scalars, curves) }
    guard parts.count > 1 else {
      moment = isNumber ? nil : .last
      return
    }
    guard isCurve else { throw ReportError("'\(text)': \(name) is one number per run; leave '@\(parts[1])' out") }
    switch parts[1] {
    case "last": moment = .last
    case "best":
      guard Self.better(name) != nil else {
        throw ReportError("'\(text)': of \(name), no value is better than another; say @last or @ROUND")
      }
      moment = .best
    case let digits:
      guard let round = Int(digits), round >= 0 else {
        throw ReportError("'\(text)': after '@' comes last, best or a round counted from 0, but '\(digits)' is none")
      }
      moment = .round(round)
    }
  }

  /// A moment of a curve that is known to be there.
  init(_ name: String, _ moment: Moment) {
    self.name = name
    self.moment = moment
    isBoth = false
  }

  private static func unknown(_ name: String, _ scalars: [String], _ curves: [String]) -> ReportError {
    guard !(scalars.isEmpty && curves.isEmpty) else {
      return ReportError("no run has the metric '\(name)', for none has a result yet")
    }
    return ReportError("no run has the metric '\(name)'" + Spelling.hint(name, among: curves + scalars))
  }

  /// The run's value; nil where it has none or it is not a number.
  public func value(of run: RunSummary) -> Double? {
    let found: Double?
    if let moment {
      guard let curve = run.curve(name) else { return nil }
      switch moment {
      case .last: found = curve.last
      case .best: found = Self.better(name).flatMap { better in curve.filter { !$0.isNaN }.max { better($1, $0) } }
      case .round(let round): found = curve.indices.contains(round) ? curve[round] : nil
      }
    } else {
      found = run.scalar(name)
    }
    return found.flatMap { $0.isNaN ? nil : $0 }
  }

  /// Whether one value of a metric is better than another: more accuracy or a higher ratio, less loss, error or bytes.
  ///
  /// - Returns: nil where neither is.
  static func better(_ name: String) -> ((Double, Double) -> Bool)? {
    if name.contains("accuracy") || name.hasSuffix("_ratio") || name.contains("_ratio_") { return (>) }
    if name.contains("loss") || name.contains("error") || name.hasPrefix("bytes_") || name == "break_even_uploads" {
      return (<)
    }
    return nil
  }

  /// The name for a table's heading, such as `test accuracy (best)`.
  var heading: String {
    let words = String(name.map { $0 == "_" ? " " : $0 })
    switch moment {
    case .last where isBoth: return "\(words) (last round)"
    case nil, .last: return words
    case .best: return "\(words) (best)"
    case .round(let round): return "\(words) (round \(round))"
    }
  }

  /// The text that names it, without what goes without saying.
  public var description: String {
    switch moment {
    case .last where isBoth: "\(name)@last"
    case nil, .last: name
    case .best: "\(name)@best"
    case .round(let round): "\(name)@\(round)"
    }
  }
}
