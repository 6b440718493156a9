public import FeatherTensors

/// Any codec with the values of its uploads in fewer bits: the 'orthogonal' add-on of arXiv:2108.05670.
///
/// 16 bits: IEEE half precision, rounded to nearest; relative error at most 2⁻¹¹ in its normal range, and a value beyond ±65,504 is refused.
/// 8 and 4 bits: uniform levels with one scale per payload, rounded to nearest. A payload with a negative value has the levels
/// −L…L with L = 2^(bits−1) − 1; one without has 0…L with L = 2^bits − 1, so that latents behind a ReLU lose no bit to a sign.
/// With m the largest magnitude, every value is off by at most m / (2 L). Deterministic, and therefore biased.
///
/// Wire format of an upload with n values:
///
///     16 bits   n half-precision floats, little-endian
///     8, 4 bits the scale m / L as float32, little-endian, its sign bit set when there are negative levels; then n levels in two's
///               complement (with a sign) or plain binary, for 4 bits two to a byte, the first in the low half
public struct QuantisedCodec: UpdateCodec {
  /// Bits per value.
  public enum Bits: Int, CaseIterable, Hashable, Sendable {
    /// Two values to a byte.
    case four = 4
    /// A byte per value.
    case eight = 8
    /// Half precision.
    case sixteen = 16
  }

  private let base: any UpdateCodec
  private let bits: Bits

  /// `base` with its values in `bits` bits.
  public init(_ base: any UpdateCodec, bits: Bits) {
    self.base = base
    self.bits = bits
  }

  /// What the base encodes.
  public var input: UpdateInput { base.input }
  /// Values per upload, as the base has them.
  public var latentSize: Int { base.latentSize }
  /// Values in fewer bits.
  public var payloadKind: Payload.Kind { .quantised }
  /// The base's; quantising has none.
  public var parameterCounts: (encoder: Int, decoder: Int) { base.parameterCounts }
  /// Whether the base is.
  public var isFitted: Bool { base.isFitted }

  /// Fits the base; halves are shipped in float32.
  public func fit(_ snapshots: SnapshotSet, seed: UInt64, client: Int, team: ThreadTeam) throws -> FittedCodec {
    try base.fit(snapshots, seed: seed, client: client, team: team)
  }

  /// The client's half: the base's, then the quantiser.
  public func encoder(from shipped: Payload?) throws -> any UpdateEncoder {
    QuantisingEncoder(base: try base.encoder(from: shipped), kind: base.payloadKind, count: latentSize, bits: bits)
  }

  /// The aggregator's half: the quantiser's inverse, then the base's.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder {
    QuantisingDecoder(base: try base.decoder(from: shipped), kind: base.payloadKind, count: latentSize, bits: bits)
  }
}

private struct QuantisingEncoder: UpdateEncoder {
  var base: any UpdateEncoder
  let kind: Payload.Kind
  let count: Int
  let bits: QuantisedCodec.Bits

  mutating func encode(_ update: [Float]) throws -> EncodedUpdate {
    let encoded = try base.encode(update)
    let values = try encoded.payload.values(kind, count: count)
    return EncodedUpdate(payload: try Quantiser(bits).payload(values), latent: encoded.latent)
  }
}

private struct QuantisingDecoder: UpdateDecoder {
  var base: any UpdateDecoder
  let kind: Payload.Kind
  let count: Int
  let bits: QuantisedCodec.Bits

  mutating func decode(_ payload: Payload) throws -> [Float] {
    try base.decode(Payload(kind, values: try Quantiser(bits).values(payload, count: count)))
  }
}

/// Values to few bits and back.
struct Quantiser {
  private let bits: QuantisedCodec.Bits

  init(_ bits: QuantisedCodec.Bits) {
    self.bits = bits
  }

  /// Bytes of `count` values, scale included.
  func byteCount(_ count: Int) -> Int {
    switch bits {
    case .sixteen: 2 * count
    case .eight: 4 + count
    case .four: 4 + (count + 1) / 2
    }
  }

  /// - Throws: `CodecError` on a value that is not finite, or beyond half precision's range for 16 bits.
  func payload(_ values: [Float]) throws -> Payload {
    let limit = bits == .sixteen ? Float(Float16.greatestFiniteMagnitude) : .greatestFiniteMagnitude
    if let index = values.firstIndex(where: { !(abs($0) <= limit) }) {
      throw CodecError("value \(index) of an upload is \(values[index]), which \(bits.rawValue) bits cannot hold")
    }
    return try Payload(.quantised, contentByteCount: byteCount(values.count)) { bytes in
      switch bits {
      case .sixteen:
        for (i, value) in values.enumerated() {
          bytes.storeBytes(of: Float16(value).bitPattern.littleEndian, toByteOffset: 2 * i, as: UInt16.self)
        }
      case .eight, .four: write(values, to: bytes)
      }
    }
  }

  private func write(_ values: [Float], to bytes: UnsafeMutableRawBufferPointer) {
    let isSigned = values.contains { $0 < 0 }
    let top = Float(isSigned ? 1 << (bits.rawValue - 1) - 1 : 1 << bits.rawValue - 1)
    let scale = values.reduce(0) { max($0, abs($1)) } / top
    bytes.storeBytes(of: (isSigned ? -scale : scale).bitPattern.littleEndian, as: UInt32.self)
    let levels = UnsafeMutableRawBufferPointer(rebasing: bytes[4...])
    func level(_ value: Float) -> UInt8 {
      let level = scale > 0 ? min(max((value / scale).rounded(.toNearestOrEven), -top), top) : 0
      return UInt8(truncatingIfNeeded: Int32(level))
    }
    guard bits == .four else {
      for (i, value) in values.enumerated() { levels[i] = level(value) }
      return
    }
    for i in stride(from: 0, to: values.count, by: 2) {
      levels[i / 2] = level(values[i]) & 0xF | (i + 1 < values.count ? level(values[i + 1]) << 4 : 0)
    }
  }

  /// - Throws: `CodecError` when the payload is not one of `count` values in these bits, or its scale is not finite.
  func values(_ payload: Payload, count: Int) throws -> [Float] {
    let body = try payload.body(expecting: .quantised)
    guard body.count == byteCount(count) else {
      throw CodecError(
        "a payload holds \(body.count) bytes, expected \(byteCount(count)) for \(count) values of \(bits.rawValue) bits"
      )
    }
    return try body.withUnsafeBytes { try values($0, count) }
  }

  private func values(_ body: UnsafeRawBufferPointer, _ count: Int) throws -> [Float] {
    guard bits != .sixteen else {
      return (0..<count).map {
        let pattern = body.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)
        return Float(Float16(bitPattern: UInt16(littleEndian: pattern)))
      }
    }
    let scale = Float(bitPattern: UInt32(littleEndian: body.loadUnaligned(as: UInt32.self)))
    guard scale.isFinite else { throw CodecError("a payload's scale is \(scale): sender and receiver disagree") }
    let isSigned = scale.sign == .minus
    return (0..<count).map { Float(level(at: $0, in: body, isSigned: isSigned)) * abs(scale) }
  }

  private func level(at index: Int, in body: UnsafeRawBufferPointer, isSigned: Bool) -> Int {
    let level =
      switch bits {
      case .four: Int(body[4 + index / 2] >> (index % 2 == 0 ? 0 : 4) & 0xF)
      case .eight, .sixteen: Int(body[4 + index])
      }
    let half = 1 << (bits.rawValue - 1)
    return isSigned && level >= half ? level - 2 * half : level
  }
}
