internal import Crypto

/// The identity of a run: the first twelve hex digits of SHA-256 over its configuration's canonical JSON.
public struct RunID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Twelve lower-case hexadecimal digits.
  public let hex: String

  /// The id of a configuration.
  public init(_ spec: RunSpec) {
    hex = SHA256.hash(data: Array(spec.canonicalJSON.utf8)).prefix(6).hexadecimal
  }

  /// The id that a text names, such as a file's name without its extension; nil when it is none.
  public init?(_ text: String) {
    let isHex = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    guard text.utf8.count == 12, isHex else { return nil }
    hex = text
  }

  /// The twelve digits.
  public var description: String { hex }

  /// Alphabetical order.
  public static func < (a: RunID, b: RunID) -> Bool { a.hex < b.hex }
}

/// What is known about a key of a configuration; for references, tables and messages.
public struct SpecKey: Hashable, Sendable {
  /// The dotted key, such as `codec.latent`.
  public var key: String
  /// One line that says what it is.
  public var summary: String
  /// What values it takes.
  public var expected: String
  /// The value it has when it is not given.
  public var defaultValue: String
  /// The variants of its section that have it; empty when all have.
  public var variants: [String]
}

extension RunSpec {
  /// Every key there is, in the order in which configurations are written.
  public static var keys: [SpecKey] {
    SpecSchema.fields.map { field in
      SpecKey(
        key: field.key, summary: field.summary, expected: field.expected,
        defaultValue: field.value(RunSpec()).plain, variants: field.variants ?? [])
    }
  }

  /// The configuration as dotted keys and their values, defaults resolved; keys of other variants and idle add-ons are left out.
  public var flattened: [(key: String, value: String)] {
    SpecSchema.fields.filter { $0.isListed(in: self) }.map { (key: $0.key, value: $0.value(self).stored) }
  }

  /// The same keys and values as an object of JSON with an object for each section.
  package var nestedJSON: String {
    let members = SpecSchema.sections.filter { $0.isListed(self) }.map { section in
      let fields = SpecSchema.fields.filter { $0.section == section.name && $0.isListed(in: self) }
      let value =
        SpecSchema.field(section.name).map { $0.value(self).json }
        ?? "{" + fields.map { SpecMember($0.name, $0.value(self)).json }.joined(separator: ",") + "}"
      return "\(JSONText.quoted(section.name)):\(value)"
    }
    return "{\(members.joined(separator: ","))}"
  }

  /// The value of a dotted key as tables show it; nil for a key that the configuration's codec, data set or partition does not have.
  public func value(of key: String) -> String? {
    SpecSchema.field(key).flatMap { $0.applies(to: self) ? $0.value(self).plain : nil }
  }

  /// The configuration as one line of JSON in which equal configurations are equal bytes; what a run's id is made of.
  ///
  /// `{"schema":1,"spec":{…}}`: keys sorted, no spaces, all defaults written out, integers as such and other numbers by
  /// the fewest digits that read back to the same number (`0.05`, `1.0`, `1e-05`). A key that came after the first version
  /// of the schema is left out while it has its default. A codec with an add-on is a list of both; a file is the SHA-256 of its
  /// content.
  public var canonicalJSON: String { canonicalJSON(sorted: Self.sortedFields) }

  /// The fields in the order in which they are written; sorting them takes longer than writing.
  private static let sortedFields = SpecSchema.fields.sorted { $0.key < $1.key }
  private static let defaults = RunSpec()

  func canonicalJSON(fields: [SpecField]) -> String { canonicalJSON(sorted: fields.sorted { $0.key < $1.key }) }

  private func canonicalJSON(sorted fields: [SpecField]) -> String {
    var sections: [String: [String]] = [:]
    for field in fields where field.applies(to: self) && SpecSchema.section(field.section)?.isListed(self) != false {
      let value = field.value(self)
      guard field.since == 1 || value != field.value(Self.defaults), !SpecChain.keys.contains(field.key) else {
        continue
      }
      sections[field.section, default: []].append("\(JSONText.quoted(field.name)):\(value.json)")
    }
    let members = sections.sorted { $0.key < $1.key }.map { section, values in
      guard SpecSchema.field(section) == nil else { return values[0] }
      let object = "{\(values.joined(separator: ","))}"
      return "\(JSONText.quoted(section)):\(SpecChain(section: section)?.json(object, self) ?? object)"
    }
    return "{\"schema\":\(SpecSchema.version),\"spec\":{\(members.joined(separator: ","))}}"
  }

  /// Reads what `canonicalJSON` wrote; anything else is refused, even the same configuration written otherwise.
  public init(canonicalJSON text: String) throws {
    let file = "configuration"
    guard let node = try SpecNode.parse(text, file: file) else {
      throw SpecError(file: file, message: "the configuration is empty")
    }
    try self.init(canonical: node, what: file)
    guard canonicalJSON == text else {
      throw SpecError(
        file: file, message: "the configuration is not written in canonical form, which is: \(canonicalJSON)")
    }
  }

  init(canonical node: SpecNode, what: String) throws {
    try node.refuseUnknownKeys(what, valid: ["schema", "spec"])
    guard let schema = node["schema"], let spec = node["spec"] else {
      throw SpecError(node.mark, "\(what) must have the keys schema and spec")
    }
    guard try schema.value.integer("schema", expected: "a whole number") == UInt64(SpecSchema.version) else {
      throw SpecError(
        schema.value.mark, "this version reads schema \(SpecSchema.version), not \(schema.value.text)")
    }
    self = try SpecSchema.decode(spec.value, what: "spec")
  }

  /// The resolved configuration as YAML, one key a line; what stands under `base` in a spec.
  public var yaml: String {
    var lines: [String] = []
    for section in SpecSchema.sections where section.isListed(self) {
      if let field = SpecSchema.field(section.name) {
        lines.append("\(field.key): \(field.value(self).plain)")
      } else {
        lines.append("\(section.name):")
        for field in SpecSchema.fields(of: section.name) where field.isListed(in: self) {
          lines.append("  \(field.name): \(field.value(self).stored)")
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
