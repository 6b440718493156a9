/// How a codec's values are written: float32, or fewer bits, the 'orthogonal' add-on of arXiv:2108.05670.
///
/// 16 bits: IEEE half precision, rounded to nearest; relative error at most 2⁻¹¹ in its normal range, and a value beyond ±65,504 is refused.
/// 8 and 4 bits: uniform levels with one scale for all, rounded to nearest. Values of which one is negative have the levels
/// −L…L with L = 2^(bits−1) − 1; others have 0…L with L = 2^bits − 1, so that latents behind a ReLU lose no bit to a sign.
/// With m the largest magnitude, every value is off by at most m / (2 L). Deterministic, and therefore biased.
///
/// Wire format of n values:
///
///     float32   n floats, little-endian
///     16 bits   n half-precision floats, little-endian
///     8, 4 bits the scale m / L as float32, little-endian, its sign bit set when there are negative levels; then n levels in two's
///               complement (with a sign) or plain binary, for 4 bits two to a byte, the first in the low half
public enum ValueFormat: Int, CaseIterable, Hashable, Sendable {
  /// Two values to a byte.
  case four = 4
  /// A byte per value.
  case eight = 8
  /// Half precision.
  case sixteen = 16
  /// Single precision: the values as they are.
  case float32 = 32

  private var bits: Int { rawValue }

  /// Bytes of `count` values, scale included.
  public func byteCount(_ count: Int) -> Int {
    switch self {
    case .float32: 4 * count
    case .sixteen: 2 * count
    case .eight: 4 + count
    case .four: 4 + (count + 1) / 2
    }
  }

  /// The values as bytes.
  ///
  /// - Throws: `CodecError` on a value that fewer than 32 bits cannot hold: not finite, or beyond half precision's range.
  func bytes(_ values: [Float]) throws -> [UInt8] {
    guard self != .float32 else { return values.withUnsafeBytes { Array($0) } }
    let limit = self == .sixteen ? Float(Float16.greatestFiniteMagnitude) : .greatestFiniteMagnitude
    if let index = values.firstIndex(where: { !(abs($0) <= limit) }) {
      throw CodecError("value \(index) of an upload is \(values[index]), which \(bits) bits cannot hold")
    }
    let byteCount = byteCount(values.count)
    return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      if self == .sixteen {
        for (i, value) in values.enumerated() {
          bytes.storeBytes(of: Float16(value).bitPattern.littleEndian, toByteOffset: 2 * i, as: UInt16.self)
        }
      } else {
        writeLevels(values, to: bytes)
      }
      count = byteCount
    }
  }

  private func writeLevels(_ values: [Float], to bytes: UnsafeMutableRawBufferPointer) {
    let isSigned = values.contains { $0 < 0 }
    let top = Float(isSigned ? 1 << (bits - 1) - 1 : 1 << bits - 1)
    let scale = values.reduce(0) { max($0, abs($1)) } / top
    bytes.storeBytes(of: (isSigned ? -scale : scale).bitPattern.littleEndian, as: UInt32.self)
    let levels = UnsafeMutableRawBufferPointer(rebasing: bytes[4...])
    func level(_ value: Float) -> UInt8 {
      let level = scale > 0 ? min(max((value / scale).rounded(.toNearestOrEven), -top), top) : 0
      return UInt8(truncatingIfNeeded: Int32(level))
    }
    guard self == .four else {
      for (i, value) in values.enumerated() { levels[i] = level(value) }
      return
    }
    for i in stride(from: 0, to: values.count, by: 2) {
      levels[i / 2] = level(values[i]) & 0xF | (i + 1 < values.count ? level(values[i + 1]) << 4 : 0)
    }
  }

  /// The values that `bytes` wrote, up to what the bits cannot hold.
  ///
  /// - Throws: `CodecError` when there are not exactly the bytes of `count` values, or their scale is not finite.
  func values(_ body: ArraySlice<UInt8>, count: Int) throws -> [Float] {
    guard body.count == byteCount(count) else {
      throw CodecError(
        "a payload holds \(body.count) bytes, expected \(byteCount(count)) for \(count) values of \(bits) bits")
    }
    return try body.withUnsafeBytes { bytes in
      switch self {
      case .float32: body.floats
      case .sixteen:
        (0..<count).map {
          let pattern = bytes.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)
          return Float(Float16(bitPattern: UInt16(littleEndian: pattern)))
        }
      case .eight, .four: try levels(bytes, count)
      }
    }
  }

  private func levels(_ body: UnsafeRawBufferPointer, _ count: Int) throws -> [Float] {
    let scale = Float(bitPattern: UInt32(littleEndian: body.loadUnaligned(as: UInt32.self)))
    let isSigned = scale.sign == .minus
    let half = 1 << (bits - 1)
    guard (scale * Float(isSigned ? half : 2 * half)).isFinite else {
      throw CodecError("a payload's scale is \(scale): sender and receiver disagree")
    }
    return (0..<count).map { index in
      let level = self == .four ? Int(body[4 + index / 2] >> (index % 2 == 0 ? 0 : 4) & 0xF) : Int(body[4 + index])
      return Float(isSigned && level >= half ? level - 2 * half : level) * abs(scale)
    }
  }
}
