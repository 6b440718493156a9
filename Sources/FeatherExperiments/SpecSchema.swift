/// A section of a configuration, or the one key that stands outside of sections.
struct SpecSection: Sendable {
  var name: String
  /// The key whose value decides which other keys the section has.
  var variantKey: String?
  /// Whether an axis that names another variant keeps the keys of `base` that this one has too.
  var keepsShared = false
  /// Whether a configuration has the section; one that came later is left out, of ids as well, where it says nothing.
  var isListed: @Sendable (RunSpec) -> Bool = { _ in true }
}

/// One key of a configuration: how it is read, written, shown and explained.
///
/// Everything that lists keys goes through these.
struct SpecField: Sendable {
  /// The dotted key, such as `codec.latent`, its section and its name there.
  let key: String
  let section: String
  let name: String
  /// One line that says what it is.
  var summary: String
  /// What values it takes.
  var expected: String
  /// Whether a value is itself a list.
  var isList: Bool
  /// The variants of its section that have it; nil when all have.
  var variants: [String]?
  /// The version of the schema that brought it.
  ///
  /// A later key than the first is left out of canonical JSON while it has its
  /// default, so that the ids of older runs stay; a later one than the second is not listed either, so that their files stay too.
  var since = 1
  /// Reads a value on its own; the text says what it is, for messages.
  var parse: @Sendable (SpecNode, String) throws -> SpecValue
  /// Reads a value into a configuration.
  var read: @Sendable (SpecNode, inout RunSpec) throws -> Void
  /// The value in a configuration.
  var value: @Sendable (RunSpec) -> SpecValue
  /// Whether the value in a configuration is in range.
  var accepts: @Sendable (RunSpec) -> Bool

  init<Value: Sendable>(
    _ key: String, _ path: any WritableKeyPath<RunSpec, Value> & Sendable, _ kind: SpecKind<Value>,
    only variants: String..., since: Int = 1,
    summary: String
  ) {
    self.init(key, path, kind, only: variants, since: since, summary: summary)
  }

  init<Value: Sendable>(
    _ key: String, _ path: any WritableKeyPath<RunSpec, Value> & Sendable, _ kind: SpecKind<Value>,
    only variants: [String], since: Int, summary: String
  ) {
    self.init(key, kind, only: variants, since: since, summary: summary, { $0[keyPath: path] }) {
      $0[keyPath: path] = $1
    }
  }

  /// A key of a codec or its add-ons.
  init<Value: Sendable>(
    _ key: String, _ chain: any WritableKeyPath<RunSpec, CodecChain> & Sendable,
    _ path: any WritableKeyPath<CodecChain, Value> & Sendable, _ kind: SpecKind<Value>, only variants: [String],
    since: Int, summary: String
  ) {
    self.init(key, kind, only: variants, since: since, summary: summary, { $0[keyPath: chain][keyPath: path] }) {
      $0[keyPath: chain][keyPath: path] = $1
    }
  }

  private init<Value: Sendable>(
    _ key: String, _ kind: SpecKind<Value>, only variants: [String], since: Int, summary: String,
    _ get: @escaping @Sendable (RunSpec) -> Value, _ set: @escaping @Sendable (inout RunSpec, Value) -> Void
  ) {
    self.key = key
    section = String(key.prefix { $0 != "." })
    name = key.contains(".") ? String(key.drop { $0 != "." }.dropFirst()) : key
    self.summary = summary
    self.since = since
    self.variants = variants.isEmpty ? nil : variants
    expected = kind.expected
    isList = kind.isList
    parse = { kind.write(try kind.checked($0, $1)) }
    read = { set(&$1, try kind.checked($0, key)) }
    value = { kind.write(get($0)) }
    accepts = { kind.accepts(get($0)) }
  }

  /// Whether it is listed among a configuration's keys.
  func isListed(in spec: RunSpec) -> Bool {
    applies(to: spec) && SpecSchema.section(section)?.isListed(spec) != false
      && (since < 3 || value(spec) != value(RunSpec()))
  }

  /// Whether a configuration's variant of the section has this key.
  func applies(to spec: RunSpec) -> Bool {
    guard let variants, let variant = SpecSchema.variant(of: section, in: spec) else { return true }
    return variants.contains(variant)
  }
}

/// The keys of a configuration, in the order in which they are shown.
enum SpecSchema {
  static let version = 1

  static let sections = [
    SpecSection(name: "seed"),
    SpecSection(name: "dataset", variantKey: "name"),
    SpecSection(name: "partition", variantKey: "scheme"),
    SpecSection(name: "model", variantKey: "name"),
    SpecSection(name: "training"),
    SpecSection(name: "prepass"),
    SpecSection(name: "codec", variantKey: "name"),
    SpecSection(name: "downlink", variantKey: "name") { $0.compressesDownlink },
    SpecSection(name: "federation", variantKey: "algorithm", keepsShared: true),
    SpecSection(name: "store"),
  ]

