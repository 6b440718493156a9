internal import Glibc

/// How values become places along an axis of a chart, and where its ticks are.
struct Scale {
  /// The lowest and the highest value that it shows.
  let domain: ClosedRange<Double>
  /// Whether equal ratios, rather than equal differences, are equally far apart; all values are above 0 then.
  let isLogarithmic: Bool
  /// The places of the lowest and of the highest value.
  let places: (from: Double, to: Double)

  /// The scale of some values, with a little room at both ends.
  ///
  /// Values that it cannot show, which are those that are not finite and for a logarithmic one those not above 0, are passed over.
  /// Without any value it reaches from 0 to 1, or from 1 to 10.
  ///
  /// - Parameters:
  ///   - margin: the room, as a share of what the values take.
  ///   - limits: where the room ends, such as 0 and 1 for shares.
  init(
    _ values: some Sequence<Double>, isLogarithmic: Bool = false, margin: Double = 0.05,
    within limits: ClosedRange<Double>? = nil, places: (from: Double, to: Double)
  ) {
    self.isLogarithmic = isLogarithmic
    self.places = places
    // Beyond these powers of ten a width or its logarithm would not be a number.
    let shown = values.filter { abs($0) < 1e100 && (!isLogarithmic || $0 > 1e-100) }
    var (low, high) = (shown.min() ?? (isLogarithmic ? 1 : 0), shown.max() ?? (isLogarithmic ? 10 : 1))
    // Values that are equal but for rounding are one value.
    if isLogarithmic {
      let room = high > low * (1 + 1e-9) ? pow(high / low, margin) : 2
      (low, high) = (low / room, high * room)
    } else {
      let size = max(abs(low), abs(high))
      let room = high - low > max(size * 1e-9, 1e-90) ? (high - low) * margin : size > 1e-90 ? size * 0.1 : 0.05
      (low, high) = (low - room, high + room)
    }
    // Where the limits leave nothing, as where all values lie beyond them, they do not count.
    if let limits, min(high, limits.upperBound) - max(low, limits.lowerBound) > 1e-6 {
      (low, high) = (max(low, limits.lowerBound), min(high, limits.upperBound))
    }
    domain = low...high
  }

  /// The place of a value.
  func place(_ value: Double) -> Double {
    let (low, high) = (domain.lowerBound, domain.upperBound)
    let share = isLogarithmic ? log(value / low) / log(high / low) : (value - low) / (high - low)
    return places.from + share * (places.to - places.from)
  }

  /// Round values within the domain, `most` at most for a linear scale.
  func ticks(_ most: Int) -> [Double] {
    guard isLogarithmic else { return Self.linear(domain, most) }
    let powers = (Int(log10(domain.lowerBound).rounded(.down))...Int(log10(domain.upperBound).rounded(.up)))
    let tens = powers.map { Self.ten($0) }.filter(domain.contains)
    guard tens.count < 3 else {
      let step = (tens.count + most - 1) / most
      return tens.enumerated().compactMap { $0 % step == 0 ? $1 : nil }
    }
    let some = powers.flatMap { power in [1, 2, 5].map { $0 * Self.ten(power) } }.filter(domain.contains)
    return some.count > 1 ? some : Self.linear(domain, most)
  }

  private static func linear(_ domain: ClosedRange<Double>, _ most: Int) -> [Double] {
    let width = domain.upperBound - domain.lowerBound
    let power = Int(log10(width / Double(most)).rounded(.down))
    let steps = [1, 2, 5, 10].map { $0 * ten(power) }
    let step = steps.first { width / $0 <= Double(most) } ?? width
    let first = (domain.lowerBound / step).rounded(.up)
    let last = (domain.upperBound / step).rounded(.down)
    guard last - first < 100 else { return [] }
    // Multiples of a power of ten below one are not exact; a quotient by its inverse is the nearest number.
    return stride(from: first, through: last, by: 1).map { i in
      power < 0 ? i * (step * ten(-power)).rounded() / ten(-power) : i * step
    }
  }

  private static func ten(_ power: Int) -> Double {
    let positive = (0..<abs(power)).reduce(1.0) { product, _ in product * 10 }
    return power < 0 ? 1 / positive : positive
  }
}

/// An axis of a chart: what it shows, where, and how its numbers are written.
struct Axis {
  /// How numbers at ticks are written.
  enum Numbers {
    case plain
    /// Whole ones alone: between rounds there is nothing.
    case whole
    /// In decimal units.
    case bytes
  }

  /// What it shows, with the unit.
  var title: String
  var scale: Scale
  var numbers = Numbers.plain
  /// The most ticks.
  var most = 6

  /// Places and texts of the ticks.
  var ticks: [(place: Double, text: String)] {
    var ticks = scale.ticks(most)
    if numbers == .whole { ticks = ticks.filter { $0 == $0.rounded() } }
    let decimals = ticks.map { Self.decimals($0) }.max() ?? 0
    return ticks.map { tick in
      switch numbers {
      case .bytes: (scale.place(tick), Self.bytes(tick))
      case .plain, .whole: (scale.place(tick), Self.plain(tick, scale.isLogarithmic ? Self.decimals(tick) : decimals))
      }
    }
  }

  private static func plain(_ value: Double, _ decimals: Int) -> String {
    decimals > 4 || abs(value) >= 1e6 ? value.description : NumberText.decimal(value, decimals)
  }

  /// How many decimals a round number needs.
  private static func decimals(_ value: Double) -> Int {
    (0..<9).first { places in
      let scaled = abs(value) * (0..<places).reduce(1.0) { product, _ in product * 10 }
      return value == 0 || scaled > 0.5 && abs(scaled - scaled.rounded()) < 1e-6
    } ?? 9
  }

  /// A count with commas; a number beyond counting as it is.
  static func count(_ value: Double) -> String {
    abs(value) < 1e18 ? NumberText.grouped(Int(value.rounded())) : value.description
  }

  /// Bytes in decimal units; a number beyond counting as it is.
  static func bytes(_ value: Double) -> String {
    guard abs(value) < 1e18 else { return value.description }
    return NumberText.bytes(Int(value.rounded())).replacing(".0 ", with: " ")
  }
}
