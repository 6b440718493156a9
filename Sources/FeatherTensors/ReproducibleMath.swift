/// Elementary functions made of IEEE operations in a fixed order.
///
/// A C library picks its `log` and `exp` by the processor it finds, so their last bit may differ between machines. Whatever
/// decides *which* random numbers are drawn uses these instead: within 2 ulp of the true value, the same bits everywhere.
public enum ReproducibleMath {
  /// The natural logarithm; `x` is positive and finite.
  @inlinable
  public static func log(_ x: Double) -> Double {
    var exponent = Int(x.exponent)
    var significand = x.significand
    if significand > 1.414_213_562_373_095_1 {
      significand *= 0.5
      exponent += 1
    }
    let s = (significand - 1) / (significand + 1)
    let z = s * s
    // 2·atanh(s) = 2s(1 + z/3 + z²/5 + …); z ≤ 0.0295, so the first term left out is below 2⁻⁵⁸ of the sum.
    var sum = 0.0
    for divisor in stride(from: 21.0, through: 3.0, by: -2.0) {
      sum = sum * z + 1 / divisor
    }
    let k = Double(exponent)
    return k * 0x1.62e42fee00000p-1 + ((2 * s + 2 * s * (z * sum)) + k * 0x1.a39ef35793c76p-33)
  }

  /// The exponential function; 0 below −708, infinity above 709.
  @inlinable
  public static func exp(_ x: Double) -> Double {
    guard x > -708 else { return x.isNaN ? x : 0 }
    guard x < 709 else { return x.isNaN ? x : .infinity }
    let k = (x * 1.442_695_040_888_963_4).rounded()
    let r = (x - k * 0x1.62e42fee00000p-1) - k * 0x1.a39ef35793c76p-33
    var sum = 1.0
    // Taylor's series on |r| ≤ 0.3466: the first term left out is below 2⁻⁶⁰.
    for n in stride(from: 14.0, through: 1.0, by: -1.0) {
      sum = 1 + r / n * sum
    }
    return sum * Double(sign: .plus, exponent: Int(k), significand: 1)
  }

  /// Sine and cosine; `angle` in radians, |`angle`| at most 1,000.
  ///
  /// Close to a zero the error is absolute, below 1e-22, and no longer 2 ulp.
  @inlinable
  public static func sinCos(_ angle: Double) -> (sin: Double, cos: Double) {
    let quarter = (angle * 0.636_619_772_367_581_4).rounded()
    let r = (angle - quarter * 0x1.921fb54400000p0) - quarter * 0x1.0b4611a626331p-34
    let z = r * r
    // Taylor's series on |r| ≤ π/4.
    var sine = 0.0
    var cosine = 0.0
    for n in stride(from: 17.0, through: 3.0, by: -2.0) {
      sine = (1 + sine) * -z / (n * (n - 1))
      cosine = (1 + cosine) * -z / ((n - 1) * (n - 2))
    }
    let s = r + r * sine
    let c = 1 + cosine
    switch Int(quarter) & 3 {
    case 0: return (s, c)
    case 1: return (c, -s)
    case 2: return (-s, -c)
    default: return (-c, s)
    }
  }
}
