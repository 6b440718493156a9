extension SpecKind where Value == Int {
  /// A whole number in a range.
  static func count(_ range: ClosedRange<Int> = 1...1_000_000_000) -> Self {
    let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return SpecKind(
      expected: expected,
      read: { Int(clamping: try $0.integer($1, expected: expected)) },
      accepts: { range.contains($0) },
      write: { .integer(UInt64(clamping: $0)) })
  }
}

extension SpecKind where Value == UInt64 {
  /// Any whole number of 64 bits.
  static var seed: Self {
    let expected = "a whole number from 0 to \(UInt64.max)"
    return SpecKind(
      expected: expected, read: { try $0.integer($1, expected: expected) }, write: { .integer($0) })
  }
}

extension SpecKind where Value == Double {
  /// A finite number that a condition accepts.
  static func number(_ expected: String, _ accepts: @escaping @Sendable (Double) -> Bool) -> Self {
    SpecKind(
      expected: expected,
      read: { try $0.number($1, expected: expected) },
      accepts: { $0.isFinite && accepts($0) },
      write: { .number($0) })
  }

  /// A share of something.
  static var share: Self { number("a number above 0 and at most 1") { $0 > 0 && $0 <= 1 } }
  /// A step size.
  static var learningRate: Self { number("a number above 0 and at most 1000") { $0 > 0 && $0 <= 1000 } }
  /// A momentum.
  static var momentum: Self { number("a number from 0 to below 1") { (0..<1).contains($0) } }
}

extension SpecKind where Value == Bool {
  /// `true` or `false`, nothing else.
  static var flag: Self {
    let expected = "true or false"
    return SpecKind(
      expected: expected,
      read: { node, key in
        guard case .scalar(let text, plain: true) = node.content else { throw node.expected(expected, for: key) }
        switch text {
        case "true": return true
        case "false": return false
        case "yes", "Yes", "on", "On", "True", "TRUE", "1":
          throw node.expected(expected, for: key, hint: "; write true")
        case "no", "No", "off", "Off", "False", "FALSE", "0":
          throw node.expected(expected, for: key, hint: "; write false")
        default: throw node.expected(expected, for: key)
        }
      },
      write: { .flag($0) })
  }
}

extension SpecKind where Value == [Int] {
  /// The widths of hidden layers.
  static var widths: Self {
    let expected = "a list of at most 64 layer widths such as [20] or []"
    return SpecKind(
      expected: expected, isList: true,
      read: { node, key in
        guard case .sequence(let items) = node.content else { throw node.expected(expected, for: key) }
        return try items.enumerated().map { try SpecKind<Int>.count().checked($1, "\(key)[\($0)]") }
      },
      accepts: { $0.count <= 64 && $0.allSatisfy { (1...1_000_000_000).contains($0) } },
      write: { .list($0.map { .integer(UInt64(clamping: $0)) }) })
  }
}

extension SpecKind where Value == PrepassSpec.SnapshotEvery {
  /// A number of steps, or `epoch`.
  static var snapshotEvery: Self {
    let expected = "a number of steps from 1 to 1000000000 or the word epoch"
    return SpecKind(
      expected: expected,
      read: { node, key in
        guard case .scalar("epoch", plain: _) = node.content else {
          return .steps(Int(clamping: try node.integer(key, expected: expected)))
        }
        return .epoch
      },
      accepts: { every in
        guard case .steps(let steps) = every else { return true }
        return (1...1_000_000_000).contains(steps)
      },
      write: { every in
        switch every {
        case .steps(let steps): .integer(UInt64(clamping: steps))
        case .epoch: .text("epoch")
        }
      })
  }
}

extension SpecKind where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  /// One of a closed set of names; `planned` are names of the format that this version does not have.
  static func name(planned: [String] = []) -> Self {
    let names = Value.allCases.map(\.rawValue)
    let list = names.joined(separator: ", ")
    return SpecKind(
      expected: "one of: \(list)",
      read: { node, key in
        guard case .scalar(let text, plain: _) = node.content, !text.isEmpty else {
          throw node.expected("one of: \(list)", for: key)
        }
        if let value = Value(rawValue: text) { return value }
        guard !planned.contains(text) else {
          throw SpecError(node.mark, "\(key) '\(text)' is not available in this version; available: \(list)")
        }
        throw SpecError(node.mark, "\(key) has no '\(text)'" + Spelling.hint(text, among: names))
      },
      write: { .text($0.rawValue) })
  }
}
