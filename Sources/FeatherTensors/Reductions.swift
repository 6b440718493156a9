/// Sums over vectors in one documented order: element 0 first, accumulated in Double.
public enum Reductions {
  /// The sum of squares.
  @inlinable
  public static func squaredNorm(_ x: [Float]) -> Double {
    var sum = 0.0
    for value in x { sum += Double(value) * Double(value) }
    return sum
  }

  /// The sum of squared differences; both vectors have the same count.
  @inlinable
  public static func squaredDistance(_ x: [Float], _ y: [Float]) -> Double {
    precondition(x.count == y.count, "vectors of \(x.count) and \(y.count) elements")
    var sum = 0.0
    for i in x.indices {
      let difference = Double(x[i]) - Double(y[i])
      sum += difference * difference
    }
    return sum
  }

  /// ‖`approximation` − `exact`‖₂ / ‖`exact`‖₂; 0 when both are zero, infinity when only `exact` is.
  @inlinable
  public static func relativeError(of approximation: [Float], to exact: [Float]) -> Double {
    let error = squaredDistance(approximation, exact)
    guard error != 0 else { return 0 }
    return (error / squaredNorm(exact)).squareRoot()
  }

  /// The index of the first element that is NaN or infinite, if any.
  @inlinable
  public static func firstNonFinite(_ x: [Float]) -> Int? {
    x.firstIndex { !$0.isFinite }
  }
}
