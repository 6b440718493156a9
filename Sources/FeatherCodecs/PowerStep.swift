internal import FeatherTensors

/// One step of the power method on a matrix M (PowerSGD, arXiv:1905.13727, algorithm 1), sums in Double.
struct PowerStep {
  private let matrix: UnsafeBufferPointer<Float>
  private let rows: Int
  private let columns: Int
  private let rank: Int
  /// A column that is shorter than this part of its length after others were taken off it depends on them.
  private static let dependent = 1e-6

  /// A step on a matrix of `columns` columns, which is not empty, towards `rank` directions.
  init(_ matrix: UnsafeBufferPointer<Float>, columns: Int, rank: Int) {
    self.matrix = matrix
    self.columns = columns
    self.rank = rank
    rows = matrix.count / columns
  }

  /// P = M Q, orthonormal, and then Q = Mᵀ P.
  ///
  /// - Parameters:
  ///   - start: the Q of the last step, `rank` columns; those that are zero are drawn.
  ///   - stream: what they are drawn from.
  /// - Returns: P and Q, column by column, rounded to float32; Q may be infinite where M is huge.
  func take(from start: [Float], _ stream: inout RandomStream) -> (left: [Float], right: [Float]) {
    var q = start.map(Double.init)
    for k in 0..<rank where start[k * columns..<(k + 1) * columns].allSatisfy({ $0 == 0 }) {
      for j in k * columns..<(k + 1) * columns { q[j] = stream.normal() }
    }
    var p = [Double](repeating: 0, count: rank * rows)
    q.withUnsafeBufferPointer { q in
      for i in 0..<rows {
        for k in 0..<rank { p[k * rows + i] = RowProducts.dot(row(i), UnsafeBufferPointer(rebasing: q[column(k)])) }
      }
    }
    p.withUnsafeMutableBufferPointer { orthonormalise($0) }
    let left = p.map(Float.init)
    q = [Double](repeating: 0, count: rank * columns)
    q.withUnsafeMutableBufferPointer { q in
      for i in 0..<rows {
        for k in 0..<rank {
          RowProducts.add(Double(left[k * rows + i]), row(i), to: UnsafeMutableBufferPointer(rebasing: q[column(k)]))
        }
      }
    }
    return (left, q.map(Float.init))
  }

  private func row(_ i: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(rebasing: matrix[i * columns..<(i + 1) * columns])
  }

  private func column(_ k: Int) -> Range<Int> { k * columns..<(k + 1) * columns }

  /// Gram and Schmidt's method, modified, twice for each column.
  private func orthonormalise(_ p: UnsafeMutableBufferPointer<Double>) {
    for k in 0..<rank {
      let column = UnsafeMutableBufferPointer(rebasing: p[k * rows..<(k + 1) * rows])
      let length = Self.norm(column)
      for _ in 0..<2 {
        for earlier in 0..<k {
          let other = UnsafeBufferPointer(rebasing: p[earlier * rows..<(earlier + 1) * rows])
          RowProducts.add(-RowProducts.dot(UnsafeBufferPointer(column), other), other, to: column)
        }
      }
      let rest = Self.norm(column)
      let scale = rest > Self.dependent * length ? 1 / rest : 0
      for i in column.indices { column[i] *= scale }
    }
  }

  private static func norm(_ x: UnsafeMutableBufferPointer<Double>) -> Double {
    RowProducts.dot(UnsafeBufferPointer(x), UnsafeBufferPointer(x)).squareRoot()
  }

  /// P Qᵀ, row after row, each element accumulated in Double, column 0 first.
  static func multiply(_ left: [Float], _ right: [Float], rank: Int, into matrix: UnsafeMutableBufferPointer<Float>) {
    let (rows, columns) = (left.count / rank, right.count / rank)
    right.withUnsafeBufferPointer { right in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: columns) { sum in
        for i in 0..<rows {
          sum.initialize(repeating: 0)
          for k in 0..<rank {
            let column = UnsafeBufferPointer(rebasing: right[k * columns..<(k + 1) * columns])
            RowProducts.add(Double(left[k * rows + i]), column, to: sum)
          }
          for j in 0..<columns { matrix[i * columns + j] = Float(sum[j]) }
        }
      }
    }
  }
}
