/// Sixteen bits per value: IEEE half precision or bfloat16, each value by itself, rounded to nearest, ties to even.
///
/// The relative error is at most 2⁻¹¹ in half precision's normal range (2⁻¹⁴ to 65,504) and 2⁻⁸ in bfloat16's (2⁻¹²⁶ to
/// 3.39e38); smaller values are off by at most 2⁻²⁵ and 2⁻¹³⁴. Half precision refuses values beyond ±65,504, bfloat16
/// those that would round to infinity. Deterministic, and therefore biased.
///
/// Wire format: P words of 16 bits, little-endian; 2 P bytes. A bfloat16 word is the upper half of the float32 that it
/// stands for.
public struct HalfCodec: UpdateCodec {
  /// How the sixteen bits are divided.
  public enum Format: String, CaseIterable, Hashable, Sendable {
    /// IEEE binary16: a sign, 5 bits of exponent, 10 of the significand.
    case float16
    /// A sign, float32's 8 bits of exponent, 7 of the significand.
    case bfloat16
  }

  /// Length of the update, P.
  public let parameters: Int
  /// How the sixteen bits are divided.
  public let format: Format
  /// What is encoded.
  public let input: UpdateInput

  /// Sixteen bits for each of `parameters` floats.
  public init(parameters: Int, format: Format, input: UpdateInput = .difference) {
    self.parameters = parameters
    self.format = format
    self.input = input
  }

  /// Bytes of an upload without its header: 2 P.
  public var expectedByteCount: Int { 2 * parameters }
  /// P floats.
  public var latentSize: Int { parameters }
  /// Values of the format.
  public var kind: Payload.Kind { format == .float16 ? .float16 : .bfloat16 }

  /// The client's half.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder { coder }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder { coder }

  private var coder: any UpdateEncoder & UpdateDecoder {
    switch format {
    case .float16: Float16Coder(count: parameters)
    case .bfloat16: BFloat16Coder(count: parameters)
    }
  }
}

/// Both halves in half precision.
struct Float16Coder: UpdateEncoder, UpdateDecoder {
  let count: Int

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: count)
    return Encoding(body: try ValueFormat.sixteen.bytes(update))
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    try checkDecoded(ValueFormat.sixteen.values(body, count: count))
  }
}

/// Both halves in bfloat16.
struct BFloat16Coder: UpdateEncoder, UpdateDecoder {
  let count: Int
  /// From here on magnitudes round to infinity: half a unit beyond the largest finite value.
  private static let limit: UInt32 = 0x7F7F_8000

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: count)
    if let index = update.firstIndex(where: { $0.magnitude.bitPattern >= Self.limit }) {
      throw CodecError("value \(index) of an update is \(update[index]), which bfloat16 cannot hold")
    }
    return Encoding(
      body: [UInt8](unsafeUninitializedCapacity: 2 * count) { buffer, filled in
        let bytes = UnsafeMutableRawBufferPointer(buffer)
        for (i, value) in update.enumerated() {
          let bits = value.bitPattern
          // Half a unit less the tie, which the lowest kept bit breaks towards even.
          let rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16
          bytes.storeBytes(of: UInt16(truncatingIfNeeded: rounded), toByteOffset: 2 * i, as: UInt16.self)
        }
        filled = 2 * count
      })
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    guard body.count == 2 * count else {
      throw CodecError("a payload holds \(body.count) bytes, expected \(2 * count) for \(count) bfloat16 values")
    }
    return try checkDecoded(
      body.withUnsafeBytes { bytes in
        (0..<count).map {
          Float(bitPattern: UInt32(bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)) << 16)
        }
      })
  }
}
