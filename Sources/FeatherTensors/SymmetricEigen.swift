/// Eigenvalues and eigenvectors of a symmetric matrix, in Double.
///
/// Householder's reduction to a tridiagonal matrix, then QL steps with implicit Wilkinson shifts (Golub and Van Loan, *Matrix
/// Computations*, 4th edition, algorithms 8.3.1 to 8.3.3; Bowdler, Martin, Reinsch and Wilkinson (1968), *The QR and QL algorithms
/// for symmetric matrices*). O(n³); only IEEE additions, products, quotients and square roots in a fixed order, so that the bits are
/// the same everywhere. With ε = 2⁻⁵² and A's spectral norm ‖A‖, values are off by a small multiple of √n ε ‖A‖, however small they
/// are themselves; vectors are orthonormal up to a small multiple of √n ε, also where values coincide.
public struct SymmetricEigen: Sendable {
  /// The order, n.
  public let order: Int
  /// The eigenvalues, largest first.
  public let values: [Double]
  /// The eigenvectors, shape [n, n]: row k belongs to `values[k]`.
  ///
  /// The element of largest magnitude, the first one if several are, is positive.
  public let vectors: [Double]

  /// Decomposes a symmetric matrix.
  ///
  /// - Parameter matrix: shape [`order`, `order`], row after row, finite; only its upper triangle is read.
  public init(_ matrix: [Double], order: Int) {
    precondition(matrix.count == order * order, "a matrix of order \(order) has \(order * order) elements")
    precondition(matrix.allSatisfy(\.isFinite), "a matrix to be decomposed is finite")
    self.order = order
    var work = Tridiagonal(matrix, order: order)
    work.iterate()
    // A stable order, so that equal values keep theirs.
    let ranks = work.diagonal.indices.sorted {
      (work.diagonal[$1], $0) < (work.diagonal[$0], $1)
    }
    values = ranks.map { work.diagonal[$0] * work.scale }
    vectors = Self.oriented(work.vectors, ranks, order)
  }

  /// The eigenvector of `values[index]`, shape [n].
  public func vector(_ index: Int) -> ArraySlice<Double> { vectors[index * order..<(index + 1) * order] }

  /// The rows in the order of `ranks`, each with a positive element of largest magnitude.
  private static func oriented(_ rows: [Double], _ ranks: [Int], _ order: Int) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(rows.count)
    for rank in ranks {
      let row = rows[rank * order..<(rank + 1) * order]
      var largest = 0.0
      for value in row where abs(value) > abs(largest) { largest = value }
      result += largest < 0 ? row.map { -$0 } : Array(row)
    }
    return result
  }
}

/// A symmetric matrix on its way to a diagonal one: A / scale = Q T Qᵀ.
private struct Tridiagonal {
  let order: Int
  /// A power of two that brings the largest element to 1...2, so that no square overflows or vanishes.
  let scale: Double
  /// T's diagonal; in the end the eigenvalues.
  var diagonal: [Double]
  /// Beside the diagonal: element i is T[i, i + 1]; the last is unused.
  private var beside: [Double]
  /// Qᵀ, row after row; in the end row k is the eigenvector of `diagonal[k]`.
  var vectors: [Double]

  init(_ matrix: [Double], order: Int) {
    self.order = order
    let largest = matrix.reduce(0) { max($0, abs($1)) }
    // Within the range in which both it and its inverse are normal numbers.
    let exponent = largest > 0 ? min(max(Int(largest.exponent), -1000), 1000) : 0
    scale = Double(sign: .plus, exponent: exponent, significand: 1)
    diagonal = [Double](repeating: 0, count: order)
    beside = diagonal
    vectors = [Double](repeating: 0, count: order * order)
    var a = [Double](repeating: 0, count: order * order)
    for i in 0..<order {
      for j in i..<order {
        a[i * order + j] = matrix[i * order + j] / scale
        a[j * order + i] = a[i * order + j]
      }
    }
    let factors = a.withUnsafeMutableBufferPointer { reduce($0) }
    a.withUnsafeBufferPointer { accumulate($0, factors) }
  }

