/// A codec with add-ons, which a spec writes as a list: `[{name: autoencoder}, {name: quantise, bits: 8}, {name: deflate}]`.
///
/// Within, it is one mapping, in which an add-on's settings are keys of the codec, so that axes and overrides reach them like any other.
struct SpecChain {
  /// An add-on of the list, and the keys of the codec that stand for it.
  struct AddOn: Sendable {
    let name: String
    /// Its settings: the key in the list's item, and the key of the codec; the first is what switches the add-on on.
    let settings: [(item: String, key: String)]
    /// The value of the first where an item does not give it; nil where it must.
    var implied: String?
    /// Whether an item has no settings.
    var isFlag = false
    /// What switches it off again.
    let isOn: @Sendable (CodecChain) -> Bool

    /// The keys of its item.
    var itemKeys: [String] { isFlag ? [] : settings.map(\.item) }
  }

  /// All there are, in the order in which they are written.
  static let addOns = [
    AddOn(name: "quantise", settings: [("bits", "quantise")]) { $0.quantise != nil },
    AddOn(name: "transform", settings: [("basis", "transform")]) { $0.addOns.transform != .none },
    AddOn(name: "residual", settings: [("fraction", "residual"), ("form", "residualForm")]) { $0.addOns.residual > 0 },
    AddOn(name: "error-feedback", settings: [("keep", "errorFeedback")], implied: "1") { $0.addOns.errorFeedback > 0 },
    AddOn(name: "predict", settings: [("factor", "predict")], implied: "1") { $0.addOns.predict > 0 },
    AddOn(
      name: "refresh",
      settings: [
        ("every", "refreshEvery"), ("above", "refreshAbove"), ("window", "refreshWindow"), ("warm", "refreshWarm"),
      ], implied: "0"
    ) { $0.addOns.refresh.isOn },
    AddOn(name: "deflate", settings: [("", "deflate")], implied: "true", isFlag: true) { $0.addOns.deflate },
  ]

  /// The section that a chain is written in: `codec`, or `downlink`.
  let section: String
  /// What the section says in a configuration.
  let chain: @Sendable (RunSpec) -> CodecChain
  /// The add-ons that the section may have.
  let addOns: [AddOn]

  /// The chain of that section; nil for a section that has none.
  init?(section: String) {
    guard let chain = Self.all.first(where: { $0.section == section }) else { return nil }
    self = chain
  }

  private init(_ section: String, addOns: [AddOn], _ chain: @escaping @Sendable (RunSpec) -> CodecChain) {
    (self.section, self.addOns, self.chain) = (section, addOns, chain)
  }

  private static let all = [
    SpecChain("codec", addOns: addOns) { $0.uplink },
    SpecChain("downlink", addOns: addOns.filter { refusal(of: $0.name) == nil }) { $0.downlink },
  ]

  /// The keys that stand for add-ons.
  static let keys = Set(
    all.flatMap { chain in chain.addOns.flatMap { $0.settings.map { "\(chain.section).\($0.key)" } } })

  private static let example = "[{name: autoencoder}, {name: quantise, bits: 8}]"
  private var example: String { section == "codec" ? Self.example : "[{name: stc}, {name: transform, basis: cosine}]" }
  private var names: [String] { addOns.map(\.name) }

  /// Why the downlink has no such add-on.
  private static func refusal(of addOn: String) -> String? {
    switch addOn {
    case "error-feedback":
      "what did not cross is part of the next round's difference by itself; leave it out"
    case "predict": "it encodes differences to what clients hold already; leave it out"
    case "refresh": "it fits a codec anew, and none is fitted for the downlink; leave it out"
    default: nil
    }
  }

  /// A configuration's tree in which each chain is one mapping.
  static func flattened(in tree: SpecNode) throws -> SpecNode {
    var tree = tree
    for chain in all {
      guard let entry = tree[chain.section] else { continue }
      tree.set(SpecNode.Entry(key: entry.key, mark: entry.mark, value: try chain.flattened(entry.value)))
    }
    return tree
  }

  /// A codec as one mapping, whichever way it is written.
  func flattened(_ node: SpecNode) throws -> SpecNode {
    guard case .sequence(let items) = node.content else {
      try refuseAddOn(node)
      return node
    }
    guard var chain = items.first else {
      throw SpecError(node.mark, "\(section) is an empty list; write a codec and its add-ons: \(example)")
    }
    _ = try chain.entries(of: "\(section)[0]")
    try refuseAddOn(chain)
    for (index, item) in items.enumerated().dropFirst() {
      let what = "\(section)[\(index)]"
      let addOn = try addOn(of: item, what)
      guard addOn.settings.allSatisfy({ chain[$0.key] == nil }) else {
        throw SpecError(item.mark, "\(what) is a second \(addOn.name); keep one")
      }
      for entry in try entries(of: addOn, item, what) { chain.set(entry) }
    }
    return chain
  }

