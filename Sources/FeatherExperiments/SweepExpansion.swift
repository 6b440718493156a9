extension SweepSpec {
  /// The most cells of a sweep.
  static let mostCells = 100_000

  /// Expands the sweep into its cells and checks every one.
  ///
  /// The blocks follow each other. In a block the keys of `grid` form a product in which the first key varies slowest and
  /// `zip` fastest. A value for a section that names no other variant is merged over `base`'s section, else it takes its
  /// place, as a codec with add-ons always does; a federation keeps the keys that all algorithms have. An axis on a variant
  /// key such as `codec.name` drops those keys of `base` that the new variant does not have.
  public func plan() throws -> Plan {
    var expansion = SweepExpansion(spec: self)
    for block in blocks { try expansion.expand(block) }
    try expansion.finish()
    return Plan(
      name: name, about: about, source: source, overrides: overrides, specs: expansion.specs,
      order: blocks.flatMap { $0.columns.map(\.path) } + assignments.map(\.path))
  }
}

/// The cells found so far.
private struct SweepExpansion {
  let spec: SweepSpec
  var specs: [RunSpec] = []
  private var combinations = 0
  private var labels: [RunSpec: String] = [:]
  private var usedOverrides: Set<String> = []
  private var files: [String: PartitionFile] = [:]

  init(spec: SweepSpec) { self.spec = spec }

  mutating func expand(_ block: SweepBlock) throws {
    let total = try count(block)
    var hits = [Bool](repeating: false, count: block.exclude.count)
    var applied = [Bool](repeating: false, count: block.when.count)
    var seen: Set<[String]> = []
    for number in 0..<total {
      let chosen = try choose(block, number, &applied)
      // Without its conditional axes a combination may come up again.
      guard block.when.isEmpty || seen.insert(chosen.map { "\($0.path)=\($0.value.text)" }).inserted else { continue }
      let cell = try decode(chosen)
      let matching = block.exclude.indices.filter { block.exclude[$0].matches(cell.spec) }
      matching.forEach { hits[$0] = true }
      guard matching.isEmpty else { continue }
      try add(cell, chosen)
    }
    // An override may well take away what a condition is about.
    guard spec.overrides.isEmpty else { return }
    if let i = hits.firstIndex(of: false) {
      throw SpecError(block.exclude[i].mark, "this exclude matches no cell; check its keys and values")
    }
    if let i = applied.firstIndex(of: false) {
      throw SpecError(block.when[i].mark, "when '\(block.when[i].path)' matches no cell; check its keys and values")
    }
  }

  mutating func finish() throws {
    for override in spec.assignments where override.rank == 2 && !usedOverrides.contains(override.path) {
      guard let field = SpecSchema.field(override.path), let variants = field.variants else { continue }
      let variant = variants.joined(separator: " and ")
      throw SpecError(override.mark, "\(field.key) belongs to \(field.section) \(variant), which no cell has")
    }
    guard specs.isEmpty else { return }
    throw SpecError(file: spec.file, line: 1, column: 1, message: "the sweep has no cell left; exclude takes all away")
  }

  private mutating func count(_ block: SweepBlock) throws -> Int {
    var total = 1
    for axis in block.axes {
      // Lists are bounded by the file's size, so that neither product nor sum overflows.
      total *= max(1, axis.count)
      guard total + combinations <= SweepSpec.mostCells else {
        let mark = axis.columns.first?.mark ?? spec.base.mark
        throw SpecError(mark, "the sweep has more than \(SweepSpec.mostCells) cells")
      }
    }
    combinations += total
    return total
  }

  /// The assignments of one combination, without those axes whose `when` does not hold.
  private mutating func choose(
    _ block: SweepBlock, _ number: Int, _ applied: inout [Bool]
  ) throws -> [SweepAssignment] {
    var remainder = number
    var all: [SweepAssignment] = []
    for axis in block.axes.reversed() where axis.count > 0 {
      let index = remainder % axis.count
      remainder /= axis.count
      all = axis.columns.map { SweepAssignment(path: $0.path, mark: $0.mark, value: $0.values[index]) } + all
    }
    guard !block.when.isEmpty else { return all }
    var kept = Set(all.map(\.path)).subtracting(block.when.map(\.path))
    for (i, entry) in block.when.enumerated() {
      guard entry.condition.matches(try decode(all.filter { kept.contains($0.path) }).spec) else { continue }
      kept.insert(entry.path)
      applied[i] = true
    }
    return all.filter { kept.contains($0.path) }
  }

  private mutating func decode(_ chosen: [SweepAssignment]) throws -> (spec: RunSpec, tree: SpecNode) {
    let all = chosen + spec.assignments
    var tree = spec.base
    for rank in 0...2 {
      for assignment in all where assignment.rank == rank {
        if try tree.assign(assignment), assignment.isOverride { usedOverrides.insert(assignment.path) }
      }
    }
    return (spec: try SpecSchema.decode(tree), tree: tree)
  }

