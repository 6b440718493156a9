internal import FeatherTensors

/// One bit per value: signs after a random rotation, and a scale per block.
///
/// Source: DRIVE, Vargaftik et al. 2021, arXiv:2105.08339, algorithm 1 with the randomised Hadamard transform of section 6. With
/// y = R x a block rotated by `RandomRotation`, the aggregator takes x̂ = S R⁻¹ sign(y), sign(0) = 1. S = ‖y‖₂² / ‖y‖₁ is the
/// unbiased scale, S = ‖y‖₁ / d that of least error.
///
/// With the unbiased scale ⟨x̂, x⟩ = ‖x‖² in every draw, and E[x̂] = x if the rotation is uniformly random (section 4); the expected
/// squared error tends to (π / 2 − 1) ‖x‖² ≈ 0.571 ‖x‖² for many values. With the other scale it tends to (1 − 2 / π) ‖x‖² ≈ 0.363
/// ‖x‖², and x̂ to (2 / π) x in the mean. The Hadamard transform is not uniformly random. The bias that this leaves is of the order of
/// Σ x⁴ / (Σ x²)² of a block: negligible for many values of like size, but where all of a block is in few values it is not small. Of
/// two values alone, the smaller one is lost.
///
/// Signs and rotation take the occasion's stream. Wire format, n blocks of d places as `RandomRotation` says:
///
///     n scales as float32, little-endian
///     n d bits, 1 for a negative value, lowest bits first; the last byte filled up with zeros
public struct DRIVECodec: UpdateCodec {
  /// What the signs are multiplied by.
  public enum Scale: String, CaseIterable, Hashable, Sendable {
    /// ‖y‖₂² / ‖y‖₁.
    case unbiased
    /// ‖y‖₁ / d.
    case minimumError
  }

  /// Length of the update, P.
  public let parameters: Int
  /// What the signs are multiplied by.
  public let scale: Scale
  /// What is encoded.
  public let input: UpdateInput
  let rotation: RandomRotation

  /// Signs of updates of `parameters` floats after a random rotation.
  public init(parameters: Int, scale: Scale = .unbiased, input: UpdateInput = .difference) {
    self.parameters = parameters
    self.scale = scale
    self.input = input
    rotation = RandomRotation(count: parameters, bits: 1, overhead: 4)
  }

  /// Bytes of an upload without its header: 4 n + ⌈n d / 8⌉.
  public var expectedByteCount: Int { 4 * rotation.blocks + BitWriter.byteCount(bits: rotation.places) }
  /// P signs.
  public var latentSize: Int { parameters }
  /// Scales and signs.
  public var kind: Payload.Kind { .drive }

  /// The client's half.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder { DRIVECoder(codec: self) }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder { DRIVECoder(codec: self) }
}

/// Both halves of DRIVE: it has no state.
struct DRIVECoder: UpdateEncoder, UpdateDecoder {
  let codec: DRIVECodec

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: codec.parameters)
    let rotation = codec.rotation
    let rotated = rotation.rotated(update, occasion.stream())
    var body: [UInt8] = []
    body.reserveCapacity(codec.expectedByteCount)
    try rotated.withUnsafeBufferPointer { rotated in
      for block in 0..<rotation.blocks {
        let y = UnsafeBufferPointer(rebasing: rotated[(block * rotation.blockSize)...].prefix(rotation.blockSize))
        let magnitude = BlockSums.sum(y) { abs(Double($0)) }
        let exact =
          switch codec.scale {
          case .unbiased: magnitude > 0 ? BlockSums.sum(y) { Double($0) * Double($0) } / magnitude : 0
          case .minimumError: magnitude / Double(y.count)
          }
        body.append(littleEndian: try BlockScales.checked(exact, block).bitPattern)
      }
      for start in stride(from: 0, to: rotated.count, by: 8) {
        var byte: UInt8 = 0
        for i in start..<min(start + 8, rotated.count) where rotated[i] < 0 { byte |= 1 << UInt8(i - start) }
        body.append(byte)
      }
    }
    return Encoding(body: body)
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    let rotation = codec.rotation
    guard body.count == codec.expectedByteCount else {
      throw CodecError("a payload has \(body.count) bytes, DRIVE expects \(codec.expectedByteCount)")
    }
    let scales = try BlockScales.read(body.prefix(4 * rotation.blocks))
    let bits = body.dropFirst(4 * rotation.blocks)
    if rotation.places % 8 != 0, let last = bits.last, last >> UInt8(rotation.places % 8) != 0 {
      throw CodecError("a payload has signs behind its last value: sender and receiver use different codecs")
    }
    let signs = bits.withUnsafeBytes { bits in
      [Float](unsafeUninitializedCapacity: rotation.places) { values, count in
        for (block, scale) in scales.enumerated() {
          for i in block * rotation.blockSize..<(block + 1) * rotation.blockSize {
            let sign = UInt32(bits[i >> 3] >> UInt8(i & 7)) << 31
            values[i] = Float(bitPattern: scale.bitPattern | sign)
          }
        }
        count = rotation.places
      }
    }
    return try checkDecoded(rotation.restored(signs, occasion.stream()), of: "a decoded update")
  }
}

/// The scales of a rotated update's blocks.
enum BlockScales {
  /// A scale as it is sent.
  ///
  /// - Throws: `CodecError` when the block's values are so large that it is beyond float32.
  static func checked(_ exact: Double, _ block: Int) throws -> Float {
    let scale = Float(exact)
    guard scale.isFinite else {
      throw CodecError("the scale of block \(block) of an update is beyond float32's range: its values are too large")
    }
    return scale
  }

  /// Received scales: finite, and none negative.
  static func read(_ body: ArraySlice<UInt8>) throws -> [Float] {
    let scales = body.floats
    if let scale = scales.first(where: { !($0.isFinite && $0.sign == .plus) }) {
      throw CodecError("a payload's scale is \(scale): it was damaged")
    }
    return scales
  }
}

/// Sums over a block of floats, in Double.
enum BlockSums {
  /// Element i is added to sum i mod 8, low elements first, then sums k and k + 4, k + 2, k + 1 are added up.
  @inline(__always)
  static func sum(_ x: UnsafeBufferPointer<Float>, _ term: (Float) -> Double) -> Double {
    var sums = SIMD8<Double>()
    var i = 0
    while i + 8 <= x.count {
      for lane in 0..<8 { sums[lane] += term(x[i + lane]) }
      i += 8
    }
    for rest in i..<x.count { sums[rest - i] += term(x[rest]) }
    let four = sums.lowHalf + sums.highHalf
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
  }
}
