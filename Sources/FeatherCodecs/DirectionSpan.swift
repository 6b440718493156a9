internal import FeatherTensors

/// The directions in which the rows of a matrix have changed most, as an orthonormal basis of the whole space that begins with them.
///
/// Of all changes so far, older ones weighing ρ less with each new one, the leading r directions and how much they weigh are kept; the
/// next ones are those of both together (as in Liberty (2013), *Simple and deterministic matrix sketching*, without shrinking). The basis
/// is a product of r Householder reflections: complete, so that whatever was never seen can still be told, and cheap to apply.
struct DirectionSpan: Sendable {
  /// The most directions that are kept.
  static let most = 64
  /// ρ: the weight of what was known when a change comes.
  private static let memory = 0.8
  /// Directions that weigh less, relative to the first, are rounding.
  private static let least = 1e-12

  /// The space's dimension, n.
  let dimension: Int
  /// What is kept: k orthogonal rows, each of the length of its weight's root; shape [k, n].
  private var weighted: [Double] = []
  /// Reflection j is that along a unit vector that is zero before element j: its elements from j on.
  private var reflections: [[Double]] = []

  init(dimension: Int) { self.dimension = dimension }

  /// All that it knows: what is kept, then the reflections.
  var parts: [[Double]] {
    get { [weighted] + reflections }
    set { (weighted, reflections) = (newValue.first ?? [], Array(newValue.dropFirst())) }
  }

  /// Takes in the rows of a change, shape [count, n].
  mutating func follow(_ rows: [Double]) {
    let known = Self.memory.squareRoot()
    let stack = weighted.map { known * $0 } + rows
    let count = stack.count / dimension
    let directions = count < dimension ? fromProducts(stack, count) : fromCovariance(stack, count)
    weighted = directions.flatMap { direction in direction.vector.map { direction.length * $0 } }
    reflect(directions.map(\.vector))
  }

  /// By the products of the rows with each other, where there are fewer of them than dimensions.
  private func fromProducts(_ stack: [Double], _ count: Int) -> [(vector: [Double], length: Double)] {
    var products = [Double](repeating: 0, count: count * count)
    stack.withUnsafeBufferPointer { stack in
      for i in 0..<count {
        for j in i..<count {
          var sum = 0.0
          for k in 0..<dimension { sum += stack[i * dimension + k] * stack[j * dimension + k] }
          products[i * count + j] = sum
        }
      }
    }
    let eigen = SymmetricEigen(products, order: count)
    return leading(eigen).map { index in
      var vector = [Double](repeating: 0, count: dimension)
      for (row, factor) in eigen.vector(index).enumerated() {
        for k in 0..<dimension { vector[k] += factor * stack[row * dimension + k] }
      }
      // Its length is what the eigenvalue says, up to rounding, which the reflections must not have.
      let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
      return (vector.map { $0 / length }, length)
    }
  }

  /// By the products of the columns with each other.
  private func fromCovariance(_ stack: [Double], _ count: Int) -> [(vector: [Double], length: Double)] {
    var covariance = [Double](repeating: 0, count: dimension * dimension)
    for row in 0..<count {
      for i in 0..<dimension {
        let value = stack[row * dimension + i]
        for j in i..<dimension { covariance[i * dimension + j] += value * stack[row * dimension + j] }
      }
    }
    let eigen = SymmetricEigen(covariance, order: dimension)
    return leading(eigen).map { (Array(eigen.vector($0)), eigen.values[$0].squareRoot()) }
  }

  private func leading(_ eigen: SymmetricEigen) -> [Int] {
    guard let first = eigen.values.first, first > 0 else { return [] }
    return eigen.values.indices.prefix(Self.most).filter { eigen.values[$0] > Self.least * first }
  }

  /// Finds the reflections that take the directions to the first axes, up to their signs.
  private mutating func reflect(_ directions: [[Double]]) {
    reflections = []
    for (j, direction) in directions.enumerated() {
      var rest = direction
      rest.withUnsafeMutableBufferPointer { rest in
        guard let base = rest.baseAddress else { return }
        for number in reflections.indices { Self.apply(reflections[number], to: base + number) }
      }
      var axis = Array(rest[j...])
      let length = axis.reduce(0) { $0 + $1 * $1 }.squareRoot()
      axis[0] += axis[0] < 0 ? -length : length
      let norm = axis.reduce(0) { $0 + $1 * $1 }.squareRoot()
      reflections.append(axis.map { $0 / norm })
    }
  }

  /// x ← x − 2 (v · x) v; the product is summed in eight lanes.
  private static func apply(_ axis: [Double], to x: UnsafeMutablePointer<Double>) {
    axis.withUnsafeBytes { axis in
      let target = UnsafeMutableRawPointer(x)
      let count = axis.count / 8
      let whole = count / 8 * 8
      var sum = SIMD8<Double>()
      for k in stride(from: 0, to: 8 * whole, by: 64) {
        sum +=
          axis.loadUnaligned(fromByteOffset: k, as: SIMD8<Double>.self)
          * target.loadUnaligned(fromByteOffset: k, as: SIMD8<Double>.self)
      }
      let axis = axis.assumingMemoryBound(to: Double.self)
      for k in whole..<count { sum[k - whole] += axis[k] * x[k] }
      let twice = 2 * (((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7])))
      for k in 0..<count { x[k] -= twice * axis[k] }
    }
  }

  /// Replaces each of `count` rows of n elements by its coefficients in the basis, or those by it.
  func transform(_ rows: UnsafeMutablePointer<Double>, count: Int, isInverse: Bool) {
    for row in 0..<count {
      for step in reflections.indices {
        let number = isInverse ? reflections.count - 1 - step : step
        Self.apply(reflections[number], to: rows + row * dimension + number)
      }
    }
  }
}
