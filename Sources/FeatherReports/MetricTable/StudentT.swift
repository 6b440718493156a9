internal import Glibc

/// Student's t distribution with a whole number of degrees of freedom.
enum StudentT {
  /// How likely a value of the distribution is to be nearer to zero than `t`.
  ///
  /// The finite series in the cosine of atan(t / √ν) (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4).
  /// - Parameters:
  ///   - sine: t / √(ν + t²), which is below 1 and keeps the precision of a large t.
  ///   - degrees: ν, at least 1.
  private static func centralProbability(sine: Double, degrees: Int) -> Double {
    let squaredCosine = (1 - sine) * (1 + sine)
    let isOdd = !degrees.isMultiple(of: 2)
    var term = isOdd ? squaredCosine.squareRoot() : 1
    var sum = degrees == 1 ? 0 : term
    for power in stride(from: isOdd ? 3 : 2, through: degrees - 2, by: 2) {
      term *= squaredCosine * Double(power - 1) / Double(power)
      sum += term
    }
    return isOdd ? 2 / Double.pi * (asin(sine) + sine * sum) : sine * sum
  }

  /// The t that a value of the distribution is nearer to zero than with the probability given: for 0.95, what SciPy's `t.ppf(0.975, ν)` is.
  ///
  /// - Parameters:
  ///   - probability: in 0 < p < 1.
  ///   - degrees: ν, at least 1.
  static func quantile(central probability: Double, degrees: Int) -> Double {
    var (low, high) = (0.0, 1.0)
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if centralProbability(sine: middle, degrees: degrees) < probability { low = middle } else { high = middle }
    }
    return low * (Double(degrees) / ((1 - low) * (1 + low))).squareRoot()
  }
}

extension Statistic {
  /// Half the width of the interval around the mean that holds the true one with a confidence of 95 %, by Student's t with n − 1 degrees
  /// of freedom; nil for a single number.
  public var halfInterval: Double? {
    deviation.map { $0 * StudentT.quantile(central: 0.95, degrees: count - 1) / Double(count).squareRoot() }
  }
}
