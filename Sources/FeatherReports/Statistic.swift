/// The mean and the sample standard deviation of a few numbers.
public struct Statistic: Hashable, Sendable {
  /// The mean.
  public let mean: Double
  /// The sample standard deviation, over n − 1; nil for a single number.
  public let deviation: Double?
  /// How many numbers there are, n.
  public let count: Int

  /// The statistic of at least one number; summed in the order given, so that equal lists give equal bits.
  public init?(_ values: [Double]) {
    guard let first = values.first else { return nil }
    count = values.count
    guard values.contains(where: { $0 != first }) else {
      // Equal numbers are their own mean, without the rounding of a sum and a division.
      mean = first
      deviation = values.count > 1 ? 0 : nil
      return
    }
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = (squares / Double(values.count - 1)).squareRoot()
  }
}
