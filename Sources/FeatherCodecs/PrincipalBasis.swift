internal import FeatherTensors

/// A mean and K orthonormal vectors of P floats: what both halves of a fitted `PCACodec` are built from.
struct PrincipalBasis: Sendable {
  /// Length of an update, P.
  let length: Int
  /// The mean, shape [P]; empty when updates are not centred.
  let mean: [Float]
  /// The components, shape [K, P], one after the other.
  var components: [Float]
  /// The number of components, K.
  let rank: Int

  /// Elements that are turned into Double at a time; part of the order of sums.
  static let block = 2048

  /// Vᵀ (x − mean), in Double: eight sums per block of 2048, pairs of which are added up, and then the blocks' sums in order.
  func coefficients(of x: [Float]) -> [Double] {
    var result = [Double](repeating: 0, count: rank)
    Self.withBlocks(length) { range, rest in
      x.withUnsafeBufferPointer { Self.centre($0, mean, range, into: rest) }
      components.withUnsafeBufferPointer { components in
        for k in 0..<rank {
          let row = UnsafeBufferPointer(rebasing: components[(k * length + range.lowerBound)...].prefix(range.count))
          result[k] += RowProducts.dot(row, UnsafeBufferPointer(rest))
        }
      }
    }
    return result
  }

  /// mean + V z, accumulated in Double, component 0 first, and rounded once; values beyond float32's range become infinite.
  func reconstruction(of z: [Float]) -> [Float] {
    [Float](unsafeUninitializedCapacity: length) { result, count in
      Self.withBlocks(length) { range, sum in
        if mean.isEmpty {
          sum.update(repeating: 0)
        } else {
          for i in range { sum[i - range.lowerBound] = Double(mean[i]) }
        }
        components.withUnsafeBufferPointer { components in
          for k in 0..<rank {
            let row = UnsafeBufferPointer(rebasing: components[(k * length + range.lowerBound)...].prefix(range.count))
            RowProducts.add(Double(z[k]), row, to: sum)
          }
        }
        for i in range { result[i] = Float(sum[i - range.lowerBound]) }
      }
      count = length
    }
  }

  /// The squared errors that K components, their coefficients rounded to float32, leave of some vectors.
  func squaredErrors(of vectors: [[Float]], team: ThreadTeam) -> [Double] {
    let (count, rank, length) = (vectors.count, rank, length)
    // The vectors and behind them the components.
    let rows = RowBlocks(count: count + rank, length: length) { row, range, target in
      guard row < count else {
        let start = (row - count) * length
        for i in range { target[i - range.lowerBound] = Double(components[start + i]) }
        return
      }
      vectors[row].withUnsafeBufferPointer { Self.centre($0, mean, range, into: target) }
    }
    let coefficients = rows.sums(count * rank, team: team) { rows, width, sums in
      for i in 0..<count {
        for k in 0..<rank { sums[i * rank + k] += RowProducts.dot(rows, i, count + k, width) }
      }
    }.map { Double(Float($0)) }
    return rows.sums(count, team: team) { rows, width, sums in
      for i in 0..<count {
        let row = UnsafeMutableBufferPointer(rebasing: rows[(i * width)...].prefix(width))
        for k in 0..<rank {
          let component = rows[((count + k) * width)...].prefix(width)
          RowProducts.add(-coefficients[i * rank + k], UnsafeBufferPointer(rebasing: component), to: row)
        }
        sums[i] += RowProducts.dot(rows, i, i, width)
      }
    }
  }

  /// x − mean within `range`, in Double, where the difference is exact or as good as.
  static func centre(
    _ x: UnsafeBufferPointer<Float>, _ mean: [Float], _ range: Range<Int>,
    into rest: UnsafeMutableBufferPointer<Double>
  ) {
    let start = range.lowerBound
    guard !mean.isEmpty else {
      for i in 0..<range.count { rest[i] = Double(x[start + i]) }
      return
    }
    mean.withUnsafeBufferPointer { mean in
      for i in 0..<range.count { rest[i] = Double(x[start + i]) - Double(mean[start + i]) }
    }
  }

  /// Calls `body` with each block of 0..<`length` in turn and room for as many Doubles.
  private static func withBlocks(_ length: Int, _ body: (Range<Int>, UnsafeMutableBufferPointer<Double>) -> Void) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: block) { room in
      room.initialize(repeating: 0)
      for start in stride(from: 0, to: length, by: block) {
        let range = start..<min(start + block, length)
        body(range, UnsafeMutableBufferPointer(rebasing: room[..<range.count]))
      }
    }
  }
}

extension PrincipalBasis {
  /// Replaces V by V R⁻¹ with Rᵀ R = Vᵀ V, which is what Gram and Schmidt's method gives, where V is not orthonormal to 10⁻⁷ yet.
  mutating func orthonormalise(team: ThreadTeam) {
    let (rank, length) = (rank, length)
    components.withUnsafeMutableBufferPointer { components in
      let components = components
      let rows = RowBlocks(count: rank, length: length) { row, range, target in
        for i in range { target[i - range.lowerBound] = Double(components[row * length + i]) }
      }
      for _ in 0..<2 {
        let products = rows.products(team: team)
        let departure = products.indices.reduce(0) { largest, i in
          i % rank < i / rank ? largest : max(largest, abs(products[i] - (i % rank == i / rank ? 1 : 0)))
        }
        guard departure > 1e-7 else { return }
        let factor = Self.cholesky(products, rank)
        rows.forEachBlock(team: team) { range, rows, width in
          Self.solve(rows, width, factor, rank)
          for k in 0..<rank {
            for i in 0..<width { components[k * length + range.lowerBound + i] = Float(rows[k * width + i]) }
          }
        }
      }
    }
  }

  /// The upper triangle R with Rᵀ R = `products`, a matrix close to I.
  private static func cholesky(_ products: [Double], _ rank: Int) -> [Double] {
    var factor = [Double](repeating: 0, count: rank * rank)
    for i in 0..<rank {
      for j in i..<rank {
        var rest = products[i * rank + j]
        for k in 0..<i { rest -= factor[k * rank + i] * factor[k * rank + j] }
        factor[i * rank + j] = i == j ? max(rest, 0x1p-52).squareRoot() : rest / factor[i * rank + i]
      }
    }
    return factor
  }

  /// Rows times R⁻¹ from the right, row 0 first.
  private static func solve(
    _ rows: UnsafeMutableBufferPointer<Double>, _ width: Int, _ factor: [Double], _ rank: Int
  ) {
    for k in 0..<rank {
      let row = UnsafeMutableBufferPointer(rebasing: rows[(k * width)...].prefix(width))
      for j in 0..<k {
        let earlier = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(rows)[(j * width)...].prefix(width))
        RowProducts.add(-factor[j * rank + k], earlier, to: row)
      }
      let scale = 1 / factor[k * rank + k]
      for i in 0..<width { row[i] *= scale }
    }
  }
}
