extension SpecKind where Value == LearningRateSchedule {
  /// `constant`, `{exponential: 0.99}`, `{step: 0.5, every: 10}` or `{cosine: 0}`.
  static var schedule: Self {
    let expected = "constant, {exponential: 0.99}, {step: 0.5, every: 10} or {cosine: 0}"
    return SpecKind(
      expected: expected,
      read: { node, key in
        if case .scalar("constant", plain: _) = node.content { return .constant }
        guard case .mapping(let entries) = node.content else { throw node.expected(expected, for: key) }
        func number(_ name: String) throws -> Double {
          guard let entry = node[name] else { throw node.expected(expected, for: key) }
          return try entry.value.number("\(key).\(name)", expected: "a number")
        }
        switch Set(entries.map(\.key)) {
        case ["exponential"]: return .exponential(factor: try number("exponential"))
        case ["cosine"]: return .cosine(last: try number("cosine"))
        case ["step", "every"]:
          let every = try node["every"]?.value.integer("\(key).every", expected: "a whole number of rounds") ?? 0
          return .step(factor: try number("step"), every: Int(clamping: every))
        default: throw node.expected(expected, for: key)
        }
      },
      accepts: { schedule in
        switch schedule {
        case .constant: true
        case .exponential(let factor): factor > 0 && factor <= 1
        case .step(let factor, let every): factor > 0 && factor <= 1 && (1...1_000_000_000).contains(every)
        case .cosine(let last): (0...1).contains(last)
        }
      },
      write: { schedule in
        switch schedule {
        case .constant: .text("constant")
        case .exponential(let factor): .mapping([SpecMember("exponential", .number(factor))])
        case .step(let factor, let every):
          .mapping([SpecMember("every", .integer(UInt64(clamping: every))), SpecMember("step", .number(factor))])
        case .cosine(let last): .mapping([SpecMember("cosine", .number(last))])
        }
      })
  }
}
