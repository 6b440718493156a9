/// Writes numbers of any number of bits one after the other, lowest bits first, from the lowest bit of each byte up.
struct BitWriter {
  /// The bytes so far; unused high bits of the last one are zero.
  private(set) var bytes: [UInt8] = []
  private var pending: UInt64 = 0
  private var pendingCount = 0

  /// A writer behind `bytes`, with room for `byteCount` more.
  init(after bytes: [UInt8] = [], reserving byteCount: Int = 0) {
    self.bytes = bytes
    self.bytes.reserveCapacity(bytes.count + byteCount)
  }

  /// Appends the lowest `count` bits of `value`, at most 32.
  @inline(__always)
  mutating func append(_ value: UInt32, count: Int) {
    pending |= (UInt64(value) & (1 << UInt64(count) - 1)) << UInt64(pendingCount)
    pendingCount += count
    while pendingCount >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingCount -= 8
    }
  }

  /// All bytes, the last one filled up with zero bits.
  consuming func finish() -> [UInt8] {
    if pendingCount > 0 { bytes.append(UInt8(truncatingIfNeeded: pending)) }
    return bytes
  }

  /// Bytes that `bits` bits fill.
  static func byteCount(bits: Int) -> Int { (bits + 7) / 8 }
}

/// Reads what `BitWriter` wrote; never beyond the bytes it was given.
struct BitReader {
  private let bytes: ArraySlice<UInt8>
  private var next: Int
  private var pending: UInt64 = 0
  private var pendingCount = 0

  /// A reader from the first bit of `bytes` on.
  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    next = bytes.startIndex
  }

  /// The next `count` bits as a number, at most 32.
  ///
  /// - Throws: `CodecError` when there are fewer.
  @inline(__always)
  mutating func read(_ count: Int) throws -> UInt32 {
    while pendingCount < count {
      guard next < bytes.endIndex else { throw CodecError("a payload ends within its packed values: it was truncated") }
      pending |= UInt64(bytes[next]) << UInt64(pendingCount)
      next += 1
      pendingCount += 8
    }
    defer {
      pending >>= UInt64(count)
      pendingCount -= count
    }
    return UInt32(truncatingIfNeeded: pending & (1 << UInt64(count) - 1))
  }

  /// Checks that nothing is left but the zero bits that fill the last byte.
  ///
  /// - Throws: `CodecError` when there is more.
  func finish() throws {
    guard next == bytes.endIndex, pendingCount < 8, pending == 0 else {
      throw CodecError("a payload goes on behind its packed values: sender and receiver use different codecs")
    }
  }
}
