/// A value of a key as it is written out.
enum SpecValue: Hashable, Sendable {
  case integer(UInt64)
  case number(Double)
  case flag(Bool)
  case text(String)
  case list([SpecValue])
  case mapping([SpecMember])
  case file(PartitionFile)

  /// As canonical JSON writes it: integers as such, other numbers by the fewest digits that read back to the same number
  /// (`0.05`, `1.0`, `1e-05`: what Swift's `description` and Python's `repr` give).
  var json: String {
    switch self {
    case .text(let text): JSONText.quoted(text)
    case .list(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
    case .mapping(let members):
      "{" + members.sorted { $0.key < $1.key }.map(\.json).joined(separator: ",") + "}"
    case .file: JSONText.quoted(stored)
    case .integer, .number, .flag: plain
    }
  }

  /// As a configuration is shown and kept: a file by its content alone.
  var stored: String {
    guard case .file(let file) = self else { return plain }
    return PartitionFile.prefix + file.digest
  }

  /// As YAML and tables write it.
  var plain: String {
    switch self {
    case .integer(let value): String(value)
    case .number(let value): value.description
    case .flag(let value): value ? "true" : "false"
    case .text(let text): text
    case .list(let values): "[" + values.map(\.plain).joined(separator: ", ") + "]"
    case .mapping(let members): "{" + members.map { "\($0.key): \($0.value.plain)" }.joined(separator: ", ") + "}"
    case .file(let file): file.description
    }
  }
}

/// A key of a mapping with its value.
struct SpecMember: Hashable, Sendable {
  var key: String
  var value: SpecValue

  init(_ key: String, _ value: SpecValue) {
    self.key = key
    self.value = value
  }

  var json: String { "\(JSONText.quoted(key)):\(value.json)" }
}

/// JSON's way of writing text, such that YAML reads the same.
package enum JSONText {
  /// The text in quotes; controls and characters that YAML takes for line breaks or refuses are escaped.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22, 0x5C: result += "\\\(scalar)"
      case 0x0A: result += "\\n"
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xE000, 0xFEFF, 0xFFFE, 0xFFFF:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// How values of one type are read, checked and written.
struct SpecKind<Value: Sendable>: Sendable {
  /// What is expected, for messages.
  var expected: String
  /// Whether a value is itself a list.
  var isList = false
  /// Reads a node; the string says which key it is, for messages.
  var read: @Sendable (SpecNode, String) throws -> Value
  /// Whether a value is in range.
  var accepts: @Sendable (Value) -> Bool = { _ in true }
  /// Writes a value.
  var write: @Sendable (Value) -> SpecValue

  /// Reads a node and refuses what is out of range.
  func checked(_ node: SpecNode, _ key: String) throws -> Value {
    let value = try read(node, key)
    guard accepts(value) else { throw node.expected(expected, for: key) }
    return value
  }
}

extension SpecNode {
  func expected(_ what: String, for key: String, hint: String = "") -> SpecError {
    SpecError(mark, "\(key) must be \(what) but is \(kind)\(hint)")
  }

  /// Reads a whole number in plain decimal digits.
  func integer(_ key: String, expected what: String) throws -> UInt64 {
    guard case .scalar(let text, let plain) = content else { throw expected(what, for: key) }
    let digits = text.utf8.allSatisfy { (0x30...0x39).contains($0) } && !text.isEmpty
    guard plain else { throw expected(what, for: key, hint: digits ? "; remove the quotes" : "") }
    guard digits else { throw expected(what, for: key) }
    guard text == "0" || text.utf8.first != 0x30 else {
      let bare = String(text.drop { $0 == "0" })
      let hint = "; write \(bare.isEmpty ? "0" : bare), because YAML dialects disagree on leading zeros"
      throw expected(what, for: key, hint: hint)
    }
    guard let value = UInt64(text) else { throw expected(what, for: key) }
    return value
  }

  /// Reads a finite number written as `1`, `0.05` or `1e-3`.
  func number(_ key: String, expected what: String) throws -> Double {
    guard case .scalar(let text, let plain) = content else { throw expected(what, for: key) }
    let strict = Self.isStrictNumber(text)
    guard plain else { throw expected(what, for: key, hint: strict ? "; remove the quotes" : "") }
    guard strict, let value = Double(text), value.isFinite else { throw expected(what, for: key) }
    return value + 0.0  // −0 becomes 0, so that equal configurations are written alike
  }

  /// Whether the text is JSON's grammar of a number.
  private static func isStrictNumber(_ text: String) -> Bool {
    var rest = Substring(text)
    func digits() -> Int {
      let count = rest.prefix { "0" <= $0 && $0 <= "9" && $0.isASCII }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == "-" { rest = rest.dropFirst() }
    let leadingZero = rest.first == "0"
    let whole = digits()
    guard whole > 0, !(leadingZero && whole > 1) else { return false }
    if rest.first == "." {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if rest.first == "e" || rest.first == "E" {
      rest = rest.dropFirst()
      if rest.first == "+" || rest.first == "-" { rest = rest.dropFirst() }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }
}
