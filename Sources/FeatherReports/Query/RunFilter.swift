internal import FeatherExperiments

/// Which runs of a sweep are meant: all that fulfil every condition.
///
/// A condition is a key, one of `=`, `!=`, `<`, `<=`, `>` and `>=`, and a value; `=` and `!=` take several values with commas between
/// them. The key is a dotted key of the configuration, `id` (its first digits will do), `state`, or a metric as `MetricSelector` has it:
/// `codec.name=autoencoder,pca`, `codec.latent>=16`, `state!=done`, `test_accuracy@best>0.9`.
///
/// A run without the key, such as an identity codec's latent, fulfils `!=` alone.
public struct RunFilter: Sendable, CustomStringConvertible {
  private let conditions: [Condition]

  /// The filter of conditions, which all must hold; none accept every run.
  ///
  /// - Throws: `ReportError` when a text is no condition, or its key is none that a run of `results` could have.
  public init(_ conditions: [String], of results: SweepResults) throws(ReportError) {
    var parsed: [Condition] = []
    for text in conditions { parsed.append(try Condition(text, of: results)) }
    self.conditions = parsed
  }

  /// Whether a run fulfils all conditions.
  public func accepts(_ run: SweepResults.Run) -> Bool { conditions.allSatisfy { $0.holds(for: run) } }

  /// The conditions as they were given.
  public var description: String { conditions.map(\.text).joined(separator: " and ") }
}

private struct Condition: Sendable {
  enum Subject: Sendable {
    case id, state
    case key(String)
    case metric(MetricSelector)
  }

  enum Comparison: String, CaseIterable, Sendable {
    // The longer ones first: they begin with the shorter ones.
    case notEqual = "!="
    case atMost = "<="
    case atLeast = ">="
    case equal = "="
    case below = "<"
    case above = ">"
  }

  let text: String
  let subject: Subject
  let comparison: Comparison
  let values: [String]

  init(_ text: String, of results: SweepResults) throws(ReportError) {
    let isOperator = { (character: Character) in "!<>=".contains(character) }
    let key = text.prefix { !isOperator($0) }
    let rest = text[key.endIndex...]
    guard !key.isEmpty, let comparison = Comparison.allCases.first(where: { rest.hasPrefix($0.rawValue) }) else {
      throw ReportError("'\(text)' is no condition; expected KEY=VALUE, or one of != < <= > >= between them")
    }
    let values = Self.split(rest.dropFirst(comparison.rawValue.count))
    self.text = text
    self.comparison = comparison
    self.values = values
    subject = try Self.subject(Self.trimmed(key), in: text, of: results)
    guard comparison != .equal, comparison != .notEqual else { return }
    switch subject {
    case .id, .state: throw ReportError("'\(text)': \(Self.trimmed(key)) is compared with = or != alone")
    case .key, .metric: break
    }
    guard values.count == 1, Double(values[0]) != nil else {
      throw ReportError("'\(text)': \(comparison.rawValue) compares with one number")
    }
  }

  private static func subject(
    _ key: String, in text: String, of results: SweepResults
  ) throws(ReportError) -> Subject {
    switch key {
    case "id": return .id
    case "state": return .state
    default: break
    }
    let keys = RunSpec.keys.map(\.key)
    if keys.contains(key) { return .key(key) }
    let names = results.metricNames
    let name = String(key.prefix { $0 != "@" })
    guard names.scalars.contains(name) || names.curves.contains(name) else {
      let hint = Spelling.nearest(to: name, among: keys + ["id", "state"] + names.curves + names.scalars)
      throw ReportError(
        "'\(text)': no configuration has the key '\(key)' and no run such a metric; "
          + (hint.map { "did you mean '\($0)'?" } ?? "keys are dotted, such as codec.latent"))
    }
    return .metric(try MetricSelector(key, scalars: names.scalars, curves: names.curves))
  }

  func holds(for run: SweepResults.Run) -> Bool {
    switch subject {
    case .id:
      let isNamed = values.contains { run.cell.id.hex.hasPrefix($0) && !$0.isEmpty }
      return isNamed == (comparison != .notEqual)
    case .state: return holds(for: run.state)
    case .key(let key): return holds(for: run.cell.spec.value(of: key))
    case .metric(let metric): return holds(for: run.summary.flatMap(metric.value)?.description)
    }
  }

  private func holds(for found: String?) -> Bool {
    guard let found else { return comparison == .notEqual }
    switch comparison {
    case .equal: return values.contains { Self.isEqual($0, found) }
    case .notEqual: return !values.contains { Self.isEqual($0, found) }
    case .below, .atMost, .above, .atLeast:
      guard let number = Double(found), let bound = Double(values[0]) else { return false }
      switch comparison {
      case .below: return number < bound
      case .atMost: return number <= bound
      case .above: return number > bound
      default: return number >= bound
      }
    }
  }

  /// Numbers are equal however they are written.
  private static func isEqual(_ a: String, _ b: String) -> Bool {
    if a == b { return true }
    guard let a = Double(a), let b = Double(b) else { return false }
    return a == b
  }

  /// The values between commas; those within brackets belong to a list.
  private static func split(_ text: Substring) -> [String] {
    var values = [""]
    var depth = 0
    for character in text {
      if "[{(".contains(character) { depth += 1 }
      if "]})".contains(character) { depth -= 1 }
      if character == ",", depth == 0 { values.append("") } else { values[values.count - 1].append(character) }
    }
    return values.map { trimmed(Substring($0)) }
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