  private mutating func add(_ cell: (spec: RunSpec, tree: SpecNode), _ chosen: [SweepAssignment]) throws {
    var cell = cell
    if let contradiction = cell.spec.contradictions().first {
      throw SpecError(cell.tree.mark(of: contradiction.keys), contradiction.message)
    }
    try readFiles(&cell.spec, of: cell.tree)
    let label = chosen.isEmpty ? "base" : chosen.map { "\($0.path)=\($0.value.text)" }.joined(separator: " ")
    if let twin = labels[cell.spec] {
      // An override that takes precedence over an axis may make cells equal; they are one cell then.
      guard spec.assignments.isEmpty else { return }
      throw SpecError(
        chosen.last?.mark ?? spec.base.mark, "two cells come out equal: '\(twin)' and '\(label)'; remove one")
    }
    labels[cell.spec] = label
    specs.append(cell.spec)
  }

  /// Reads the content of the files that a cell names, each once for all cells.
  private mutating func readFiles(_ cell: inout RunSpec, of tree: SpecNode) throws {
    if case .fromFile(let file) = cell.partition.scheme {
      cell.partition.scheme = .fromFile(try known(file, "partition.file", in: tree))
    }
    if cell.federation.availability.isGiven {
      cell.federation.availability = try known(cell.federation.availability, "federation.availability", in: tree)
    }
  }

  private mutating func known(_ file: PartitionFile, _ key: String, in tree: SpecNode) throws -> PartitionFile {
    let mark = tree.mark(of: [key])
    guard let path = file.path else {
      throw SpecError(mark, "\(key) '\(file)' says what the file contains, not where it is; write its path")
    }
    let known = try files[path] ?? file.read(key, beside: spec.file, at: mark)
    files[path] = known
    return known
  }
}

extension SpecNode {
  /// Sets a key or section of a configuration's tree; false if the key does not apply and the assignment may be left out.
  fileprivate mutating func assign(_ assignment: SweepAssignment) throws -> Bool {
    guard let field = SpecSchema.field(assignment.path) else {
      try assignSection(assignment)
      return true
    }
    guard field.section != field.key else {
      set(Entry(key: field.key, mark: assignment.mark, value: assignment.value))
      return true
    }
    if assignment.isOverride, let variants = field.variants, !variants.contains(variant(of: field.section)) {
      return false
    }
    var section = self[field.section]?.value ?? SpecNode(content: .mapping([]), mark: assignment.mark)
    section.set(Entry(key: field.name, mark: assignment.mark, value: assignment.value))
    if SpecSchema.isVariantKey(field) { section.dropKeys(notOf: assignment.value.text, in: field.section) }
    set(Entry(key: field.section, mark: assignment.mark, value: section))
    return true
  }

  private mutating func assignSection(_ assignment: SweepAssignment) throws {
    let name = assignment.path
    var value = assignment.value
    if let chain = SpecChain(section: name), case .sequence = value.content {
      // A chain takes the place of the whole section.
      set(Entry(key: name, mark: assignment.mark, value: try chain.flattened(value)))
      return
    }
    let section = SpecSchema.section(name)
    let other = section?.variantKey.flatMap { value[$0]?.value.text }
    let isOther = other.map { $0 != variant(of: name) } ?? false
    if isOther, section?.keepsShared != true {
      // Another variant takes the place of the whole section.
    } else if case .mapping(let entries) = value.content, let old = self[name]?.value {
      value = old
      if let other, isOther { value.dropKeys(notOf: other, in: name) }
      entries.forEach { value.set($0) }
      value.mark = assignment.value.mark
    }
    set(Entry(key: name, mark: assignment.mark, value: value))
  }

  /// The variant of a section as far as the tree says, or the default one.
  private func variant(of section: String) -> String {
    let given = SpecSchema.section(section)?.variantKey.flatMap { self[section]?.value[$0]?.value.text }
    return given ?? SpecSchema.variant(of: section, in: RunSpec()) ?? ""
  }

  private mutating func dropKeys(notOf variant: String, in section: String) {
    guard case .mapping(let entries) = content else { return }
    content = .mapping(
      entries.filter { entry in
        SpecSchema.field("\(section).\(entry.key)")?.variants?.contains(variant) ?? true
      })
  }

  /// The value under a key, or, for `key[2]`, an item of the list there.
  private func item(_ key: String) -> SpecNode? {
    let parts = key.split(separator: "[").map(String.init)
    guard let value = self[parts[0]]?.value, parts.count == 2 else { return self[key]?.value }
    guard case .sequence(let items) = value.content, let index = Int(parts[1].dropLast()), index < items.count else {
      return nil
    }
    return items[index]
  }

  /// The place of the first of some dotted keys that the tree has; that of the tree if it has none.
  fileprivate func mark(of keys: [String]) -> SpecMark {
    for key in keys {
      let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
      guard let section = self[parts[0]] else { continue }
      guard parts.count == 2 else { return section.mark }
      if let node = section.value.item(parts[1]) { return node.mark }
    }
    return mark
  }
}
