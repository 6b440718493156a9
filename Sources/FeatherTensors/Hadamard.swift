/// The fast Walsh–Hadamard transform.
///
/// Multiplies by H / √d, where H is Sylvester's matrix of order d, a power of two: H[i, j] is −1 where i and j have an odd number
/// of ones in common places, else 1. The matrix is symmetric and orthogonal, so that the transform is its own inverse. d log₂ d
/// additions; each is rounded to float32 in one order, so that the bits are the same everywhere.
public enum Hadamard {
  /// Transforms in place.
  ///
  /// Values are scaled first: none becomes larger than √d times the largest, where that is within float32's range.
  /// - Parameter values: shape [d], d a power of two.
  public static func transform(_ values: UnsafeMutableBufferPointer<Float>) {
    let count = values.count
    precondition(count > 0 && count & (count - 1) == 0, "a Hadamard transform has a power of two of values")
    guard count > 1, let base = values.baseAddress else { return }
    let scale = Float(1 / Double(count).squareRoot())
    for i in 0..<count { base[i] *= scale }
    // Strides 1, 2 and 4 within groups of eight, then two strides at a time, and a last one that may be left over.
    guard count >= 8 else {
      var stride = 1
      while stride < count {
        pass(base, count, stride)
        stride *= 2
      }
      return
    }
    for start in Swift.stride(from: 0, to: count, by: 8) { eight(base + start) }
    var stride = 8
    while stride * 4 <= count {
      twoPasses(base, count, stride)
      stride *= 4
    }
    if stride < count { pass(base, count, stride) }
  }

  /// Transforms a copy.
  public static func transformed(_ values: [Float]) -> [Float] {
    var result = values
    result.withUnsafeMutableBufferPointer { transform($0) }
    return result
  }

  /// The first three strides on eight neighbours.
  @inline(__always)
  private static func eight(_ x: UnsafeMutablePointer<Float>) {
    let (a0, a1, a2, a3) = (x[0] + x[1], x[0] - x[1], x[2] + x[3], x[2] - x[3])
    let (a4, a5, a6, a7) = (x[4] + x[5], x[4] - x[5], x[6] + x[7], x[6] - x[7])
    let (b0, b1, b2, b3) = (a0 + a2, a1 + a3, a0 - a2, a1 - a3)
    let (b4, b5, b6, b7) = (a4 + a6, a5 + a7, a4 - a6, a5 - a7)
    (x[0], x[1], x[2], x[3]) = (b0 + b4, b1 + b5, b2 + b6, b3 + b7)
    (x[4], x[5], x[6], x[7]) = (b0 - b4, b1 - b5, b2 - b6, b3 - b7)
  }

  /// One stride: sums and differences of values that lie `stride` apart.
  private static func pass(_ x: UnsafeMutablePointer<Float>, _ count: Int, _ stride: Int) {
    for start in Swift.stride(from: 0, to: count, by: 2 * stride) {
      let (a, b) = (x + start, x + start + stride)
      for i in 0..<stride { (a[i], b[i]) = (a[i] + b[i], a[i] - b[i]) }
    }
  }

  /// The strides `stride`, a multiple of eight, and 2 `stride`, with one way through memory.
  private static func twoPasses(_ x: UnsafeMutablePointer<Float>, _ count: Int, _ stride: Int) {
    for start in Swift.stride(from: 0, to: count, by: 4 * stride) {
      let a = UnsafeMutableRawPointer(x + start)
      let (b, c, d) = (a + 4 * stride, a + 8 * stride, a + 12 * stride)
      for place in Swift.stride(from: 0, to: 4 * stride, by: 32) {
        let a0 = (a + place).loadUnaligned(as: SIMD8<Float>.self)
        let b0 = (b + place).loadUnaligned(as: SIMD8<Float>.self)
        let c0 = (c + place).loadUnaligned(as: SIMD8<Float>.self)
        let d0 = (d + place).loadUnaligned(as: SIMD8<Float>.self)
        let (a1, b1, c1, d1) = (a0 + b0, a0 - b0, c0 + d0, c0 - d0)
        (a + place).storeBytes(of: a1 + c1, as: SIMD8<Float>.self)
        (b + place).storeBytes(of: b1 + d1, as: SIMD8<Float>.self)
        (c + place).storeBytes(of: a1 - c1, as: SIMD8<Float>.self)
        (d + place).storeBytes(of: b1 - d1, as: SIMD8<Float>.self)
      }
    }
  }
}
