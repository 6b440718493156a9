/// A key whose value differs between two configurations.
public struct KeyChange: Hashable, Sendable, CustomStringConvertible {
  /// The dotted key.
  public let key: String
  /// Its value in the frozen plan; nil where the configuration does not have the key.
  public let frozen: String?
  /// Its value now; nil where the configuration does not have the key.
  public let now: String?

  /// Such as `codec.latent is 32, frozen 16`.
  public var description: String {
    "\(key) is \(now ?? "not there"), frozen \(frozen ?? "without it")"
  }
}

extension KeyChange {
  /// The change of a key, if its value differs; of a section that is another altogether, such as another codec, only its
  /// name counts and what both have.
  fileprivate init?(_ field: SpecField, from then: RunSpec, _ old: String?, to now: RunSpec, _ new: String?) {
    let isOther = SpecSchema.variant(of: field.section, in: now) != SpecSchema.variant(of: field.section, in: then)
    guard new != old, !isOther || SpecSchema.isVariantKey(field) || (new != nil && old != nil) else { return nil }
    self.init(key: field.key, frozen: old, now: new)
  }
}

extension RunSpec {
  /// The keys in which it differs from another configuration, which stands for the frozen one; of a section that is another altogether,
  /// such as another codec, only its name and the keys that both have.
  public func changes(from other: RunSpec) -> [KeyChange] {
    SpecSchema.fields.compactMap { field in
      func value(_ spec: RunSpec) -> String? { field.applies(to: spec) ? field.value(spec).plain : nil }
      return KeyChange(field, from: other, value(other), to: self, value(self))
    }
  }
}

extension Plan {
  /// What makes each cell differ that is not in a frozen plan: the keys in which it differs from the cell there that is nearest to it.
  ///
  /// Nearest is the one with the fewest other keys, where no more than two differ beside those in which no two cells of both plans
  /// agree; a near one elsewhere. Of two equally near ones, it is the first. The time is proportional to the number of cells.
  public func changes(from frozen: Plan) -> [RunID: [KeyChange]] {
    let known = Set(frozen.cells.map(\.id))
    let new = cells.filter { !known.contains($0.id) }
    guard !new.isEmpty, !frozen.cells.isEmpty else { return [:] }
    var search = NearestCells(among: frozen.cells, for: new)
    return Dictionary(
      uniqueKeysWithValues: new.indices.map { (new[$0].id, search.changes(of: $0)) })
  }
}

/// The search for the cell of a frozen plan that is nearest to another.
private struct NearestCells {
  /// The keys in which any two of all cells differ.
  private let fields: [SpecField]
  private let frozen: [[String?]]
  private let new: [[String?]]
  private let frozenSpecs: [RunSpec]
  private let newSpecs: [RunSpec]
  /// Sets of keys, by their places in `fields`, that may differ: the fewest first.
  private let allowances: [[Int]]
  /// For each of these, the first frozen cell with given values of the other keys; made when it is needed.
  private var tables: [[[String?]: Int]?]

  init(among frozen: [Cell], for new: [Cell]) {
    func values(_ field: SpecField, _ cells: [Cell]) -> [String?] {
      cells.map { field.applies(to: $0.spec) ? field.value($0.spec).plain : nil }
    }
    var columns: [(field: SpecField, frozen: [String?], new: [String?])] = []
    for field in SpecSchema.fields {
      let (then, now) = (values(field, frozen), values(field, new))
      if Set(then).union(now).count > 1 { columns.append((field, then, now)) }
    }
    fields = columns.map(\.field)
    self.frozen = frozen.indices.map { row in columns.map { $0.frozen[row] } }
    self.new = new.indices.map { row in columns.map { $0.new[row] } }
    (frozenSpecs, newSpecs) = (frozen.map(\.spec), new.map(\.spec))
    let always = columns.indices.filter { Set(columns[$0].frozen).isDisjoint(with: columns[$0].new) }
    allowances = Self.allowances(always, of: columns.count)
    tables = Array(repeating: nil, count: allowances.count)
  }

  /// `always`, with none, one and two of the other keys, then with ever more of them, down to all.
  private static func allowances(_ always: [Int], of count: Int) -> [[Int]] {
    let others = (0..<count).filter { !always.contains($0) }
    var sets = [always] + others.map { always + [$0] }
    // Pairs of many keys would be too many tables.
    if others.count <= 12 {
      for (index, first) in others.enumerated() { sets += others[(index + 1)...].map { always + [first, $0] } }
    }
    return sets + others.indices.map { always + others[$0...] }.reversed()
  }

  mutating func changes(of cell: Int) -> [KeyChange] {
    for (index, allowed) in allowances.enumerated() {
      let table = tables[index] ?? Self.table(of: frozen, without: allowed)
      tables[index] = table
      guard let nearest = table[Self.rest(of: new[cell], without: allowed)] else { continue }
      return changes(of: cell, from: nearest)
    }
    return []
  }

  private static func table(of rows: [[String?]], without allowed: [Int]) -> [[String?]: Int] {
    Dictionary(rows.enumerated().map { (rest(of: $1, without: allowed), $0) }) { first, _ in first }
  }

  private static func rest(of row: [String?], without allowed: [Int]) -> [String?] {
    var rest = row
    for place in allowed { rest[place] = nil }
    return rest
  }

  private func changes(of cell: Int, from nearest: Int) -> [KeyChange] {
    let (now, then) = (newSpecs[cell], frozenSpecs[nearest])
    return fields.indices.compactMap { place in
      KeyChange(fields[place], from: then, frozen[nearest][place], to: now, new[cell][place])
    }
  }
}
