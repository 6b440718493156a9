/// Vectors made of others, element by element.
public enum Elementwise {
  /// `combine` of the elements at each place; both vectors have the same count.
  @inlinable
  @inline(__always)
  public static func combined(_ a: [Float], _ b: [Float], _ combine: (Float, Float) -> Float) -> [Float] {
    precondition(a.count == b.count, "vectors of \(a.count) and \(b.count) elements")
    return [Float](unsafeUninitializedCapacity: a.count) { result, count in
      count = a.count
      for i in 0..<count { result.initializeElement(at: i, to: combine(a[i], b[i])) }
    }
  }
}
