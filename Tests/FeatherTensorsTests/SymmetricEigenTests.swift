import FeatherTensors
import Foundation
import Testing

@Suite struct SymmetricEigenTests {
  /// A matrix of `Fixtures/eigen.json` with what NumPy makes of it.
  struct Case: Decodable, CustomTestStringConvertible, Sendable {
    let name: String
    let order: Int
    let matrix: [Double]
    let values: [Double]
    let vectors: [Double]
    var testDescription: String { name }

    /// The largest row sum of magnitudes: at least the spectral norm.
    var norm: Double {
      (0..<order).reduce(0) { max($0, matrix[$1 * order..<($1 + 1) * order].reduce(0) { $0 + abs($1) }) }
    }
    func vector(_ k: Int) -> ArraySlice<Double> { vectors[k * order..<(k + 1) * order] }
  }

  static let cases: [Case] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/eigen.json")
    // A missing fixture gives no cases, and the count below fails.
    return (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: file))) ?? []
  }()

  /// Ten roundings of the norm for a matrix of order up to 24; subnormal numbers have fewer digits.
  static func tolerance(_ norm: Double) -> Double { 10 * norm * 0x1p-52 + 4 * .leastNonzeroMagnitude }

  static func dot(_ x: ArraySlice<Double>, _ y: ArraySlice<Double>) -> Double {
    zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The largest element of |V Vᵀ − I|.
  static func departure(_ eigen: SymmetricEigen) -> Double {
    var largest = 0.0
    for i in 0..<eigen.order {
      for j in 0...i { largest = max(largest, abs(dot(eigen.vector(i), eigen.vector(j)) - (i == j ? 1 : 0))) }
    }
    return largest
  }

  @Test("the fixture has every case")
  func fixture() { #expect(Self.cases.count == 17) }

  @Test("eigenvalues are LAPACK's, largest first", arguments: cases)
  func values(known: Case) {
    let eigen = SymmetricEigen(known.matrix, order: known.order)
    #expect(eigen.values.count == known.order && eigen.vectors.count == known.order * known.order)
    for (value, reference) in zip(eigen.values, known.values) {
      #expect(abs(value - reference) <= Self.tolerance(known.norm))
    }
    #expect(zip(eigen.values, eigen.values.dropFirst()).allSatisfy { $0 >= $1 })
  }

  @Test("vectors are orthonormal, also where values coincide or are zero", arguments: cases)
  func orthonormal(known: Case) {
    #expect(Self.departure(SymmetricEigen(known.matrix, order: known.order)) <= 20 * 0x1p-52)
  }

  @Test("the matrix times a vector is its value times the vector", arguments: cases)
  func residuals(known: Case) {
    let (eigen, n) = (SymmetricEigen(known.matrix, order: known.order), known.order)
    for k in 0..<n {
      for (i, element) in eigen.vector(k).enumerated() {
        let product = Self.dot(known.matrix[i * n..<(i + 1) * n], eigen.vector(k))
        #expect(abs(product - eigen.values[k] * element) <= Self.tolerance(known.norm))
      }
    }
  }

  @Test("where a value stands alone its vector is LAPACK's, with a positive largest element", arguments: cases)
  func vectors(known: Case) {
    let (eigen, n) = (SymmetricEigen(known.matrix, order: known.order), known.order)
    for k in 0..<n {
      var largest = 0.0
      for value in eigen.vector(k) where abs(value) > abs(largest) { largest = value }
      #expect(largest > 0)
      let gaps = [k - 1, k + 1].filter { (0..<n).contains($0) }.map { abs(known.values[$0] - known.values[k]) }
      // A vector turns by as much as the matrix is rounded, relative to the gap.
      guard let gap = gaps.min(), gap > 1e-6 * known.norm else { continue }
      let cosine = Self.dot(eigen.vector(k), known.vector(k))
      for (a, b) in zip(eigen.vector(k), known.vector(k)) {
        #expect(abs(a - (cosine < 0 ? -b : b)) <= 40 * 0x1p-52 * known.norm / gap)
      }
    }
  }

  @Test("a matrix of order 784 is decomposed to 1e-13, and twice to the same bits")
  func large() {
    let n = 784
    var stream = RandomStream(seed: 5, purpose: .codec)
    var matrix = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      for j in i..<n {
        matrix[i * n + j] = stream.normal()
        matrix[j * n + i] = matrix[i * n + j]
      }
    }
    let clock = ContinuousClock()
    let start = clock.now
    let eigen = SymmetricEigen(matrix, order: n)
    print("SymmetricEigen, order \(n): \(clock.now - start)")
    #expect(Self.departure(eigen) < 1e-13)
    // Trace and sum of squares are those of the values.
    let trace = (0..<n).reduce(0) { $0 + matrix[$1 * n + $1] }
    let squares = matrix.reduce(0) { $0 + $1 * $1 }
    #expect(abs(eigen.values.reduce(0, +) - trace) < 1e-10)
    #expect(abs(eigen.values.reduce(0) { $0 + $1 * $1 } / squares - 1) < 1e-13)
    let again = SymmetricEigen(matrix, order: n)
    #expect(again.values == eigen.values && again.vectors == eigen.vectors)
  }

  @Test("only the upper triangle is read")
  func upperTriangle() {
    let whole = SymmetricEigen([2, 1, 1, 2], order: 2)
    let upper = SymmetricEigen([2, 1, 99, 2], order: 2)
    #expect(whole.values == upper.values && whole.vectors == upper.vectors)
  }
}
