internal import FeatherResults

/// The numbers in which two runs differ, to the bit.
struct NumberDifference {
  /// A single number that differs; nil where a run does not have it.
  struct Scalar {
    let name: String
    let a: Double?
    let b: Double?
  }

  /// A curve that parts: the first round where it does and the values there, nil where it has ended.
  struct Curve {
    let name: String
    let round: Int
    let a: Double?
    let b: Double?
  }

  let scalars: [Scalar]
  let curves: [Curve]
  /// How many numbers and curves were compared.
  let scalarCount: Int
  let curveCount: Int

  var isEmpty: Bool { scalars.isEmpty && curves.isEmpty }

  /// - Parameter shared: whether names that only one run has are passed over, as those of an older index.
  init(_ a: RunSummary, _ b: RunSummary, shared: Bool = false) {
    let scalarNames = Self.names(a.scalars.map(\.name), b.scalars.map(\.name), shared)
    let curveNames = Self.names(a.curves.map(\.name), b.curves.map(\.name), shared)
    (scalarCount, curveCount) = (scalarNames.count, curveNames.count)
    scalars = scalarNames.compactMap { name in
      let values = (Self.known(a.scalar(name)), Self.known(b.scalar(name)))
      return values.0 == values.1 ? nil : Scalar(name: name, a: values.0, b: values.1)
    }
    curves = curveNames.compactMap { name in Self.parting(name, a.curve(name) ?? [], b.curve(name) ?? []) }
  }

  private static func names(_ a: [String], _ b: [String], _ shared: Bool) -> [String] {
    shared ? a.filter(b.contains) : a + b.filter { !a.contains($0) }
  }

  private static func parting(_ name: String, _ a: [Double], _ b: [Double]) -> Curve? {
    func value(_ curve: [Double], _ round: Int) -> Double? { curve.indices.contains(round) ? curve[round] : nil }
    let round = (0..<max(a.count, b.count)).first { round in
      // A curve that has ended is another than one of which a value is not a number.
      (round < a.count) != (round < b.count) || known(value(a, round)) != known(value(b, round))
    }
    return round.map { Curve(name: name, round: $0, a: value(a, $0), b: value(b, $0)) }
  }

  private static func known(_ value: Double?) -> Double? { value.flatMap { $0.isNaN ? nil : $0 } }

  /// Whole numbers as such, others with the fewest digits that read back to the same number.
  static func text(_ value: Double?) -> String {
    guard let value, !value.isNaN else { return "–" }
    return Int(exactly: value).map(String.init) ?? value.description
  }

  /// A difference without the digits that rounding left.
  static func short(_ value: Double?) -> String {
    guard let value, value != value.rounded(), value.isFinite else { return text(value) }
    return abs(value) < 0.001 ? NumberText.scientific(value, 2) : NumberText.decimal(value, 6)
  }
}