  /// Which add-on an item of a chain is.
  private func addOn(of item: SpecNode, _ what: String) throws -> AddOn {
    _ = try item.entries(of: what)
    guard let name = item["name"]?.value else {
      throw SpecError(item.mark, "\(what) needs a name, such as \(names[0])")
    }
    let text = try name.string(of: "\(what).name")
    if CodecName(rawValue: text) != nil {
      throw SpecError(name.mark, "\(what) is a second codec, \(text); a chain has one codec, then add-ons: \(example)")
    }
    guard let addOn = addOns.first(where: { $0.name == text }) else {
      if let reason = Self.refusal(of: text) {
        throw SpecError(name.mark, "\(what): \(section) has no \(text): \(reason)")
      }
      throw SpecError(name.mark, "\(what): there is no add-on '\(text)'" + Spelling.hint(text, among: names))
    }
    return addOn
  }

  /// The codec's keys that an item stands for.
  private func entries(of addOn: AddOn, _ item: SpecNode, _ what: String) throws -> [SpecNode.Entry] {
    try item.refuseUnknownKeys(what, valid: ["name"] + addOn.itemKeys)
    var found: [SpecNode.Entry] = []
    for (position, setting) in addOn.settings.enumerated() {
      let field = SpecSchema.field("\(section).\(setting.key)")
      if let value = item[setting.item]?.value {
        if case .scalar("none", plain: _) = value.content {
          throw SpecError(
            value.mark, "\(what).\(setting.item) is none, which says nothing here; leave \(addOn.name) out")
        }
        _ = try field?.parse(value, "\(what).\(setting.item)")
        found.append(SpecNode.Entry(key: setting.key, mark: item.mark, value: value))
      } else if position == 0 {
        guard let implied = addOn.implied else {
          throw SpecError(item.mark, "\(what) needs \(setting.item): \(field?.expected ?? "")")
        }
        let value = SpecNode(content: .scalar(implied, plain: true), mark: item.mark)
        found.append(SpecNode.Entry(key: setting.key, mark: item.mark, value: value))
      }
    }
    return found
  }

  private func refuseAddOn(_ node: SpecNode) throws {
    guard let name = node["name"]?.value, Self.addOns.contains(where: { $0.name == name.text }) else { return }
    throw SpecError(name.mark, "\(name.text) is an add-on and follows a codec: \(example)")
  }

  /// A codec's canonical JSON with its add-ons.
  func json(_ codec: String, _ spec: RunSpec) -> String {
    let items = addOns.filter { $0.isOn(chain(spec)) }.map { addOn in
      let settings = addOn.isFlag ? [] : addOn.settings
      let members = settings.compactMap { setting in
        SpecSchema.field("\(section).\(setting.key)").map { SpecMember(setting.item, $0.value(spec)) }
      }
      return SpecValue.mapping(members + [SpecMember("name", .text(addOn.name))]).json
    }
    return items.isEmpty ? codec : "[" + ([codec] + items).joined(separator: ",") + "]"
  }
}

extension SpecKind where Value == QuantiseSpec? {
  /// A number of bits, or `none`.
  static var quantise: Self {
    let expected = "none, 16, 8 or 4"
    return SpecKind(
      expected: expected,
      read: { node, key in
        if case .scalar("none", plain: _) = node.content { return nil }
        let bits = QuantiseSpec.Bits(rawValue: Int(clamping: try node.integer(key, expected: expected)))
        guard let bits else { throw node.expected(expected, for: key) }
        return QuantiseSpec(bits: bits)
      },
      write: { $0.map { .integer(UInt64($0.bits.rawValue)) } ?? .text("none") })
  }
}

extension SpecKind where Value == LatentBudget? {
  /// `none`, `{accuracyLoss: 0.01}` or `{bytes: 1000000}`.
  static var budget: Self {
    let expected = "none, {accuracyLoss: 0.01} or {bytes: 1000000}"
    return SpecKind(
      expected: expected,
      read: { node, key in
        if case .scalar("none", plain: _) = node.content { return nil }
        guard case .mapping(let entries) = node.content, let entry = entries.first, entries.count == 1 else {
          throw node.expected(expected, for: key)
        }
        switch entry.key {
        case "accuracyLoss": return .accuracyLoss(try entry.value.number("\(key).accuracyLoss", expected: "a number"))
        case "bytes":
          return .bytes(Int(clamping: try entry.value.integer("\(key).bytes", expected: "a whole number")))
        default: throw node.expected(expected, for: key)
        }
      },
      accepts: { budget in
        switch budget {
        case .accuracyLoss(let loss)?: loss > 0 && loss < 1
        case .bytes(let bytes)?: bytes > 0
        case nil: true
        }
      },
      write: { budget in
        switch budget {
        case .accuracyLoss(let loss)?: .mapping([SpecMember("accuracyLoss", .number(loss))])
        case .bytes(let bytes)?: .mapping([SpecMember("bytes", .integer(UInt64(clamping: bytes)))])
        case nil: .text("none")
        }
      })
  }
}
