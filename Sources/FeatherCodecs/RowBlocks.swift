internal import FeatherTensors

/// A few long rows that are read in blocks and in Double, so that a block of all rows stays in the cache.
struct RowBlocks {
  /// The number of rows, n.
  let count: Int
  /// The length of each row, P.
  let length: Int
  /// Writes the elements of a row that lie in a range.
  let fill: (_ row: Int, _ range: Range<Int>, _ target: UnsafeMutableBufferPointer<Double>) -> Void

  /// Elements of each row in a block.
  static let block = 512
  private static let pieces = 16

  /// The inner products of all pairs of rows, shape [n, n], of which the upper triangle is filled.
  func products(team: ThreadTeam) -> [Double] {
    sums(count * count, team: team) { rows, width, sums in
      for i in 0..<count {
        for j in i..<count { sums[i * count + j] += RowProducts.dot(rows, i, j, width) }
      }
    }
  }

  /// Sums over P: `add` adds those of one block of all rows, shape [n, width], to `number` sums; it may change the rows.
  ///
  /// P falls into at most sixteen pieces, whatever the number of threads. The sum of a piece is that of its blocks in order, and
  /// the result is the sum of the pieces in order.
  func sums(
    _ number: Int, team: ThreadTeam,
    _ add: (UnsafeMutableBufferPointer<Double>, Int, UnsafeMutableBufferPointer<Double>) -> Void
  ) -> [Double] {
    let pieces = pieces
    var partial = [Double](repeating: 0, count: pieces.count * number)
    partial.withUnsafeMutableBufferPointer { partial in
      let partial = partial
      team.forEach(pieces.count) { piece in
        let sums = UnsafeMutableBufferPointer(rebasing: partial[(piece * number)...].prefix(number))
        forEachBlock(of: pieces[piece]) { _, rows, width in add(rows, width, sums) }
      }
    }
    return (0..<number).map { i in pieces.indices.reduce(0) { $0 + partial[$1 * number + i] } }
  }

  /// Calls `body` with each block of all rows, shape [n, width], side by side.
  func forEachBlock(team: ThreadTeam, _ body: (Range<Int>, UnsafeMutableBufferPointer<Double>, Int) -> Void) {
    let pieces = pieces
    team.forEach(pieces.count) { forEachBlock(of: pieces[$0], body) }
  }

  private func forEachBlock(
    of piece: Range<Int>, _ body: (Range<Int>, UnsafeMutableBufferPointer<Double>, Int) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count * Self.block) { rows in
      rows.initialize(repeating: 0)
      for start in stride(from: piece.lowerBound, to: piece.upperBound, by: Self.block) {
        let range = start..<min(start + Self.block, piece.upperBound)
        for row in 0..<count {
          fill(row, range, UnsafeMutableBufferPointer(rebasing: rows[(row * range.count)...].prefix(range.count)))
        }
        body(range, rows, range.count)
      }
    }
  }

  /// At most sixteen pieces of 0..<P, of whole blocks each but the last.
  private var pieces: [Range<Int>] {
    let blocks = (length + Self.block - 1) / Self.block
    let size = max(1, (blocks + Self.pieces - 1) / Self.pieces) * Self.block
    return stride(from: 0, to: length, by: size).map { $0..<min($0 + size, length) }
  }
}

/// Loops over rows that lie contiguously; sums in Double.
enum RowProducts {
  /// The inner product of rows `i` and `j` of a block.
  @inline(__always)
  static func dot(_ rows: UnsafeMutableBufferPointer<Double>, _ i: Int, _ j: Int, _ width: Int) -> Double {
    let rows = UnsafeBufferPointer(rows)
    return dot(
      UnsafeBufferPointer(rebasing: rows[(i * width)...].prefix(width)),
      UnsafeBufferPointer(rebasing: rows[(j * width)...].prefix(width)))
  }

  /// The inner product; element i is added to sum i mod 8, then sums k and k + 4, k + 2, k + 1 are added up.
  @inline(__always)
  static func dot(_ x: UnsafeBufferPointer<Double>, _ y: UnsafeBufferPointer<Double>) -> Double {
    sum(x.count, at: { x[$0] * y[$0] }) { i in
      UnsafeRawPointer(x.baseAddress.unsafelyUnwrapped + i).loadUnaligned(as: SIMD8<Double>.self)
        * UnsafeRawPointer(y.baseAddress.unsafelyUnwrapped + i).loadUnaligned(as: SIMD8<Double>.self)
    }
  }

  /// The same of float32 and Double elements.
  @inline(__always)
  static func dot(_ x: UnsafeBufferPointer<Float>, _ y: UnsafeBufferPointer<Double>) -> Double {
    sum(x.count, at: { Double(x[$0]) * y[$0] }) { i in
      let floats = UnsafeRawPointer(x.baseAddress.unsafelyUnwrapped + i).loadUnaligned(as: SIMD8<Float>.self)
      return SIMD8<Double>(floats)
        * UnsafeRawPointer(y.baseAddress.unsafelyUnwrapped + i).loadUnaligned(as: SIMD8<Double>.self)
    }
  }

  /// sum += a x.
  @inline(__always)
  static func add(_ a: Double, _ x: UnsafeBufferPointer<Float>, to sum: UnsafeMutableBufferPointer<Double>) {
    for i in 0..<x.count { sum[i] += a * Double(x[i]) }
  }

  /// sum += a x.
  @inline(__always)
  static func add(_ a: Double, _ x: UnsafeBufferPointer<Double>, to sum: UnsafeMutableBufferPointer<Double>) {
    for i in 0..<x.count { sum[i] += a * x[i] }
  }

  @inline(__always)
  private static func sum(_ count: Int, at term: (Int) -> Double, eightFrom terms: (Int) -> SIMD8<Double>) -> Double {
    let whole = count / 8 * 8
    var sums = SIMD8<Double>()
    var i = 0
    while i < whole {
      sums += terms(i)
      i += 8
    }
    while i < count {
      sums[i - whole] += term(i)
      i += 1
    }
    let four = sums.lowHalf + sums.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }
}
