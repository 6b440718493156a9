/// Numbers as tables print them, the same in every locale.
enum NumberText {
  /// With a fixed number of decimals and commas between thousands; halves are rounded away from zero.
  ///
  /// What is not a number is a dash; beyond 10^15 scaled, the fewest digits that read back to the same number.
  static func decimal(_ value: Double, _ decimals: Int) -> String {
    guard !value.isNaN else { return "–" }
    let scale = (0..<decimals).reduce(1.0) { power, _ in power * 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return value.isFinite ? value.description : value < 0 ? "-∞" : "∞" }
    let units = Int(scaled)
    let (whole, rest) = units.quotientAndRemainder(dividingBy: Int(scale))
    let sign = value < 0 && units > 0 ? "-" : ""
    guard decimals > 0 else { return sign + grouped(whole) }
    let digits = String(rest)
    return sign + grouped(whole) + "." + String(repeating: "0", count: decimals - digits.count) + digits
  }

  /// With one digit before the point and `decimals` after it, such as `3.20e-05`, for what is far from one.
  static func scientific(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, value != 0 else { return decimal(value, 0) }
    var (mantissa, exponent) = (abs(value), 0)
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    var digits = decimal(mantissa, decimals)
    // Rounding may have made it ten.
    if digits.hasPrefix("10") { (digits, exponent) = (decimal(1, decimals), exponent + 1) }
    let size = String(exponent.magnitude)
    return (value < 0 ? "-" : "") + digits + (exponent < 0 ? "e-" : "e+") + (size.count < 2 ? "0" : "") + size
  }

  /// A count with commas between thousands, such as `1,034,182`.
  static func grouped(_ count: Int) -> String {
    let digits = Array(String(count.magnitude))
    var text = count < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// A ratio, with two decimals below ten and one from there, such as `0.61x` and `497.2x`.
  static func ratio(_ value: Double, times: String = "x") -> String {
    guard value.isFinite else { return "–" }
    return decimal(value, abs(value) < 9.995 ? 2 : 1) + times
  }

  /// Bytes in decimal units, such as `63.6 kB`.
  static func bytes(_ count: Int) -> String {
    guard count >= 1000 else { return "\(count) B" }
    var value = Double(count)
    for unit in ["kB", "MB", "GB", "TB"] {
      value /= 1000
      if value < 999.95 { return "\(decimal(value, 1)) \(unit)" }
    }
    return "\(decimal(value / 1000, 1)) PB"
  }
}
