internal import FeatherTensors

/// How the parameters of a shipped half are written: as they are, or in fewer bits, since shipping a decoder is the dearest upload.
///
/// Half precision: IEEE binary16, rounded to nearest; relative error at most 2⁻¹¹ in its normal range, and a value beyond ±65,504
/// is refused. Eight bits: blocks of 256 values, each with a scale m / 127 of its own, m the block's largest magnitude, and levels
/// −127…127, rounded to nearest, ties to even; every value is off by at most m / 254 and two roundings. Deterministic, and
/// therefore biased.
///
/// Wire format of n values:
///
///     float32   n floats, little-endian
///     float16   n half-precision floats, little-endian
///     eight     ⌈n / 256⌉ blocks, the last of which may be short: the scale as float32, little-endian, then a level per value
///               in two's complement
public enum ShippedFormat: String, CaseIterable, Hashable, Sendable {
  /// Single precision: the values as they are.
  case float32
  /// Half precision.
  case float16
  /// A byte per value, and a scale per 256 values.
  case eight

  /// Values that share a scale.
  static let block = 256
  private static let top: Float = 127

  /// Bytes of `count` values, scales included.
  public func byteCount(_ count: Int) -> Int {
    switch self {
    case .float32: 4 * count
    case .float16: 2 * count
    case .eight: count + 4 * ((count + Self.block - 1) / Self.block)
    }
  }

  /// The values as bytes.
  ///
  /// - Throws: `CodecError` on a value that is not finite, or that fewer than 32 bits cannot hold.
  func bytes(_ values: UnsafeBufferPointer<Float>) throws -> [UInt8] {
    let limit: Float =
      switch self {
      case .float32: .greatestFiniteMagnitude
      case .float16: Float(Float16.greatestFiniteMagnitude)
      // Of a larger one, scale times level may round to infinity.
      case .eight: .greatestFiniteMagnitude / 2
      }
    if let index = values.firstIndex(where: { !(abs($0) <= limit) }) {
      throw CodecError("value \(index) of a shipped half is \(values[index]), which \(self) cannot hold")
    }
    let byteCount = byteCount(values.count)
    return [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      switch self {
      case .float32: bytes.copyMemory(from: UnsafeRawBufferPointer(values))
      case .float16:
        for (i, value) in values.enumerated() {
          bytes.storeBytes(of: Float16(value).bitPattern.littleEndian, toByteOffset: 2 * i, as: UInt16.self)
        }
      case .eight:
        for start in stride(from: 0, to: values.count, by: Self.block) {
          let end = min(start + Self.block, values.count)
          Self.write(
            UnsafeBufferPointer(rebasing: values[start..<end]),
            to: UnsafeMutableRawBufferPointer(rebasing: bytes[(start + 4 * (start / Self.block))...]))
        }
      }
      count = byteCount
    }
  }

  /// Writes a block: its scale and its levels.
  private static func write(_ values: UnsafeBufferPointer<Float>, to bytes: UnsafeMutableRawBufferPointer) {
    var largest: Float = 0
    for value in values { largest = max(largest, abs(value)) }
    let scale = largest / top
    bytes.storeBytes(of: scale.bitPattern.littleEndian, as: UInt32.self)
    for (i, value) in values.enumerated() {
      // Adding and taking off 1.5 · 2²³ rounds to nearest, ties to even, as `rounded` does, and in vectors.
      let level = scale > 0 ? (min(max(value / scale, -top), top) + 0x1.8p23) - 0x1.8p23 : 0
      bytes[4 + i] = UInt8(truncatingIfNeeded: Int32(level))
    }
  }

  /// The values that `bytes` wrote, up to what the bits cannot hold.
  ///
  /// - Throws: `CodecError` when there are not exactly the bytes of `count` values, or one of them is not finite.
  func values(_ body: ArraySlice<UInt8>, count: Int) throws -> [Float] {
    guard body.count == byteCount(count) else {
      throw CodecError(
        "a shipped half has \(body.count) bytes of values, expected \(byteCount(count)) for \(count) as \(self)")
    }
    let values = body.withUnsafeBytes { bytes in
      [Float](unsafeUninitializedCapacity: count) { buffer, filled in
        read(bytes, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
        filled = count
      }
    }
    if let index = Reductions.firstNonFinite(values) {
      throw CodecError("value \(index) of a shipped half is \(values[index]): it was damaged")
    }
    return values
  }

  private func read(_ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
    switch self {
    case .float32: UnsafeMutableRawBufferPointer(values).copyMemory(from: bytes)
    case .float16:
      for i in values.indices {
        let pattern = bytes.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)
        values[i] = Float(Float16(bitPattern: UInt16(littleEndian: pattern)))
      }
    case .eight:
      for start in stride(from: 0, to: values.count, by: Self.block) {
        let place = start + 4 * (start / Self.block)
        let scale = Float(
          bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)))
        for i in start..<min(start + Self.block, values.count) {
          values[i] = Float(Int8(bitPattern: bytes[place + 4 + i - start])) * scale
        }
      }
    }
  }
}
