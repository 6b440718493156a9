internal import CZlib
import FeatherResults

/// A ZIP archive of stored entries, without times or compression: the same content gives the same bytes.
///
/// Format: APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory) and 4.3.16 (its end), without ZIP64.
struct ZipWriter {
  /// What is added, name and bytes.
  struct Entry {
    var name: String
    var pieces: [[UInt8]]

    var byteCount: Int { pieces.reduce(0) { $0 + $1.count } }
  }

  /// The largest archive and the most entries without ZIP64.
  static let mostBytes = Int(UInt32.max) - 1
  static let mostEntries = Int(UInt16.max) - 1
  /// Bytes of an entry beside its content and twice its name.
  static let overhead = 30 + 46

  private let stream: AtomicStream
  private var directory: [UInt8] = []
  private var entries = 0
  private var offset = 0

  init(_ stream: AtomicStream) { self.stream = stream }

  /// Adds an entry; the caller sees to it that all stay within `mostBytes` and `mostEntries`.
  mutating func add(_ entry: Entry) throws(ResultsError) {
    let name = Array(entry.name.utf8)
    // Version 2.0; names in UTF-8; stored; midnight of 1980-01-01, the first there is.
    var common = Self.little(20, 2) + Self.little(0x0800, 2) + Self.little(0, 2) + Self.little(0, 2)
    common += Self.little(0x0021, 2) + Self.little(Self.checksum(entry.pieces), 4)
    common += Self.little(entry.byteCount, 4) + Self.little(entry.byteCount, 4) + Self.little(name.count, 2)
    common += Self.little(0, 2)
    try stream.append(Self.little(0x0403_4B50, 4) + common + name)
    for piece in entry.pieces { try stream.append(piece) }
    // Made on a Unix: its files are to be readable by all and writable by their owner.
    directory += Self.little(0x0201_4B50, 4) + Self.little(3 << 8 | 20, 2) + common
    directory += Self.little(0, 6) + Self.little(0o100644 << 16, 4) + Self.little(offset, 4) + name
    offset += 30 + name.count + entry.byteCount
    entries += 1
  }

  /// Writes the directory at the end.
  func finish() throws(ResultsError) {
    var end = Self.little(0x0605_4B50, 4) + Self.little(0, 4) + Self.little(entries, 2) + Self.little(entries, 2)
    end += Self.little(directory.count, 4) + Self.little(offset, 4) + Self.little(0, 2)
    try stream.append(directory + end)
  }

  private static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  /// The CRC-32 of pieces one after another.
  private static func checksum(_ pieces: [[UInt8]]) -> Int {
    Int(
      pieces.reduce(crc32_z(0, nil, 0)) { sum, piece in
        piece.withUnsafeBufferPointer { crc32_z(sum, $0.baseAddress, $0.count) }
      })
  }
}
