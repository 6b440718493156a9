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
    var x = counter
    var k = key
    for _ in 0..<9 {
      x = round(x, k)
      k &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return round(x, k)
  }

  @inlinable
  static func round(_ x: SIMD4<UInt32>, _ k: SIMD2<UInt32>) -> SIMD4<UInt32> {
    let a = 0xD251_1F53 * UInt64(x[0])
    let b = 0xCD9E_8D57 * UInt64(x[2])
    return SIMD4(
      UInt32(truncatingIfNeeded: b >> 32) ^ x[1] ^ k[0], UInt32(truncatingIfNeeded: b),
      UInt32(truncatingIfNeeded: a >> 32) ^ x[3] ^ k[1], UInt32(truncatingIfNeeded: a))
  }
}
