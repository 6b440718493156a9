import FeatherExperiments
import FeatherResults

/// What the columns of exported tables are: a table itself.
struct DataDictionary {
  private var lines: [String] = []
  private var seen: Set<[String]> = []

  /// Notes a column, unless it was noted before.
  mutating func add(_ file: String, _ column: String, _ quantity: Quantity) {
    guard seen.insert([file, column]).inserted else { return }
    lines.append(CSVText.line([file, column, quantity.unit, quantity.longName]))
  }

  /// Columns that say which run or round a row is of.
  mutating func add(_ file: String, keys: [(name: String, longName: String)]) {
    for key in keys { add(file, key.name, Quantity(unit: "1", longName: key.longName)) }
  }

  /// Columns of configuration keys.
  mutating func add(_ file: String, configuration keys: [String]) {
    let known = RunSpec.keys
    for key in keys {
      add(file, key, Quantity(unit: "1", longName: known.first { $0.key == key }?.summary ?? "configuration"))
    }
  }

  /// The table: file, column, unit and what it is.
  var csv: String { CSVText.line(["file", "column", "unit", "long_name"]) + lines.joined() }
}

/// A number's unit, what it is, and whether it is a whole one.
struct Quantity: Hashable {
  var unit: String
  var longName: String
  var isWhole = false

  init(unit: String, longName: String, isWhole: Bool = false) {
    self.unit = unit
    self.longName = longName
    self.isWhole = isWhole
  }

  /// What an array of a run file says of itself.
  init(_ array: ResultArray) {
    func text(_ name: String) -> String {
      guard case .text(let text)? = array.attributes.first(where: { $0.name == name })?.value else { return "" }
      return text
    }
    switch array.data {
    case .int64, .uint8: isWhole = true
    case .float32, .float64, .text, .dimension: isWhole = false
    }
    unit = text("units")
    longName = text("long_name")
  }

  /// A single number of a run, as `RunSummary.scalars` names it.
  init(scalar name: String, of tree: ResultTree) {
    if let array = tree.array("/ledger/\(name)") {
      self.init(array)
    } else if let known = Self.derived[name] {
      self = known
    } else if name.hasPrefix("bytes_") {
      self.init(unit: "byte", longName: "bytes on the wire, headers included: \(name.dropFirst(6))", isWhole: true)
    } else {
      self.init(unit: "1", longName: "value after the last round: \(name.replacing("final_", with: ""))")
    }
  }

  /// What is computed from a run's curves and ledger.
  private static let derived: [String: Quantity] = [
    "rounds": Quantity(unit: "1", longName: "rounds that were finished", isWhole: true),
    "final_test_accuracy": Quantity(unit: "1", longName: "test accuracy after the last round"),
    "best_test_accuracy": Quantity(unit: "1", longName: "highest test accuracy of any round"),
    "final_test_loss": Quantity(unit: "nat", longName: "test loss after the last round"),
    "final_mean_relative_error": Quantity(
      unit: "1", longName: "mean relative error of the decoded uploads of the last round"),
    "bytes_up": Quantity(
      unit: "byte", longName: "all bytes from clients to aggregator, headers included", isWhole: true),
    "bytes_down": Quantity(
      unit: "byte", longName: "all bytes from aggregator to clients, headers included", isWhole: true),
    "label_skew": Quantity(
      unit: "1", longName: "mean distance of a client's label distribution from that of all, 0 where they agree"),
  ]
}
