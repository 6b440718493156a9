internal import FeatherTensors

/// A random rotation of updates in blocks, which spreads every value over its block: H D / √d with a diagonal D of random signs.
///
/// Padding a whole update to a power of two could double its bits. Instead the P values fall into n equal blocks, each of d = 2^k
/// places: block b holds the values ⌊b P / n⌋ up to ⌊(b + 1) P / n⌋, and zeros behind them. Up to 512 values are one block of the
/// next power of two; for more, k is that of 9...13 with the fewest bytes, the largest if several are. Value i changes its sign
/// when bit i mod 32 of word ⌊i / 32⌋ of the stream is set.
struct RandomRotation: Sendable {
  /// Length of an update, P.
  let count: Int
  /// Places of a block, d.
  let blockSize: Int
  /// The number of blocks, n.
  let blocks: Int

  /// A rotation of `count` values, each of which is sent with `bits` bits, and `overhead` bytes more for each block.
  init(count: Int, bits: Int, overhead: Int) {
    self.count = count
    var best = Self.cost(count, size: Self.powerOfTwo(from: count), bits, overhead)
    if count > 512 {
      let costs = (9...13).map { Self.cost(count, size: 1 << $0, bits, overhead) }
      best = costs.reduce(costs[0]) { $1.bytes <= $0.bytes ? $1 : $0 }
    }
    blockSize = best.size
    blocks = best.blocks
  }

  /// Places of all blocks, n d.
  var places: Int { blocks * blockSize }

  /// Rotates an update.
  ///
  /// - Returns: shape [n, d].
  func rotated(_ update: [Float], _ stream: RandomStream) -> [Float] {
    let signs = signs(stream)
    return [Float](unsafeUninitializedCapacity: places) { result, filled in
      result.initialize(repeating: 0)
      for block in 0..<blocks {
        let values = values(of: block)
        let places = UnsafeMutableBufferPointer(rebasing: result[(block * blockSize)...].prefix(blockSize))
        for (place, i) in values.enumerated() { places[place] = Self.flipped(update[i], signs, i) }
        Hadamard.transform(places)
      }
      filled = places
    }
  }

  /// Rotates back, and leaves the padding out.
  func restored(_ rotated: consuming [Float], _ stream: RandomStream) -> [Float] {
    let signs = signs(stream)
    var rotated = rotated
    return [Float](unsafeUninitializedCapacity: count) { result, filled in
      rotated.withUnsafeMutableBufferPointer { rotated in
        for block in 0..<blocks {
          let places = UnsafeMutableBufferPointer(rebasing: rotated[(block * blockSize)...].prefix(blockSize))
          Hadamard.transform(places)
          for (place, i) in values(of: block).enumerated() { result[i] = Self.flipped(places[place], signs, i) }
        }
      }
      filled = count
    }
  }

  /// The values that block `block` holds.
  private func values(of block: Int) -> Range<Int> { block * count / blocks..<(block + 1) * count / blocks }

  private func signs(_ stream: RandomStream) -> [UInt32] {
    var stream = stream
    return (0..<(count + 31) / 32).map { _ in stream.nextWord() }
  }

  @inline(__always)
  private static func flipped(_ value: Float, _ signs: [UInt32], _ i: Int) -> Float {
    Float(bitPattern: value.bitPattern ^ (signs[i >> 5] >> UInt32(i & 31)) << 31)
  }

  private static func cost(
    _ count: Int, size: Int, _ bits: Int, _ overhead: Int
  ) -> (size: Int, blocks: Int, bytes: Int) {
    let blocks = (count + size - 1) / size
    return (size, blocks, blocks * overhead + BitWriter.byteCount(bits: bits * blocks * size))
  }

  /// The smallest power of two that is at least `count`.
  private static func powerOfTwo(from count: Int) -> Int {
    var power = 1
    while power < count { power *= 2 }
    return power
  }
}
