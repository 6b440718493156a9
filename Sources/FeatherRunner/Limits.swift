/// A length of time as it is given on a command line: a number and its unit, such as `90s`, `10m` or `2h`.
public struct TimeLimit: Sendable {
  /// How long it is.
  public let seconds: Double
  /// As it was given.
  public let text: String

  /// Reads one; nil for what is none, or not above zero.
  public init?(_ text: String) {
    let units = ["s": 1.0, "m": 60, "h": 3600, "d": 86_400]
    guard let (number, unit) = quantity(text), let factor = units[unit] else { return nil }
    seconds = number * factor
    self.text = text
  }
}

/// An amount of memory as it is given on a command line: a number and its unit, such as `4GB` or `512MiB`.
public struct MemorySize: Sendable {
  /// How much it is.
  public let bytes: Int
  /// As it was given.
  public let text: String

  /// Reads one; nil for what is none, or not above zero.
  public init?(_ text: String) {
    var units = ["B": 1.0]
    for (power, letter) in zip(1..., ["k", "M", "G", "T"]) {
      units[letter + "B"] = (0..<power).reduce(1) { product, _ in product * 1000 }
      units[letter.uppercased() + "iB"] = (0..<power).reduce(1) { product, _ in product * 1024 }
    }
    units["KB"] = 1000
    guard let (number, unit) = quantity(text), let factor = units[unit],
      let bytes = Int(exactly: (number * factor).rounded())
    else { return nil }
    self.bytes = bytes
    self.text = text
  }

  /// An amount in words, with two digits or more.
  static func words(_ bytes: Int) -> String {
    let units = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")]
    guard let (size, unit) = units.first(where: { Double(bytes) >= $0.0 }) else { return "\(bytes) B" }
    let tenths = Int((Double(bytes) / size * 10).rounded())
    return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\((tenths + 5) / 10) \(unit)"
  }
}

/// A number above zero and the letters behind it.
private func quantity(_ text: String) -> (Double, unit: String)? {
  let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
  guard let number = Double(digits), number > 0, number < 1e15 else { return nil }
  return (number, String(text.dropFirst(digits.count)))
}