  static let fields = dataFields + modelFields + codecFields + downlinkFields + federationFields

  private static let byKey = Dictionary(uniqueKeysWithValues: fields.map { ($0.key, $0) })
  private static let bySection = Dictionary(grouping: fields, by: \.section)
  private static let sectionsByName = Dictionary(uniqueKeysWithValues: sections.map { ($0.name, $0) })

  static func field(_ key: String) -> SpecField? { byKey[key] }
  static func section(_ name: String) -> SpecSection? { sectionsByName[name] }
  static func fields(of section: String) -> [SpecField] { bySection[section] ?? [] }

  /// Whether a dotted key is the one that decides its section's variant.
  static func isVariantKey(_ field: SpecField) -> Bool { section(field.section)?.variantKey == field.name }

  /// The variant of a section, such as `autoencoder`; nil when the section has no variants.
  static func variant(of name: String, in spec: RunSpec) -> String? {
    switch name {
    case "dataset": spec.dataset.variant.rawValue
    case "partition": spec.partition.schemeName.rawValue
    case "model": spec.model.name.rawValue
    case "codec": spec.codec.codecName.rawValue
    case "downlink": spec.downlink.codec.codecName.rawValue
    case "federation": spec.federation.algorithm.rawValue
    default: nil
    }
  }

  /// Finds the key that an axis, a condition or an override names.
  static func requireField(_ key: String, at mark: SpecMark, what: String) throws -> SpecField {
    if let field = field(key) { return field }
    guard section(key) == nil else {
      let all = fields(of: key).map(\.key)
      let keys = all.prefix(12).joined(separator: ", ") + (all.count > 12 ? ", …" : "")
      throw SpecError(mark, "\(what) '\(key)' is a section; name one of its keys: \(keys)")
    }
    throw unknown(key, at: mark, what: what)
  }

  /// The error for a dotted key that does not exist.
  static func unknown(_ key: String, at mark: SpecMark, what: String) -> SpecError {
    let dotted = fields.map(\.key)
    if let match = Spelling.nearest(to: key, among: dotted + sections.map(\.name)) {
      return SpecError(mark, "\(what) '\(key)' names no key; did you mean '\(match)'?")
    }
    let section = String(key.prefix { $0 != "." })
    let valid = key.contains(".") ? fields(of: section).map(\.key) : []
    let list = (valid.isEmpty ? sections.map(\.name) : valid).joined(separator: ", ")
    return SpecError(mark, "\(what) '\(key)' names no key; expected one of: \(list)")
  }

  /// Reads a whole configuration; keys that are not given have their defaults.
  static func decode(_ node: SpecNode, what: String = "base") throws -> RunSpec {
    try node.refuseUnknownKeys(what, valid: sections.map(\.name))
    var spec = RunSpec()
    for section in sections {
      guard let entry = node[section.name] else { continue }
      if let field = field(section.name) {
        try field.read(entry.value, &spec)
      } else {
        try decode(section, entry.value, into: &spec)
      }
    }
    spec.partition.resolve()
    spec.uplink.addOns.resolve()
    spec.downlink.addOns.resolve()
    return spec
  }

  private static func decode(_ section: SpecSection, _ node: SpecNode, into spec: inout RunSpec) throws {
    let node = try SpecChain(section: section.name)?.flattened(node) ?? node
    let entries = try node.entries(of: section.name)
    if let key = section.variantKey, let entry = node[key] {
      try field("\(section.name).\(key)")?.read(entry.value, &spec)
    }
    let variant = variant(of: section.name, in: spec)
    for entry in entries where entry.key != section.variantKey {
      guard let field = field("\(section.name).\(entry.key)") else {
        let all = fields(of: section.name)
        let near = Spelling.nearest(to: entry.key, among: all.map(\.name)).map { [$0] }
        let hint = Spelling.hint(entry.key, among: near ?? all.filter { $0.applies(to: spec) }.map(\.name))
        throw SpecError(entry.mark, "unknown key '\(entry.key)' in \(section.name)" + hint)
      }
      guard field.applies(to: spec) else {
        throw SpecError(
          entry.mark,
          "\(field.key) belongs to \(section.name) \(field.variants?.joined(separator: " and ") ?? ""), "
            + "but the \(section.variantKey ?? "") here is \(variant ?? "")")
      }
      try field.read(entry.value, &spec)
    }
  }
}
