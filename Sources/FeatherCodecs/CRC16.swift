internal import CChecksum

/// CRC-16/XMODEM: polynomial 0x1021, initial value 0, most significant bit first.
///
/// Where the processor multiplies without carries, all but the end is first folded into sixteen bytes of the same checksum (Gopal et al.
/// (2009), *Fast CRC computation for generic polynomials using PCLMULQDQ instruction*).
///
/// The rest goes sixteen bytes at a time: the checksum is linear, so that of a block is the sum (exclusive or) of those of its bytes,
/// each followed by as many zero bytes as come after it in the block; a table per place holds them (Kounavis and Berry (2008), *Novel
/// table lookup-based algorithms for high-performance CRC generation*, "slicing").
enum CRC16 {
  private static let places = 16

  /// The checksum of `bytes`, going on from an earlier part's.
  static func value(of bytes: UnsafeRawBufferPointer, after earlier: UInt16 = 0) -> UInt16 {
    withUnsafeTemporaryAllocation(byteCount: places, alignment: 16) { folded in
      let count = fw_crc16_fold(
        bytes.assumingMemoryBound(to: UInt8.self).baseAddress, bytes.count, earlier,
        folded.assumingMemoryBound(to: UInt8.self).baseAddress)
      let crc = count == 0 ? earlier : sliced(UnsafeRawBufferPointer(folded), after: 0)
      return sliced(UnsafeRawBufferPointer(rebasing: bytes[count...]), after: crc)
    }
  }

  private static func sliced(_ bytes: UnsafeRawBufferPointer, after earlier: UInt16) -> UInt16 {
    tables.withUnsafeBufferPointer { tables in
      var crc = earlier
      var start = 0
      while start + places <= bytes.count {
        let first = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self).littleEndian
        let second = bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self).littleEndian
        // All but the first two bytes do not wait for what went before.
        var rest: UInt16 = 0
        for place in 2..<8 { rest ^= tables[place << 8 | Int(first >> (8 * UInt64(place)) & 0xFF)] }
        for place in 0..<8 { rest ^= tables[(place + 8) << 8 | Int(second >> (8 * UInt64(place)) & 0xFF)] }
        let met = UInt16(truncatingIfNeeded: first) ^ crc.byteSwapped
        crc = rest ^ (tables[Int(met & 0xFF)] ^ tables[1 << 8 | Int(met >> 8)])
        start += places
      }
      for i in start..<bytes.count {
        crc = crc << 8 ^ tables[(places - 1) << 8 | Int(UInt8(truncatingIfNeeded: crc >> 8) ^ bytes[i])]
      }
      return crc
    }
  }

  /// The checksum of each byte at each place of a block, shape [16, 256].
  private static let tables: [UInt16] = {
    var tables = [UInt16](repeating: 0, count: places << 8)
    for byte in 0..<256 {
      // The last place: nothing follows.
      var crc = (0..<8).reduce(UInt16(byte) << 8) { crc, _ in crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
      tables[(places - 1) << 8 | byte] = crc
      for place in (0..<places - 1).reversed() {
        for _ in 0..<8 { crc = crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
        tables[place << 8 | byte] = crc
      }
    }
    return tables
  }()
}
