/// A codec with add-ons, which a spec writes as a list: `[{name: autoencoder}, {name: quantise, bits: 8}]`.
///
/// Within, it is one mapping, in which the add-on is a key, so that axes and overrides reach it like any other.
enum SpecChain {
  /// The dotted key of the add-on.
  static let key = "codec.quantise"
  /// Codecs and add-ons of the format that this version does not have.
  static let planned = ["deflate", "qsgd", "residual", "topk"]

  private static let addOn = "quantise"
  private static let example = "[{name: autoencoder}, {name: quantise, bits: 8}]"

  /// A configuration's tree whose codec is one mapping.
  static func flattenedCodec(of tree: SpecNode) throws -> SpecNode {
    guard let entry = tree["codec"] else { return tree }
    var tree = tree
    tree.set(SpecNode.Entry(key: entry.key, mark: entry.mark, value: try flattened(entry.value)))
    return tree
  }

  /// A codec as one mapping, whichever way it is written.
  static func flattened(_ node: SpecNode) throws -> SpecNode {
    guard case .sequence(let items) = node.content else {
      if let name = node["name"]?.value, name.text == addOn { throw alone(name) }
      return node
    }
    guard var chain = items.first else {
      throw SpecError(node.mark, "codec is an empty list; write a codec and its add-ons: \(example)")
    }
    _ = try chain.entries(of: "codec[0]")
    if let name = chain["name"]?.value, name.text == addOn { throw alone(name) }
    for (index, item) in items.enumerated().dropFirst() {
      let bits = try bits(of: item, "codec[\(index)]")
      guard chain[addOn] == nil else {
        throw SpecError(item.mark, "codec[\(index)] quantises what is quantised already; keep one")
      }
      chain.set(SpecNode.Entry(key: addOn, mark: item.mark, value: bits))
    }
    return chain
  }

  /// The bits of the add-on in a chain.
  private static func bits(of item: SpecNode, _ what: String) throws -> SpecNode {
    _ = try item.entries(of: what)
    guard let name = item["name"]?.value else { throw SpecError(item.mark, "\(what) needs a name, such as \(addOn)") }
    let text = try name.string(of: "\(what).name")
    if CodecName(rawValue: text) != nil {
      throw SpecError(name.mark, "\(what) is a second codec, \(text); a chain has one codec, then add-ons: \(example)")
    }
    guard !planned.contains(text) else {
      throw SpecError(name.mark, "\(what) '\(text)' is not available in this version; available add-ons: \(addOn)")
    }
    guard text == addOn else {
      throw SpecError(name.mark, "\(what): there is no add-on '\(text)'" + Spelling.hint(text, among: [addOn]))
    }
    try item.refuseUnknownKeys(what, valid: ["name", "bits"])
    guard let bits = item["bits"]?.value else { throw SpecError(item.mark, "\(what) needs bits: 16, 8 or 4") }
    let kind = SpecKind<QuantiseSpec?>.quantise
    // `none` says nothing in a chain.
    guard (try? kind.checked(bits, what)) != nil else {
      throw bits.expected("16, 8 or 4", for: "\(what).bits")
    }
    return bits
  }

  private static func alone(_ name: SpecNode) -> SpecError {
    SpecError(name.mark, "\(addOn) is an add-on and follows a codec: \(example)")
  }

  /// A codec's canonical JSON with its add-on.
  static func json(_ codec: String, _ quantise: QuantiseSpec?) -> String {
    guard let quantise else { return codec }
    return "[\(codec),{\"bits\":\(quantise.bits.rawValue),\"name\":\"\(addOn)\"}]"
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
