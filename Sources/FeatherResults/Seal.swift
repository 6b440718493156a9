/// A table of digests in the file itself, `/seal`, that is found and checked without HDF5.
///
/// It tells damage from a wrong configuration and names the array that is damaged. It proves nothing about who wrote the file:
/// anybody can seal anything, so what follows trusts a sealed file no more than another. The seal's lines are: the
/// marker; for each piece of an array's values `offset count sha256 path`; `rest` and the digest of all bytes outside the
/// pieces and the seal; `seal` and the digest of the lines before. So every byte is covered once, and damage to values names
/// its array.
enum Seal {
  static let path = "/seal"
  static let marker = "featherweight-seal 1\n"

  /// A piece of an array's values.
  struct Piece {
    var path: String
    var offset: Int
    var count: Int
    var range: Range<Int> { offset..<offset + count }
  }

  /// Bytes of the seal for these pieces; the digests do not matter.
  static func byteCount(_ pieces: [Piece]) -> Int {
    text(pieces, digests: pieces.map { _ in ResultDigest.digest([]) }, rest: ResultDigest.digest([])).count
  }

  /// The seal of a file in which it lies at `offset`.
  static func text(_ file: [UInt8], _ pieces: [Piece], at offset: Int) -> [UInt8] {
    let digests = pieces.map { ResultDigest.digest(file[$0.range]) }
    let seal = offset..<offset + byteCount(pieces)
    return text(pieces, digests: digests, rest: rest(file, pieces.map(\.range) + [seal]))
  }

  private static func text(_ pieces: [Piece], digests: [String], rest: String) -> [UInt8] {
    var text = marker
    for (piece, digest) in zip(pieces, digests) {
      text += "\(columns(piece.offset)) \(columns(piece.count)) \(digest) \(piece.path)\n"
    }
    text += "rest \(rest)\n"
    text += "seal \(ResultDigest.digest(Array(text.utf8)[...]))\n"
    return Array(text.utf8)
  }

  /// A fixed width, so that the seal's length is known before the places in the file are.
  private static func columns(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: " ", count: max(0, 14 - digits.count)) + digits
  }

  /// The digest of everything outside the ranges, which must not overlap.
  private static func rest(_ file: [UInt8], _ ranges: [Range<Int>]) -> String {
    var outside: [UInt8] = []
    var position = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.lowerBound >= position {
      outside += file[position..<range.lowerBound]
      position = range.upperBound
    }
    return ResultDigest.digest((outside + file[position...])[...])
  }

  /// What the seal of `file` finds damaged; empty for a sound file.
  static func findings(_ file: [UInt8]) -> [Finding] {
    guard let start = lastMarker(in: file) else {
      return [Finding(nil, "no seal of this program in it: damaged, or written by another program")]
    }
    guard let (seal, pieces, digests, rest) = parse(file[start...]) else {
      return [Finding(path, "does not match its own digest: damaged")]
    }
    let damaged = zip(pieces, digests).filter { ResultDigest.digest(file[$0.range]) != $1 }.map(\.0.path)
    var findings: [Finding] = []
    for path in damaged where findings.last?.object != path {
      findings.append(Finding(path, "its values do not match their digest: damaged"))
    }
    if Self.rest(file, pieces.map(\.range) + [seal]) != rest {
      findings.append(
        Finding(nil, "a byte in HDF5 metadata, attributes or unused space is damaged; values are outside it"))
    }
    return findings
  }

  private static func lastMarker(in file: [UInt8]) -> Int? {
    let marker = Array(marker.utf8)
    return file.withUnsafeBufferPointer { file in
      guard file.count >= marker.count else { return nil }
      // The last one: text of a configuration could hold the marker too, and the seal is written last.
      return (0...file.count - marker.count).last { start in
        file[start] == marker[0] && marker.indices.allSatisfy { file[start + $0] == marker[$0] }
      }
    }
  }

  /// The seal that begins `bytes`; nil where it does not match its own digest.
  private static func parse(
    _ bytes: ArraySlice<UInt8>
  ) -> (seal: Range<Int>, pieces: [Piece], digests: [String], rest: String)? {
    var pieces: [Piece] = []
    var digests: [String] = []
    // Pieces lie apart; were they to overlap, a small file could ask for endless digests.
    var left = bytes.endIndex
    var position = bytes.startIndex + marker.utf8.count
    while let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) {
      let fields = String(decoding: bytes[position..<end], as: UTF8.self).split(separator: " ", maxSplits: 3)
      if fields.count == 2, fields[0] == "rest" {
        return finish(bytes, restEnd: end).map { ($0, pieces, digests, String(fields[1])) }
      }
      guard fields.count == 4, let offset = Int(fields[0]), let count = Int(fields[1]), offset >= 0, count > 0,
        offset <= bytes.endIndex, count <= min(left, bytes.endIndex - offset)
      else { return nil }
      left -= count
      pieces.append(Piece(path: String(fields[3]), offset: offset, count: count))
      digests.append(String(fields[2]))
      position = end + 1
    }
    return nil
  }

  /// The seal's range, when its last line gives the digest of the lines up to `restEnd`.
  private static func finish(_ bytes: ArraySlice<UInt8>, restEnd: Int) -> Range<Int>? {
    let lines = bytes[bytes.startIndex...restEnd]
    let last = Array("seal \(ResultDigest.digest(lines))\n".utf8)
    guard bytes[(restEnd + 1)...].starts(with: last) else { return nil }
    return bytes.startIndex..<restEnd + 1 + last.count
  }
}
