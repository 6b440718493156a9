/// A value for a dotted key or a section, as an axis or an override gives it.
struct SweepAssignment: Sendable {
  var path: String
  var mark: SpecMark
  var value: SpecNode
  /// An override for a key that a cell's variant does not have is left out there.
  var isOverride = false

  /// Sections are set first, then the keys that decide a variant, then all others.
  var rank: Int {
    guard let field = SpecSchema.field(path) else { return 0 }
    return SpecSchema.isVariantKey(field) ? 1 : 2
  }
}

/// Keys that vary together: one for an axis of `grid`, all of `zip`.
struct SweepAxis: Sendable {
  /// The keys, with the list of values of each.
  var columns: [(path: String, mark: SpecMark, values: [SpecNode])]
  var count: Int { columns.first?.values.count ?? 1 }
}

/// Conditions on dotted keys, which a cell matches when all hold.
struct SweepCondition: Sendable {
  var mark: SpecMark
  /// A key with the values of which the cell must have one.
  var terms: [(key: String, values: [SpecValue])]

  func matches(_ spec: RunSpec) -> Bool {
    terms.allSatisfy { key, values in
      guard let field = SpecSchema.field(key), field.applies(to: spec) else { return false }
      return values.contains(field.value(spec))
    }
  }

  static func read(_ node: SpecNode, what: String) throws -> SweepCondition {
    let entries = try node.entries(of: what)
    guard !entries.isEmpty else { throw SpecError(node.mark, "\(what) is empty; name at least one key and its value") }
    return SweepCondition(
      mark: node.mark,
      terms: try entries.map { entry in
        let field = try SpecSchema.requireField(entry.key, at: entry.mark, what: "\(what) key")
        guard !field.isList, case .sequence(let items) = entry.value.content else {
          return (key: entry.key, values: [try field.parse(entry.value, entry.key)])
        }
        return (key: entry.key, values: try items.map { try field.parse($0, entry.key) })
      })
  }
}

/// One block of a sweep: the product of `grid`, with `zip` varying fastest, less what `exclude` and `when` take away.
struct SweepBlock: Sendable {
  var grid: [SweepAxis] = []
  var zip: SweepAxis?
  var exclude: [SweepCondition] = []
  var when: [(path: String, mark: SpecMark, condition: SweepCondition)] = []

  var axes: [SweepAxis] { grid + (zip.map { [$0] } ?? []) }
  var columns: [(path: String, mark: SpecMark, values: [SpecNode])] { axes.flatMap(\.columns) }

  /// Reads `sweep`: the first block and those under `also`.
  static func read(_ node: SpecNode) throws -> [SweepBlock] {
    var blocks = [try SweepBlock(node, what: "sweep", also: true)]
    if let also = node["also"] {
      blocks += try also.value.items(of: "sweep.also").map { try SweepBlock($0, what: "sweep.also", also: false) }
    }
    return blocks
  }

  init() {}

  private init(_ node: SpecNode, what: String, also: Bool) throws {
    try node.refuseUnknownKeys(what, valid: ["grid", "zip", "exclude", "when"] + (also ? ["also"] : []))
    if let entry = node["grid"] {
      grid = try Self.columns(entry.value, what: "grid").map { SweepAxis(columns: [$0]) }
    }
    if let entry = node["zip"] { zip = SweepAxis(columns: try Self.columns(entry.value, what: "zip")) }
    if let entry = node["exclude"] {
      exclude = try entry.value.items(of: "exclude").map { try SweepCondition.read($0, what: "exclude") }
    }
    if let entry = node["when"] {
      when = try entry.value.entries(of: "when").map { entry in
        (path: entry.key, mark: entry.mark, condition: try SweepCondition.read(entry.value, what: "when"))
      }
    }
  }

  private static func columns(
    _ node: SpecNode, what: String
  ) throws -> [(path: String, mark: SpecMark, values: [SpecNode])] {
    try node.entries(of: what).map { entry in
      guard SpecSchema.field(entry.key) != nil || SpecSchema.section(entry.key) != nil else {
        throw SpecSchema.unknown(entry.key, at: entry.mark, what: "axis")
      }
      let values = try entry.value.items(of: "the axis '\(entry.key)'")
      guard !values.isEmpty else { throw SpecError(entry.value.mark, "the axis '\(entry.key)' has no values") }
      return (path: entry.key, mark: entry.mark, values: values)
    }
  }

  /// Refuses what does not fit together, after overrides.
  func check() throws {
    for column in zip?.columns ?? [] {
      guard let first = zip?.columns.first, column.values.count != first.values.count else { continue }
      throw SpecError(
        column.mark,
        "zip lists must be of equal length: '\(first.path)' has \(first.values.count) values, "
          + "'\(column.path)' has \(column.values.count)")
    }
    var seen: Set<String> = []
    for column in columns where !seen.insert(column.path).inserted {
      throw SpecError(column.mark, "the axis '\(column.path)' is given twice in this block")
    }
    for entry in when where !seen.contains(entry.path) {
      let axes = columns.map(\.path)
      let hint = axes.isEmpty ? "" : Spelling.hint(entry.path, among: axes)
      throw SpecError(entry.mark, "when '\(entry.path)' names no axis of this block" + hint)
    }
  }
}
