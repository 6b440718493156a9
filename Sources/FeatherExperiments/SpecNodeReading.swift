internal import Yams

/// How large a file may be, after its aliases are expanded.
struct SpecLimits: Sendable {
  var bytes = 1 << 20
  var nodes = 100_000
  var depth = 32
  /// Keys of one mapping, each of which is compared with all before it.
  static let keys = 1000

  /// For specs, which people write.
  static let spec = SpecLimits()
  /// For frozen plans, which we write: 100,000 cells are about 150 MB.
  static let plan = SpecLimits(bytes: 1 << 30, nodes: 20_000_000)
}

extension SpecNode {
  /// Reads one YAML document; nil if there is none.
  static func parse(_ text: String, file: String, limits: SpecLimits = .spec) throws -> SpecNode? {
    guard text.utf8.count <= limits.bytes else {
      throw SpecError(
        file: file, line: 1, column: 1,
        message: "the file has \(text.utf8.count) bytes; at most \(limits.bytes) are read")
    }
    var reader = SpecReader(file: file, limits: limits)
    return try reader.read(text)
  }
}

/// Turns Yams' tree into ours.
///
/// Yams replaces aliases by what they stand for and hashes every mapping key, so that a small file can keep it busy for ever.
/// Therefore it never sees an alias: every `*` is handed over as a stand-in, which makes an alias a plain scalar of the same
/// place and length. Aliases are then expanded here, where every node is counted.
private struct SpecReader {
  /// A node that an anchor names, with its number of nodes and levels.
  private struct Anchored {
    var node: SpecNode
    var nodes: Int
    var levels: Int
  }

  /// U+E000, of a private use area; not expected in a spec, and refused there.
  private static let star: Unicode.Scalar = "\u{E000}"

  let file: String
  let limits: SpecLimits
  private var anchors: [String: Anchored] = [:]
  private var nodes = 0
  private var deepest = 0

  init(file: String, limits: SpecLimits) {
    self.file = file
    self.limits = limits
  }

  mutating func read(_ text: String) throws -> SpecNode? {
    let shielded = try shield(text)
    do {
      let parser = try Yams.Parser(yaml: shielded, resolver: .basic, encoding: .utf8)
      // Scalars hold their anchors weakly; the parser keeps them alive.
      return try withExtendedLifetime(parser) {
        guard let root = try parser.singleRoot() else { return nil }
        return try convert(root, depth: 1)
      }
    } catch let error as YamlError {
      throw explain(error, in: text)
    }
  }

  /// Puts the stand-in for every `*`, and refuses what would keep Yams busy for long: keys that are themselves deep trees.
  private func shield(_ text: String) throws -> String {
    var shielded = String.UnicodeScalarView()
    var mark = SpecMark(file: file, line: 1, column: 0)
    var brackets = 0
    var before: Unicode.Scalar = "\n"
    var question: SpecMark?
    for scalar in text.unicodeScalars {
      mark = scalar == "\n" ? SpecMark(file: file, line: mark.line + 1) : mark
      mark.column += scalar == "\n" ? 0 : 1
      if let question, scalar.properties.isWhitespace {
        throw SpecError(question, "keys marked with '?' are not used in specs; write 'key: value'")
      }
      question = scalar == "?" && "\n-?:,[{".unicodeScalars.contains(before) ? mark : nil
      if scalar == "[" || scalar == "{" { brackets += 1 }
      if scalar == "]" || scalar == "}" { brackets = max(0, brackets - 1) }
      guard brackets <= 2 * limits.depth else { throw SpecError(mark, "nested more than \(limits.depth) levels deep") }
      guard scalar != Self.star else { throw SpecError(mark, "the character U+E000 cannot be used in a spec") }
      if scalar != " ", scalar != "\t", scalar != "\r" { before = scalar }
      shielded.append(scalar == "*" ? Self.star : scalar)
    }
    guard question == nil else { return try shield(text + "\n") }
    return String(shielded)
  }

