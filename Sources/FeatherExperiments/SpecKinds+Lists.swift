extension SpecKind where Value == PartitionFile {
  /// A path.
  static var file: Self {
    let expected = "the path of a file"
    return SpecKind(
      expected: expected,
      read: { node, key in
        guard case .scalar(let text, plain: _) = node.content, !text.isEmpty else {
          throw node.expected(expected, for: key)
        }
        return PartitionFile(text: text)
      },
      write: { .file($0) })
  }

  /// A path, or `none`.
  static var fileOrNone: Self {
    let expected = "none or the path of a file"
    return SpecKind(
      expected: expected,
      read: { node, key in
        if case .scalar("none", plain: _) = node.content { return PartitionFile() }
        guard case .scalar(let text, plain: _) = node.content, !text.isEmpty else {
          throw node.expected(expected, for: key)
        }
        return PartitionFile(text: text)
      },
      write: { .file($0) })
  }
}

extension SpecKind where Value == [Double] {
  /// Numbers from 0 to 1, one per client.
  static var shares: Self {
    let expected = "a list of one number from 0 to 1 per client"
    let share = SpecKind<Double>.number("a number from 0 to 1") { (0...1).contains($0) }
    return SpecKind(
      expected: expected, isList: true,
      read: { node, key in
        guard case .sequence(let items) = node.content else { throw node.expected(expected, for: key) }
        return try items.enumerated().map { try share.checked($1, "\(key)[\($0)]") }
      },
      accepts: { !$0.isEmpty && $0.allSatisfy(share.accepts) },
      write: { .list($0.map { .number($0) }) })
  }
}

extension SpecKind where Value == [LayerSpec] {
  /// The layers of a network, such as `[flatten, {dense: 10}]`.
  static var layers: Self {
    let expected = "a list of 1 to 64 layers such as [flatten, {dense: 10}]"
    return SpecKind(
      expected: expected, isList: true,
      read: { node, key in
        guard case .sequence(let items) = node.content else { throw node.expected(expected, for: key) }
        return try items.enumerated().map { try LayerSpec($1, number: $0 + 1) }
      },
      accepts: { (1...64).contains($0.count) },
      write: { .list($0.map(\.specValue)) })
  }
}

extension LayerSpec {
  private static let example = "flatten, {convolution: 32, kernel: 3}, {maxPool: 2} or {dense: 10}"

  /// Reads a layer of a spec; `number` counts from 1.
  fileprivate init(_ node: SpecNode, number: Int) throws {
    if case .scalar("flatten", plain: _) = node.content {
      self = .flatten
      return
    }
    guard case .mapping(let entries) = node.content else {
      throw SpecError(node.mark, "layer \(number) must be \(Self.example) but is \(node.kind)")
    }
    let kinds = entries.filter { ["convolution", "maxPool", "dense", "flatten"].contains($0.key) }
    guard let kind = kinds.first else {
      throw SpecError(node.mark, "layer \(number) is of no kind; expected \(Self.example)")
    }
    guard kinds.count == 1 else {
      throw SpecError(kinds[1].mark, "layer \(number) is both \(kind.key) and \(kinds[1].key); make two layers of it")
    }
    let keys = LayerKeys(node: node, what: "layer \(number) (\(kind.key))")
    switch kind.key {
    case "convolution":
      try keys.allow("convolution", "kernel", "stride", "padding", "activation")
      self = .convolution(
        channels: try keys.size("convolution"), kernel: try keys.size("kernel"),
        stride: try keys.size("stride", otherwise: 1), padding: try keys.size("padding", from: 0, otherwise: 0),
        activation: try keys.activation())
    case "maxPool":
      try keys.allow("maxPool", "stride")
      let size = try keys.size("maxPool")
      self = .maxPool(size: size, stride: try keys.size("stride", otherwise: size))
    case "dense":
      try keys.allow("dense", "activation")
      self = .dense(outputs: try keys.size("dense", to: 1_000_000_000), activation: try keys.activation())
    default:
      throw SpecError(kind.mark, "\(keys.what) has no settings; write the word flatten alone")
    }
  }

  /// As a spec writes it, with every setting.
  fileprivate var specValue: SpecValue {
    func size(_ key: String, _ value: Int) -> SpecMember { SpecMember(key, .integer(UInt64(clamping: value))) }
    switch self {
    case .flatten: return .text("flatten")
    case .maxPool(let size_, let stride): return .mapping([size("maxPool", size_), size("stride", stride)])
    case .dense(let outputs, let activation):
      return .mapping([size("dense", outputs), SpecMember("activation", .text(activation.rawValue))])
    case .convolution(let channels, let kernel, let stride, let padding, let activation):
      return .mapping([
        size("convolution", channels), size("kernel", kernel), size("stride", stride), size("padding", padding),
        SpecMember("activation", .text(activation.rawValue)),
      ])
    }
  }
}

/// The settings of one layer of a spec.
private struct LayerKeys {
  let node: SpecNode
  let what: String

  func allow(_ keys: String...) throws { try node.refuseUnknownKeys(what, valid: keys) }

  func size(
    _ key: String, from least: Int = 1, to most: Int = LayerSpec.largestSide, otherwise: Int? = nil
  ) throws -> Int {
    guard let entry = node[key] else {
      if let otherwise { return otherwise }
      throw SpecError(node.mark, "\(what) needs the key \(key)")
    }
    return try SpecKind<Int>.count(least...most).checked(entry.value, "\(what): \(key)")
  }

  func activation() throws -> ActivationName {
    guard let entry = node["activation"] else { return .linear }
    return try SpecKind<ActivationName>.name().checked(entry.value, "\(what): activation")
  }
}
