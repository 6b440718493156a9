/// One run of a sweep.
public struct Cell: Sendable {
  /// The run's id.
  public let id: RunID
  /// The complete configuration.
  public let spec: RunSpec
  /// The keys that vary over the plan and this cell's values of them; a key that the cell's codec, data set or partition
  /// does not have is left out.
  public let varying: [(key: String, value: String)]

  init(_ spec: RunSpec, _ id: RunID, axes: [String]) {
    self.id = id
    self.spec = spec
    varying = axes.compactMap { key in
      guard let field = SpecSchema.field(key), field.applies(to: spec) else { return nil }
      return (key: key, value: field.value(spec).plain)
    }
  }
}

extension [Cell] {
  /// What is legal in these cells but may not be meant, each sentence once.
  public var warnings: [String] { flatMap(\.spec.warnings).uniqued }
}

/// The cells of a sweep, in order, no two equal.
public struct Plan: Sendable {
  /// The sweep's name.
  public let name: String
  /// What the sweep is for; empty when not given.
  public let about: String
  /// The text of the spec.
  public let source: String
  /// The overrides it was read with, as `key=value`.
  public let overrides: [String]
  /// The dotted keys whose values differ between cells, in the order in which the spec varies them.
  public let axes: [String]
  /// The cells, in the order of the spec: the first axis varies slowest.
  public let cells: [Cell]

  /// A plan of given configurations; `order` is the order of the axes, keys or sections.
  ///
  /// - Parameter ids: the configurations' ids where they are known; to compute one takes longer than all else.
  init(
    name: String, about: String, source: String, overrides: [String], specs: [RunSpec], ids: [RunID]? = nil,
    order: [String]
  ) {
    self.name = name
    self.about = about
    self.source = source
    self.overrides = overrides
    axes = Plan.axes(of: specs, order: order)
    cells = zip(specs, ids ?? specs.map { RunID($0) }).map { [axes] in Cell($0, $1, axes: axes) }
  }

  /// The plan of one run, to compute it again.
  public init(rerunning spec: RunSpec) {
    self.init(
      name: "rerun", about: "", source: spec.yaml, overrides: [], specs: [spec], order: [])
  }

  /// What is legal but may not be meant, each sentence once.
  public var warnings: [String] { cells.warnings }

  /// The keys of which two cells have different values; a key that some cells do not have counts only where it is.
  private static func axes(of specs: [RunSpec], order: [String]) -> [String] {
    let varying = SpecSchema.fields.filter { field in
      var first: SpecValue?
      return specs.contains { spec in
        guard field.applies(to: spec) else { return false }
        let value = field.value(spec)
        defer { first = first ?? value }
        return first.map { $0 != value } ?? false
      }
    }
    let ranked = varying.enumerated().map { index, field in
      (order.firstIndex { $0 == field.key || $0 == field.section } ?? order.count, index, field.key)
    }
    return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }
}
