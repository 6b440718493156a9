/// Sums over vectors in one documented order, accumulated in Double.
///
/// Element i is added to sum i mod 16, low elements first; then sums k and k + 8 are added up, then k and k + 4, k + 2, k + 1. The
/// sixteen sums do not wait for each other, so that they are computed at the speed of memory.
public enum Reductions {
  private static let lanes = 16

  /// The sum of squares.
  public static func squaredNorm(_ x: [Float]) -> Double {
    x.withUnsafeBufferPointer { squaredNorm($0) }
  }

  /// The sum of squares of a part of a vector, counted from the part's beginning.
  public static func squaredNorm(_ x: UnsafeBufferPointer<Float>) -> Double {
    sum(x.count) { Double(x[$0]) * Double(x[$0]) }
  }

  /// The sum of magnitudes of a part of a vector, counted from the part's beginning.
  public static func absoluteSum(_ x: UnsafeBufferPointer<Float>) -> Double {
    sum(x.count) { Double(abs(x[$0])) }
  }

  /// The sum of squared differences; both vectors have the same count.
  public static func squaredDistance(_ x: [Float], _ y: [Float]) -> Double {
    precondition(x.count == y.count, "vectors of \(x.count) and \(y.count) elements")
    return x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        sum(x.count) {
          let difference = Double(x[$0]) - Double(y[$0])
          return difference * difference
        }
      }
    }
  }

  /// ‖`approximation` − `exact`‖₂ / ‖`exact`‖₂; 0 when both are zero, infinity when only `exact` is.
  public static func relativeError(of approximation: [Float], to exact: [Float]) -> Double {
    relativeError(squaredDistance: squaredDistance(approximation, exact), to: exact)
  }

  /// The relative error of a vector whose squared distance from `exact` is known.
  public static func relativeError(squaredDistance: Double, to exact: [Float]) -> Double {
    guard squaredDistance != 0 else { return 0 }
    return (squaredDistance / squaredNorm(exact)).squareRoot()
  }

  /// The index of the first element that is NaN or infinite, if any.
  public static func firstNonFinite(_ x: [Float]) -> Int? {
    x.withUnsafeBufferPointer { firstNonFinite($0) }
  }

  /// The same of floats that lie elsewhere in memory.
  public static func firstNonFinite(_ x: UnsafeBufferPointer<Float>) -> Int? {
    let bytes = UnsafeRawBufferPointer(x)
    // Sixteen at a time without a branch: times zero, a finite number is zero, and others are NaN.
    var sum = SIMD16<Float>()
    let width = MemoryLayout<SIMD16<Float>>.size
    var place = 0
    while place + width <= bytes.count {
      sum += bytes.loadUnaligned(fromByteOffset: place, as: SIMD16<Float>.self) * 0
      place += width
    }
    guard sum != SIMD16() || x[(place / 4)...].contains(where: { !$0.isFinite }) else { return nil }
    return x.firstIndex { !$0.isFinite }
  }

  @inline(__always)
  private static func sum(_ count: Int, _ term: (Int) -> Double) -> Double {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: lanes) { sums in
      sums.initialize(repeating: 0)
      let whole = count / lanes * lanes
      var start = 0
      while start < whole {
        for lane in 0..<lanes { sums[lane] += term(start + lane) }
        start += lanes
      }
      for i in whole..<count { sums[i - whole] += term(i) }
      var half = lanes / 2
      while half > 0 {
        for lane in 0..<half { sums[lane] += sums[lane + half] }
        half /= 2
      }
      return sums[0]
    }
  }
}
