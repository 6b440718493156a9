/// A reader of IDX files, the format of MNIST: a big-endian header, then one byte per value.
///
/// Source: LeCun, Cortes, Burges, *The MNIST database of handwritten digits*: "the IDX file format".
struct IDXReader: ~Copyable {
  /// What a file holds, by its magic number: unsigned bytes (0x08) in 3 or 1 dimensions.
  enum Kind: UInt32 {
    case images = 0x0000_0803
    case labels = 0x0000_0801

    var dimensions: Int { Int(rawValue & 0xff) }
    var name: String { self == .images ? "images" : "labels" }
  }

  private static let largestCount = 10_000_000
  private static let largestSide = 4096
  private static let chunk = 1 << 16

  let path: String
  /// The header's sizes: the number of items, then rows and columns of an image.
  let dimensions: [Int]
  private let headerSize: Int
  private var file: DecompressedFile

  /// The number of images or labels.
  var count: Int { dimensions[0] }
  /// Bytes per item.
  var itemSize: Int { dimensions.dropFirst().reduce(1, *) }

  /// Opens a file, gzip or raw, and reads its header.
  ///
  /// - Throws: `DatasetError` when the magic number is not that of `kind` or a size is zero or absurd.
  init(_ path: String, _ kind: Kind) throws {
    var file = try DecompressedFile(path)
    let headerSize = 4 + 4 * kind.dimensions
    let header = try file.read(count: headerSize)
    let read = header.count
    func word(_ i: Int) -> UInt32 { header[4 * i..<4 * i + 4].reduce(0) { $0 << 8 | UInt32($1) } }
    if read >= 4, word(0) != kind.rawValue {
      throw DatasetError(
        "\(path): wrong magic number \(hex(word(0))) at byte 0; an IDX file of \(kind.name) begins with "
          + "\(hex(kind.rawValue))")
    }
    guard read == headerSize else {
      throw DatasetError("\(path): ends at byte \(read), within the IDX header of \(headerSize) bytes")
    }
    let dimensions = (1...kind.dimensions).map { Int(word($0)) }
    for (i, size) in dimensions.enumerated() {
      let largest = i == 0 ? Self.largestCount : Self.largestSide
      guard (1...largest).contains(size) else {
        throw DatasetError("\(path): size \(size) at byte \(4 + 4 * i) of the IDX header; expected 1...\(largest)")
      }
    }
    self.init(file, dimensions: dimensions)
  }

  private init(_ file: consuming DecompressedFile, dimensions: [Int]) {
    path = file.path
    headerSize = 4 + 4 * dimensions.count
    self.dimensions = dimensions
    self.file = file
  }

  /// Hands the first `items` items to `take` in pieces, in order, then checks the rest of the file to its end.
  ///
  /// The checksum of a gzip file stands at its end, so that reading all of it is what finds a corrupt one.
  mutating func read(first items: Int, _ take: (UnsafeRawBufferPointer) -> Void) throws {
    let wanted = items * itemSize
    let expected = count * itemSize
    var seen = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunk, alignment: 16)
    defer { buffer.deallocate() }
    while seen < expected {
      let ask = min(Self.chunk, expected - seen)
      let read = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<ask]))
      let useful = min(read, max(wanted - seen, 0))
      if useful > 0 { take(UnsafeRawBufferPointer(rebasing: buffer[..<useful])) }
      seen += read
      guard read == ask else { throw wrongLength("ends at byte \(headerSize + seen)") }
    }
    // One byte more would be too many; however much a hostile file inflates to, it is not read.
    guard try file.read(count: 1).isEmpty else { throw wrongLength("goes on after byte \(headerSize + seen)") }
  }

  private func wrongLength(_ what: String) -> DatasetError {
    let shape = dimensions.map(String.init).joined(separator: " x ")
    let kind = file.isCompressed ? " (decompressed)" : ""
    return DatasetError(
      "\(path)\(kind) \(what), but its header says \(shape), so \(headerSize + count * itemSize) bytes; fetch it again")
  }
}

/// A 32-bit number as 0x and eight hexadecimal digits.
private func hex(_ value: UInt32) -> String {
  let digits = String(value, radix: 16)
  return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
}
