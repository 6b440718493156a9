internal import FeatherTensors

/// The orthonormal cosine transform of rows of an image: DCT-II and its inverse (Ahmed, Natarajan and Rao 1974), in Double.
///
/// Element (k, x) is s(k) cos(π (2 x + 1) k / (2 n)) with s(0) = √(1/n) and s(k) = √(2/n), from a series of our own, so that the bits are
/// the same everywhere.
struct CosineBasis: Sendable {
  /// The length, n.
  let count: Int
  /// Shape [n, n], a basis vector per row, and the same with one per column.
  private let elements: [Double]
  private let transposed: [Double]

  init(_ count: Int) {
    self.count = count
    let elements = (0..<count).flatMap { k in
      let scale = ((k == 0 ? 1 : 2) / Double(count)).squareRoot()
      return (0..<count).map { x in scale * Self.cosine(of: (2 * x + 1) * k, over: 2 * count) }
    }
    self.elements = elements
    transposed = (0..<count * count).map { elements[$0 % count * count + $0 / count] }
  }

  /// cos(π p / q) for p ≥ 0 and even q > 0.
  static func cosine(of p: Int, over q: Int) -> Double {
    var p = p % (2 * q)
    if p > q { p = 2 * q - p }
    // Now 0...π; the upper half is the lower one's negative, mirrored.
    let isUpper = 2 * p > q
    let x = Double.pi * Double(isUpper ? q - p : p) / Double(q)
    let square = x * x
    // Taylor's series from its end: of x ≤ π/2 the first term left out is below 1e-20.
    var sum = 0.0
    for term in stride(from: 22, through: 2, by: -2) { sum = (1 - sum) * square / Double(term * (term - 1)) }
    return isUpper ? sum - 1 : 1 - sum
  }

  /// Replaces each of `count` lines of n elements by its coefficients, or those by it; room for a line is `scratch`.
  func transform(
    lines count: Int, at values: UnsafeMutablePointer<Double>, isInverse: Bool, scratch: UnsafeMutablePointer<Double>
  ) {
    (isInverse ? elements : transposed).withUnsafeBufferPointer { matrix in
      guard let matrix = matrix.baseAddress else { return }
      for line in 0..<count {
        Self.multiply(values + line * self.count, self.count, by: matrix, width: self.count, into: scratch)
        (values + line * self.count).update(from: scratch, count: self.count)
      }
    }
  }

  /// Replaces the columns of an image of n lines of `width` elements likewise; room for the image is `scratch`.
  func transform(
    columnsOf image: UnsafeMutablePointer<Double>, width: Int, isInverse: Bool, scratch: UnsafeMutablePointer<Double>
  ) {
    (isInverse ? transposed : elements).withUnsafeBufferPointer { matrix in
      guard let matrix = matrix.baseAddress else { return }
      for line in 0..<count {
        Self.multiply(matrix + line * count, count, by: image, width: width, into: scratch + line * width)
      }
      image.update(from: scratch, count: count * width)
    }
  }

  /// A row of `count` elements times a matrix of as many rows: element 0 first.
  @inline(__always)
  private static func multiply(
    _ row: UnsafePointer<Double>, _ count: Int, by matrix: UnsafePointer<Double>, width: Int,
    into result: UnsafeMutablePointer<Double>
  ) {
    result.update(repeating: 0, count: width)
    for k in 0..<count {
      let factor = row[k]
      let line = matrix + k * width
      for i in 0..<width { result[i] += factor * line[i] }
    }
  }
}