  /// Householder's reduction; leaves the reflections' vectors right of the diagonal of `a`.
  ///
  /// - Returns: for each reflection I − β v vᵀ its β; 0 where there was nothing to reflect.
  private mutating func reduce(_ a: UnsafeMutableBufferPointer<Double>) -> [Double] {
    let n = order
    var factors = [Double](repeating: 0, count: n)
    for k in 0..<n {
      diagonal[k] = a[k * n + k]
      guard k + 1 < n else { break }
      let size = n - k - 1
      let v = UnsafeMutableBufferPointer(rebasing: a[(k * n + k + 1)..<((k + 1) * n)])
      let norm = Rows.dot(v, v).squareRoot()
      beside[k] = v[0]
      guard size > 1, norm > abs(v[0]) else { continue }
      beside[k] = v[0] > 0 ? -norm : norm
      v[0] -= beside[k]
      let factor = 2 / Rows.dot(v, v)
      // What underflowed has nothing that could be reflected.
      guard factor.isFinite else { continue }
      factors[k] = factor
      withUnsafeTemporaryAllocation(of: Double.self, capacity: size) { w in
        for i in 0..<size {
          let row = UnsafeMutableBufferPointer(rebasing: a[((k + 1 + i) * n + k + 1)...].prefix(size))
          w[i] = factor * Rows.dot(v, row)
        }
        let half = factor / 2 * Rows.dot(v, w)
        for i in 0..<size { w[i] -= half * v[i] }
        for i in 0..<size {
          let row = UnsafeMutableBufferPointer(rebasing: a[((k + 1 + i) * n + k + 1)...].prefix(size))
          Rows.subtract(v[i], w, w[i], v, from: row)
        }
      }
    }
    return factors
  }

  /// Qᵀ from the reflections, the last one first.
  private mutating func accumulate(_ a: UnsafeBufferPointer<Double>, _ factors: [Double]) {
    let n = order
    vectors.withUnsafeMutableBufferPointer { q in
      for i in 0..<n { q[i * n + i] = 1 }
      for k in (0..<n).reversed() where factors[k] != 0 {
        let v = UnsafeMutableBufferPointer(
          mutating: UnsafeBufferPointer(rebasing: a[(k * n + k + 1)..<((k + 1) * n)]))
        for i in k + 1..<n {
          let row = UnsafeMutableBufferPointer(rebasing: q[(i * n + k + 1)..<((i + 1) * n)])
          Rows.subtract(factors[k] * Rows.dot(row, v), v, from: row)
        }
      }
    }
  }

  /// QL steps until nothing is left beside the diagonal.
  mutating func iterate() {
    let n = order
    guard n > 1 else { return }
    let norm = (0..<n).reduce(0) { max($0, abs(diagonal[$1]) + abs(beside[$1])) }
    // What is smaller is within the error that the result has anyway.
    let negligible = norm * 0x1p-53
    for l in 0..<n - 1 {
      var steps = 0
      while let m = end(from: l, negligible) {
        precondition(steps < 100, "implicit QL converges within a few steps")
        step(l, m)
        steps += 1
      }
      beside[l] = 0
    }
  }

  /// The end of the block that begins at `l` and does not fall apart; nil when that is a single value.
  private func end(from l: Int, _ negligible: Double) -> Int? {
    var m = l
    while m + 1 < order, abs(beside[m]) > negligible { m += 1 }
    return m == l ? nil : m
  }

