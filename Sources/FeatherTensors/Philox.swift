/// The Philox4x32-10 block function: four words of output for a four-word counter and a two-word key.
///
/// Counter-based: any block can be computed alone, so a stream has no state that a restart could lose.
/// Source: Salmon, Moraes, Dror, Shaw (2011), *Parallel random numbers: as easy as 1, 2, 3* (Random123).
public enum Philox4x32 {
  /// Encrypts `counter` under `key` with ten rounds.
  ///
  /// - Returns: four independent words, uniform over all 32-bit values.
  @inlinable
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    inlineBlock(counter: counter, key: key)
  }

  /// The same, for loops over blocks: the processor works on several at a time where there is no call between them.
  @inlinable @inline(__always)
  static func inlineBlock(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    // Scalars: with a vector, its elements are moved out and in again every round, which takes five times as long.
    var (x0, x1, x2, x3) = (counter[0], counter[1], counter[2], counter[3])
    var (k0, k1) = (key[0], key[1])
    for _ in 0..<10 {
      let a = 0xD251_1F53 &* UInt64(x0)
      let b = 0xCD9E_8D57 &* UInt64(x2)
      x0 = UInt32(truncatingIfNeeded: b >> 32) ^ x1 ^ k0
      x1 = UInt32(truncatingIfNeeded: b)
      x2 = UInt32(truncatingIfNeeded: a >> 32) ^ x3 ^ k1
      x3 = UInt32(truncatingIfNeeded: a)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return SIMD4(x0, x1, x2, x3)
  }
}
