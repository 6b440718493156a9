/// A reader of tar archives, plain or gzip, for archives whose members are known beforehand.
///
/// Reads the ustar format of POSIX.1-1988 and GNU tar's old variant of it. Everything is bounded: the number of members,
/// the size of each, and what may follow the end of the archive.
struct TarReader: ~Copyable {
  /// What a header says.
  struct Member {
    /// The last part of the member's path.
    let name: String
    /// Its size in bytes.
    let size: Int
    /// Whether it is a regular file, and no folder, link, device or extension.
    let isRegular: Bool
  }

  private static let block = 512
  private static let largestCount = 64
  private static let largestTail = 1 << 20

  /// The bytes of the archive; between `next()` and the member's end they are the member's.
  var bytes: DecompressedFile
  private let largestSize: Int
  /// Where the next header begins, in decompressed bytes.
  private var nextHeader = 0
  private var members = 0

  /// Opens an archive whose members have at most `largestSize` bytes each.
  init(_ path: String, largestSize: Int) throws {
    bytes = try DecompressedFile(path)
    self.largestSize = largestSize
  }

  /// Goes to the next member, past what is left of the one before; nil at the end of the archive.
  ///
  /// At the end the rest of the file is read as well: the checksum of a gzip file stands there.
  mutating func next() throws -> Member? {
    try skip(to: nextHeader)
    let offset = nextHeader
    let header = try bytes.read(count: Self.block)
    guard header.contains(where: { $0 != 0 }) else {
      try checkTail()
      return nil
    }
    guard header.count == Self.block else {
      throw error("ends at byte \(offset + header.count), within a header")
    }
    let member = try parse(header, at: offset)
    members += 1
    guard members <= Self.largestCount else {
      throw error("has more than \(Self.largestCount) members")
    }
    nextHeader = offset + Self.block + (member.size + Self.block - 1) / Self.block * Self.block
    return member
  }

  private func parse(_ header: [UInt8], at offset: Int) throws -> Member {
    // The checksum counts its own field as blanks.
    let sum = header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
    guard Self.text(header[257..<262]) == "ustar", Self.octal(header[148..<156]) == sum else {
      throw error("has no tar header with a right checksum at byte \(offset); fetch it again")
    }
    let path = Self.text(header[0..<100])
    guard let size = Self.octal(header[124..<136]), size <= largestSize else {
      throw error("says at byte \(offset + 124) that \(path) has a size that is no number up to \(largestSize)")
    }
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    return Member(name: name, size: size, isRegular: header[156] == 0 || header[156] == UInt8(ascii: "0"))
  }

  private mutating func skip(to position: Int) throws {
    while bytes.position < position {
      let asked = min(1 << 18, position - bytes.position)
      guard try bytes.read(count: asked).count == asked else {
        throw error("ends at byte \(bytes.position), within a member; fetch it again")
      }
    }
  }

  private mutating func checkTail() throws {
    guard try bytes.read(count: Self.largestTail).count < Self.largestTail else {
      throw error("goes on for more than \(Self.largestTail) bytes after the end of the archive")
    }
  }

  private func error(_ what: String) -> DatasetError { DatasetError("\(bytes.path) \(what)") }

  /// The characters up to the first zero.
  private static func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// An octal number between blanks or zeros; nil where there is none.
  private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
    let digits = field.drop { $0 == 32 }.prefix { $0 != 0 && $0 != 32 }
    guard digits.allSatisfy({ (48..<56).contains($0) }) else { return nil }
    return Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }
}
