#if !_endian(little)
  #error("Featherweight's wire format is little-endian and is written from memory as it lies")
#endif

extension [UInt8] {
  mutating func append(littleEndian word: UInt32) {
    append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) })
  }

  /// The 32-bit word at byte `offset`, which lies with its four bytes within the array.
  func littleEndianWord(at offset: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(self[offset + $1]) << (8 * $1) }
  }
}

extension ArraySlice<UInt8> {
  /// The bytes as little-endian float32; a multiple of four bytes.
  var floats: [Float] {
    withUnsafeBytes { source in
      [Float](unsafeUninitializedCapacity: source.count / 4) { target, count in
        UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
        count = source.count / 4
      }
    }
  }
}
