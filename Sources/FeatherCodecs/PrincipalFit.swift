internal import FeatherTensors

/// The principal components of a few long vectors, in closed form.
///
/// With the vectors less their mean as the rows of X, shape [n, P], the Gram matrix X Xᵀ has the eigenvalues λ and eigenvectors u,
/// and the components are Xᵀ u / √λ (Sirovich (1987), *Turbulence and the dynamics of coherent structures*, part I: the method of
/// snapshots). Every sum is in Double and has one order, so that the bits depend on neither threads nor machine.
enum PrincipalFit {
  /// Components whose λ is at most this part of the largest are rounding errors: 10⁻⁶ in the singular values.
  static let negligible = 1e-12

  /// The components of the largest eigenvalues: at most `most`, and no more than keep `keptVariance` of the sum of all.
  ///
  /// - Parameters:
  ///   - vectors: shape [n, P].
  ///   - mean: what is subtracted, shape [P]; empty for nothing.
  static func basis(
    _ vectors: [[Float]], mean: [Float], length: Int, most: Int, keptVariance: Double?, team: ThreadTeam
  ) -> PrincipalBasis {
    let rows = RowBlocks(count: vectors.count, length: length) { row, range, target in
      vectors[row].withUnsafeBufferPointer { PrincipalBasis.centre($0, mean, range, into: target) }
    }
    let eigen = SymmetricEigen(rows.products(team: team), order: vectors.count)
    let most = min(most, max(0, mean.isEmpty ? vectors.count : vectors.count - 1))
    let rank = rank(eigen.values, most: most, keptVariance: keptVariance)
    var basis = PrincipalBasis(
      length: length, mean: mean, components: components(of: rows, eigen, rank, team), rank: rank)
    // Components of small eigenvalues inherit the large ones' rounding errors; one pass leaves those of float32.
    basis.orthonormalise(team: team)
    return basis
  }

  /// How many components to keep.
  static func rank(_ values: [Double], most: Int, keptVariance: Double?) -> Int {
    let largest = values.first ?? 0
    let rank = values.prefix(most).prefix { $0 > 0 && $0 > largest * negligible }.count
    guard let keptVariance else { return rank }
    let target = keptVariance * values.reduce(0) { $0 + max($1, 0) }
    var kept = 0.0
    for k in 0..<rank {
      guard kept < target else { return k }
      kept += values[k]
    }
    return rank
  }

  /// Xᵀ u / √λ of the first `rank` eigenvectors, shape [rank, P], accumulated in Double, vector 0 first.
  private static func components(of rows: RowBlocks, _ eigen: SymmetricEigen, _ rank: Int, _ team: ThreadTeam)
    -> [Float]
  {
    let weights = (0..<rank).map { k in eigen.vector(k).map { $0 / eigen.values[k].squareRoot() } }
    return [Float](unsafeUninitializedCapacity: rank * rows.length) { result, count in
      let result = result
      rows.forEachBlock(team: team) { range, block, width in
        let block = UnsafeBufferPointer(block)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { sum in
          for k in 0..<rank {
            sum.initialize(repeating: 0)
            for (i, weight) in weights[k].enumerated() {
              RowProducts.add(weight, UnsafeBufferPointer(rebasing: block[(i * width)...].prefix(width)), to: sum)
            }
            for i in 0..<width { result[k * rows.length + range.lowerBound + i] = Float(sum[i]) }
          }
        }
      }
      count = rank * rows.length
    }
  }
}