  /// One QL step on rows `l` to `m`, chasing the bulge from the bottom to the top.
  private mutating func step(_ l: Int, _ m: Int) {
    let p = (diagonal[l + 1] - diagonal[l]) / (2 * beside[l])
    let root = Self.hypotenuse(p, 1)
    var g = diagonal[m] - diagonal[l] + beside[l] / (p + (p < 0 ? -root : root))
    var (sine, cosine, shift) = (1.0, 1.0, 0.0)
    var rotations: [(cosine: Double, sine: Double)] = []
    rotations.reserveCapacity(m - l)
    var i = m - 1
    while i >= l {
      let f = sine * beside[i]
      let b = cosine * beside[i]
      let r = Self.hypotenuse(f, g)
      beside[i + 1] = r
      // An early zero: the block falls apart here, and the next step takes its upper part.
      guard r != 0 else {
        diagonal[i + 1] -= shift
        beside[m] = 0
        break
      }
      sine = f / r
      cosine = g / r
      let difference = diagonal[i + 1] - shift
      let t = (diagonal[i] - difference) * sine + 2 * cosine * b
      shift = sine * t
      diagonal[i + 1] = difference + shift
      g = cosine * t - b
      rotations.append((cosine, sine))
      i -= 1
    }
    rotate(from: m, rotations)
    guard i < l else { return }
    diagonal[l] -= shift
    beside[l] = g
    beside[m] = 0
  }

  /// Rotates rows `m` − 1 and `m` of the vectors, then the pair above, and so on.
  private mutating func rotate(from m: Int, _ rotations: [(cosine: Double, sine: Double)]) {
    let n = order
    vectors.withUnsafeMutableBufferPointer { q in
      for (index, rotation) in rotations.enumerated() {
        let upper = (m - 1 - index) * n
        Rows.rotate(
          UnsafeMutableBufferPointer(rebasing: q[upper..<upper + n]),
          UnsafeMutableBufferPointer(rebasing: q[upper + n..<upper + 2 * n]), rotation.cosine, rotation.sine)
      }
    }
  }

  /// √(a² + b²) without overflow.
  private static func hypotenuse(_ a: Double, _ b: Double) -> Double {
    let (large, small) = (max(abs(a), abs(b)), min(abs(a), abs(b)))
    guard large > 0 else { return 0 }
    let ratio = small / large
    return large * (1 + ratio * ratio).squareRoot()
  }
}

/// Loops over rows that lie contiguously.
private enum Rows {
  typealias Row = UnsafeMutableBufferPointer<Double>

  /// The inner product; element i is added to sum i mod 8, then sums k and k + 4, k + 2, k + 1 are added up.
  @inline(__always)
  static func dot(_ x: Row, _ y: Row) -> Double {
    guard let x0 = x.baseAddress, let y0 = y.baseAddress else { return 0 }
    let whole = x.count / 8 * 8
    var sums = SIMD8<Double>()
    var i = 0
    while i < whole {
      sums +=
        UnsafeRawPointer(x0 + i).loadUnaligned(as: SIMD8<Double>.self)
        * UnsafeRawPointer(y0 + i).loadUnaligned(as: SIMD8<Double>.self)
      i += 8
    }
    while i < x.count {
      sums[i - whole] += x0[i] * y0[i]
      i += 1
    }
    let four = sums.lowHalf + sums.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }

  /// row −= a x.
  @inline(__always)
  static func subtract(_ a: Double, _ x: Row, from row: Row) {
    for i in 0..<row.count { row[i] -= a * x[i] }
  }

  /// row −= a x + b y.
  @inline(__always)
  static func subtract(_ a: Double, _ x: Row, _ b: Double, _ y: Row, from row: Row) {
    for i in 0..<row.count { row[i] -= a * x[i] + b * y[i] }
  }

  /// (upper, lower) = (c upper − s lower, s upper + c lower).
  @inline(__always)
  static func rotate(_ upper: Row, _ lower: Row, _ cosine: Double, _ sine: Double) {
    for i in 0..<upper.count {
      let (a, b) = (upper[i], lower[i])
      upper[i] = cosine * a - sine * b
      lower[i] = sine * a + cosine * b
    }
  }
}