  private func mark(_ mark: Yams.Mark?) -> SpecMark {
    SpecMark(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
  }

  private mutating func convert(_ node: Node, depth: Int) throws -> SpecNode {
    let mark = mark(node.mark)
    if let name = alias(node) { return try expand(name, mark, depth: depth) }
    try count(1, levels: depth, mark)
    let before = (nodes: nodes, deepest: deepest)
    deepest = depth
    let converted = SpecNode(content: try content(of: node, mark, depth: depth), mark: mark)
    if let anchor = node.anchor?.rawValue {
      anchors[anchor] = Anchored(node: converted, nodes: nodes - before.nodes + 1, levels: deepest - depth + 1)
    }
    deepest = max(deepest, before.deepest)
    return converted
  }

  private mutating func content(of node: Node, _ mark: SpecMark, depth: Int) throws -> SpecNode.Content {
    // A node's own tag would be one that Yams guesses; a scalar's is the one that was written.
    let tag = node.scalar?.tag.description ?? node.tag.description
    guard ["", "tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"].contains(tag) else {
      throw SpecError(mark, "the tag '\(tag)' is not used in specs; remove it")
    }
    switch node {
    case .scalar(let scalar):
      return .scalar(restore(scalar.string), plain: scalar.style == .plain && tag.isEmpty)
    case .sequence(let sequence):
      return .sequence(try sequence.map { try convert($0, depth: depth + 1) })
    case .mapping(let mapping):
      return .mapping(try entries(of: mapping, depth: depth))
    case .alias:
      throw SpecError(mark, "an alias cannot be used here")
    }
  }

  private func restore(_ text: String) -> String {
    guard text.unicodeScalars.contains(Self.star) else { return text }
    var restored = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { restored.append(scalar == Self.star ? "*" : scalar) }
    return String(restored)
  }

  private func alias(_ node: Node) -> String? {
    guard case .scalar(let scalar) = node, scalar.style == .plain, scalar.string.unicodeScalars.first == Self.star
    else { return nil }
    return String(scalar.string.unicodeScalars.dropFirst())
  }

  private mutating func expand(_ name: String, _ mark: SpecMark, depth: Int) throws -> SpecNode {
    guard let anchored = anchors[name] else {
      throw SpecError(
        mark, "the alias '*\(restore(name))' has no anchor '&\(restore(name))' above it; quote text that starts with *")
    }
    try count(anchored.nodes, levels: depth + anchored.levels - 1, mark)
    return anchored.node
  }

  private mutating func count(_ more: Int, levels: Int, _ mark: SpecMark) throws {
    nodes += more
    deepest = max(deepest, levels)
    guard nodes <= limits.nodes else {
      throw SpecError(mark, "more than \(limits.nodes) values after expanding aliases; the file is not read")
    }
    guard levels <= limits.depth else {
      throw SpecError(mark, "nested more than \(limits.depth) levels deep")
    }
  }

  /// Own keys win over merged ones (`<<`), and of several merged mappings the first wins.
  private mutating func entries(of mapping: Node.Mapping, depth: Int) throws -> [SpecNode.Entry] {
    var merged: [SpecNode.Entry] = []
    var own: [SpecNode.Entry] = []
    guard mapping.count <= SpecLimits.keys else {
      throw SpecError(mark(mapping.mark), "a mapping of more than \(SpecLimits.keys) keys")
    }
    for (key, value) in mapping {
      guard case .scalar(let scalar) = key, alias(key) == nil else {
        throw SpecError(mark(key.mark), "a key must be a single word, not a list, a mapping or an alias")
      }
      let converted = try convert(value, depth: depth + 1)
      if scalar.string == "<<", scalar.style == .plain {
        merged = try merge(converted)
        try count(merged.count, levels: depth, mark(key.mark))
      } else {
        let name = restore(scalar.string)
        if let anchor = key.anchor?.rawValue {
          let node = SpecNode(content: .scalar(name, plain: scalar.style == .plain), mark: mark(key.mark))
          anchors[anchor] = Anchored(node: node, nodes: 1, levels: 1)
        }
        if let twin = own.first(where: { $0.key == name }) { throw duplicate(name, twin.mark, mark(key.mark)) }
        own.append(SpecNode.Entry(key: name, mark: mark(key.mark), value: converted))
      }
    }
    guard !merged.isEmpty else { return own }
    var all = SpecNode(content: .mapping(merged), mark: mark(mapping.mark))
    own.forEach { all.set($0) }
    return try all.entries(of: "a mapping")
  }

  private func merge(_ node: SpecNode) throws -> [SpecNode.Entry] {
    var merged: [SpecNode.Entry] = []
    let sources =
      switch node.content {
      case .sequence(let items): items
      default: [node]
      }
    for source in sources {
      guard case .mapping(let entries) = source.content else {
        throw SpecError(node.mark, "'<<' merges a mapping or a list of mappings, not \(source.kind)")
      }
      let known = Set(merged.map(\.key))
      merged += entries.filter { !known.contains($0.key) }
    }
    return merged
  }
}

// MARK: Messages

extension SpecReader {
  private func duplicate(_ key: String, _ first: SpecMark, _ second: SpecMark) -> SpecError {
    SpecError(second, "the key '\(key)' is already given in line \(first.line); keep one of them")
  }

  private func explain(_ error: YamlError, in text: String) -> SpecError {
    switch error {
    case .duplicatedKeysInMapping(let duplicates, let context):
      return explainDuplicate(restore(duplicates.first ?? ""), mark(context.mark), in: text)
    case .scanner(_, let problem, let place, _), .parser(_, let problem, let place, _):
      let deep = problem.hasPrefix("Maximum nesting level")
      return SpecError(mark(place), deep ? "nested more than \(limits.depth) levels deep" : "not YAML: \(problem)")
    case .composer(_, _, let place, _):
      return SpecError(mark(place), "a second document starts here; a spec is one document, without '---' between")
    case .reader(let problem, let offset, _, let yaml):
      let lines = yaml.prefix(offset ?? 0).split(omittingEmptySubsequences: false) { $0.isNewline }
      let place = SpecMark(file: file, line: max(1, lines.count), column: (lines.last?.count ?? 0) + 1)
      return SpecError(place, "not YAML: \(problem)")
    default:
      return SpecError(mark(nil), "not YAML")
    }
  }

  /// Yams tells only where a key stands first; its twin stands in the same column, or further on inside the same braces.
  private func explainDuplicate(_ key: String, _ first: SpecMark, in text: String) -> SpecError {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
    let name = Array(key.unicodeScalars)
    guard !name.isEmpty, first.line <= lines.count else { return duplicate(key, first, first) }
    let inFlow = lines[first.line - 1].prefix(first.column - 1).contains { $0 == "{" || $0 == "[" }
    for number in first.line...lines.count {
      let line = lines[number - 1]
      let starts = inFlow ? Array(line.indices) : [first.column - 1]
      for start in starts where number > first.line || start > first.column - 1 {
        let end = start + name.count
        guard end < line.count, Array(line[start..<end]) == name, start == 0 || !isWord(line[start - 1]) else {
          continue
        }
        guard line[end...].first(where: { $0 != " " && $0 != "\"" && $0 != "'" }) == ":" else { continue }
        return duplicate(key, first, SpecMark(file: file, line: number, column: start + 1))
      }
    }
    return duplicate(key, first, first)
  }

  private func isWord(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar == "." || scalar == "-"
  }
}
