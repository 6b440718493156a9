internal import FeatherExperiments

/// What a notebook's runs differ in, and what it calls them: codecs are lines, everything else makes panels, and seeds are averaged.
struct NotebookAxes {
  /// A key with two values or more.
  struct Axis {
    let key: String
    /// Its values as tables show them, in the order of the plan.
    let values: [String]

    var isFlag: Bool { values.allSatisfy { $0 == "true" || $0 == "false" } }
    private var isNumber: Bool { values.allSatisfy { Double($0) != nil } }
    /// An add-on that some of the runs do without.
    var isAddOn: Bool { values.contains("none") && key.hasPrefix("codec.") }
    private var last: String { String(key.split(separator: ".").last ?? "") }
    private var section: String { String(key.split(separator: ".").first ?? "") }

    /// What goes before the value; empty where the value says it all.
    fileprivate func words(withSection: Bool) -> String {
      guard !["name", "scheme", "algorithm"].contains(last) else { return "" }
      let words = last.map { $0.isUppercase ? " \($0.lowercased())" : String($0) }.joined()
      return withSection ? "\(section) \(words)" : words
    }

    /// A pattern for Python's `format`, such as `latent {:g}`.
    fileprivate func pattern(withSection: Bool) -> String {
      let value = isNumber ? "{:g}" : "{}"
      guard key != "partition.clients" else { return "\(value) clients" }
      let words = words(withSection: withSection)
      return words.isEmpty ? value : "\(words) \(value)"
    }
  }

  /// All keys that vary, the seed included.
  let all: [Axis]
  /// Those that tell panels apart, and those that tell lines apart.
  let panels, lines: [Axis]

  init(_ plan: Plan, _ cells: [Cell]) {
    all = plan.axes.compactMap { key in
      let values = cells.compactMap { cell in cell.varying.first { $0.key == key }?.value }.uniqued
      return values.count > 1 ? Axis(key: key, values: values) : nil
    }
    let codecs = all.filter { $0.key.hasPrefix("codec.") && Self.isSaid($0.key, cells) }
    let others = Self.needed(all.filter { !$0.key.hasPrefix("codec.") && $0.key != "seed" }, cells)
    partition = Self.needed(
      all.filter { $0.key.hasPrefix("partition.") || $0.key.hasPrefix("dataset.") }, cells)
    (panels, lines) = codecs.isEmpty ? ([], others) : (others, codecs)
  }

  /// Whether a codec's key tells anything that its name does not: it is an add-on, or differs within one codec.
  private static func isSaid(_ key: String, _ cells: [Cell]) -> Bool {
    if RunSpec.keys.contains(where: { $0.key == key && $0.variants.isEmpty }) { return true }
    var values: [String: Set<String>] = [:]
    for cell in cells {
      guard let value = cell.varying.first(where: { $0.key == key })?.value else { continue }
      values[cell.spec.codec.name, default: []].insert(value)
    }
    return values.values.contains { $0.count > 1 }
  }

  /// As few of the axes, the first ones before others, as tell all cells apart that all of them do.
  private static func needed(_ axes: [Axis], _ cells: [Cell]) -> [Axis] {
    func count(_ axes: [Axis]) -> Int {
      Set(cells.map { cell in axes.map { axis in cell.varying.first { $0.key == axis.key }?.value } }).count
    }
    let all = count(axes)
    return axes.reversed().reduce(axes) { kept, axis in
      let fewer = kept.filter { $0.key != axis.key }
      return count(fewer) == all ? fewer : kept
    }
  }

  /// Those that tell apart which samples a client has.
  let partition: [Axis]

  /// A Python dictionary from keys to patterns.
  static func patterns(_ axes: [Axis]) -> String {
    let entries = axes.map { axis in
      let words = axis.words(withSection: false)
      let isShared = axes.filter { $0.words(withSection: false) == words }.count > 1 && !words.isEmpty
      return "\"\(axis.key)\": \"\(axis.pattern(withSection: isShared))\""
    }
    let line = "{" + entries.joined(separator: ", ") + "}"
    return line.count <= 70 ? line : "{\n" + entries.map { "    \($0),\n" }.joined() + "}"
  }
}
