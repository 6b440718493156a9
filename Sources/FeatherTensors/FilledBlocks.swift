/// Which blocks of sixteen inputs are not blank in each sample of a set.
///
/// Images have margins. A network's first layer may leave a blank block out: every product with it is a zero, and adding a zero changes
/// no sum.
public struct FilledBlocks: Sendable {
  private static let block = 16

  /// A bit for each of a sample's whole blocks, set unless all sixteen inputs are zero, 64 to a word; shape [samples, words].
  public let bits: [UInt64]
  /// Words of a sample.
  public let words: Int

  /// Looks through `inputs`, shape [samples, width].
  public init(of inputs: AlignedFloats, width: Int) {
    precondition(width > 0, "samples have inputs")
    let words = (width + 64 * Self.block - 1) / (64 * Self.block)
    let samples = inputs.count / width
    self.words = words
    bits = [UInt64](unsafeUninitializedCapacity: samples * words) { bits, count in
      bits.initialize(repeating: 0)
      inputs.withUnsafeBufferPointer { inputs in
        let bytes = UnsafeRawBufferPointer(inputs)
        for sample in 0..<samples {
          for block in 0..<width / Self.block {
            let place = 4 * (sample * width + block * Self.block)
            let values = bytes.loadUnaligned(fromByteOffset: place, as: SIMD16<UInt32>.self)
            guard values != SIMD16() else { continue }
            bits[sample * words + block / 64] |= 1 << UInt64(block % 64)
          }
        }
      }
      count = samples * words
    }
  }
}
