/// A value of a spec with its place: what YAML wrote, before any typing of ours.
///
/// YAML's own typing is not used, because it would turn `no` into false, `017` into 15 and `12:30` into a number.
struct SpecNode: Sendable {
  /// A key of a mapping with its place and value.
  struct Entry: Sendable {
    var key: String
    var mark: SpecMark
    var value: SpecNode
  }

  /// What a node holds.
  enum Content: Sendable {
    /// Text; `plain` unless quoted, a block scalar or tagged as text.
    case scalar(String, plain: Bool)
    case sequence([SpecNode])
    /// Keys in the order written, none twice.
    case mapping([Entry])
  }

  var content: Content
  var mark: SpecMark

  /// The value as one line of YAML.
  var text: String {
    switch content {
    case .scalar(let text, plain: _): text
    case .sequence(let items): "[" + items.map(\.text).joined(separator: ", ") + "]"
    case .mapping(let entries): "{" + entries.map { "\($0.key): \($0.value.text)" }.joined(separator: ", ") + "}"
    }
  }

  /// What the value is, for messages.
  var kind: String {
    switch content {
    case .scalar("", plain: true): "nothing"
    case .scalar(let text, plain: true): "'\(text)'"
    case .scalar(let text, plain: false): "the text \"\(text)\""
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The entries of a mapping.
  func entries(of what: String) throws -> [Entry] {
    guard case .mapping(let entries) = content else {
      throw SpecError(mark, "\(what) must be a mapping of keys to values but is \(kind)")
    }
    return entries
  }

  /// The items of a list.
  func items(of what: String) throws -> [SpecNode] {
    guard case .sequence(let items) = content else {
      throw SpecError(mark, "\(what) must be a list such as [a, b] but is \(kind)")
    }
    return items
  }

  /// The text of a scalar, quoted or not.
  func string(of what: String) throws -> String {
    guard case .scalar(let text, let plain) = content, !(plain && text.isEmpty) else {
      throw SpecError(mark, "\(what) must be text but is \(kind)")
    }
    return text
  }

  /// The value under a key of a mapping; nil where there is none.
  subscript(key: String) -> Entry? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }
  }

  /// Sets a key of a mapping, in its old position if it had one.
  mutating func set(_ entry: Entry) {
    guard case .mapping(var entries) = content else { return }
    content = .scalar("", plain: true)
    if let i = entries.firstIndex(where: { $0.key == entry.key }) {
      entries[i] = entry
    } else {
      entries.append(entry)
    }
    content = .mapping(entries)
  }

  /// Refuses keys that are not among the valid ones.
  func refuseUnknownKeys(_ what: String, valid: [String]) throws {
    for entry in try entries(of: what) where !valid.contains(entry.key) {
      throw SpecError(
        entry.mark, "unknown key '\(entry.key)' in \(what)" + Spelling.hint(entry.key, among: valid))
    }
  }
}
