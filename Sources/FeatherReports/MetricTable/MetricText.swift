/// How the numbers of a metric are printed: shares with three decimals, ratios with ×, bytes in units, others by their size.
struct MetricText {
  private enum Kind { case share, ratio, bytes, plain }

  private let kind: Kind
  private let times: String

  /// - Parameters:
  ///   - name: the metric's name in a result file.
  ///   - times: what stands after a ratio.
  init(_ name: String, times: String = "x") {
    self.times = times
    if name.contains("accuracy") {
      kind = .share
    } else if name.hasSuffix("_ratio") || name.contains("_ratio_") {
      kind = .ratio
    } else if name.hasPrefix("bytes_") {
      kind = .bytes
    } else {
      kind = .plain
    }
  }

  /// A value by itself.
  func text(_ value: Double) -> String { text(value, beside: value) }

  /// A mean and what is to either side of it, where there is something: equal numbers are printed as one.
  func text(_ mean: Double, half: Double?) -> String {
    guard let half, half.isFinite, half != 0 else { return text(mean) }
    return "\(text(mean, beside: mean, isSpread: true)) ± \(text(half, beside: mean, isSpread: true))"
  }

  /// A value with as many decimals as `mean` has; whole numbers stand without, but not beside a spread.
  func text(_ value: Double, beside mean: Double, isSpread: Bool = false) -> String {
    guard value.isFinite else { return NumberText.decimal(value, 0) }
    switch kind {
    case .share: return NumberText.decimal(value, 3)
    case .ratio: return NumberText.ratio(value, times: times)
    case .bytes:
      guard let count = Int(exactly: value.rounded()) else { return NumberText.decimal(value, 0) }
      return NumberText.bytes(count)
    case .plain:
      if value == 0 || (!isSpread && value == value.rounded()) { return NumberText.decimal(value, 0) }
      let size = abs(mean)
      guard size >= 0.01 else { return NumberText.scientific(value, value == mean ? 2 : 1) }
      return NumberText.decimal(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3)
    }
  }
}
