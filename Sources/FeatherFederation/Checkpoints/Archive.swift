/// What can be set down as bytes and read again, the same to the bit.
protocol Archivable {
  func write(to archive: inout ArchiveWriter)
  init(from archive: inout ArchiveReader) throws
  /// Writes the elements of an array.
  static func write(_ elements: [Self], to archive: inout ArchiveWriter)
  /// Reads `count` elements of an array.
  static func read(_ count: Int, from archive: inout ArchiveReader) throws -> [Self]
}

extension Archivable {
  static func write(_ elements: [Self], to archive: inout ArchiveWriter) {
    for element in elements { element.write(to: &archive) }
  }

  static func read(_ count: Int, from archive: inout ArchiveReader) throws -> [Self] {
    guard count >= 0 else { throw ArchiveReader.unreadable }
    var elements: [Self] = []
    for _ in 0..<count { elements.append(try Self(from: &archive)) }
    return elements
  }
}

/// Values one after another, as they lie in memory; whoever reads them knows what they are.
struct ArchiveWriter {
  /// Arrays of bytes from this size on are not copied.
  private static let large = 1 << 20

  /// The bytes, one piece after another.
  private(set) var pieces: [[UInt8]] = [[]]

  mutating func put<each Value: Archivable>(_ value: repeat each Value) {
    repeat (each value).write(to: &self)
  }

  fileprivate mutating func put(raw bytes: UnsafeRawBufferPointer) { pieces[pieces.count - 1] += bytes }

  fileprivate mutating func put(bytes: [UInt8]) {
    guard bytes.count >= Self.large else { return bytes.withUnsafeBytes { put(raw: $0) } }
    pieces += [bytes, []]
  }

  /// The bytes in one piece.
  static func joined(_ pieces: [[UInt8]]) -> [UInt8] {
    let filled = pieces.filter { !$0.isEmpty }
    guard filled.count != 1 else { return filled[0] }
    // Not `joined`, which takes byte by byte.
    return filled.reduce(into: []) { $0 += $1 }
  }
}

/// Reads what an `ArchiveWriter` wrote.
struct ArchiveReader {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next value, of the type that is asked for.
  ///
  /// - Throws: `FederationError` where the bytes end too early or are no such value.
  mutating func get<Value: Archivable>() throws -> Value { try Value(from: &self) }

  /// Says that everything was read.
  func end() throws {
    guard place == bytes.count else { throw Self.unreadable }
  }

  /// The next `count` elements of `size` bytes.
  fileprivate mutating func take<Value>(
    _ count: Int, of size: Int, _ body: (UnsafeRawBufferPointer) -> Value
  ) throws -> Value {
    let (length, overflow) = count.multipliedReportingOverflow(by: size)
    guard count >= 0, !overflow, length <= bytes.count - place else { throw Self.unreadable }
    defer { place += length }
    return bytes.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[place..<place + length])) }
  }

  static let unreadable = FederationError("a checkpoint cannot be read: it is of another version of this program")
}

/// Numbers whose bytes are taken as they lie in memory.
protocol PlainNumber: Archivable, BitwiseCopyable {}

extension PlainNumber {
  func write(to archive: inout ArchiveWriter) { withUnsafeBytes(of: self) { archive.put(raw: $0) } }

  init(from archive: inout ArchiveReader) throws {
    self = try archive.take(1, of: MemoryLayout<Self>.size) { $0.loadUnaligned(as: Self.self) }
  }

  static func write(_ elements: [Self], to archive: inout ArchiveWriter) {
    elements.withUnsafeBytes { archive.put(raw: $0) }
  }

  static func read(_ count: Int, from archive: inout ArchiveReader) throws -> [Self] {
    try archive.take(count, of: MemoryLayout<Self>.stride) { source in
      [Self](unsafeUninitializedCapacity: count) { target, filled in
        UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
        filled = count
      }
    }
  }
}

extension UInt8: PlainNumber {
  static func write(_ elements: [UInt8], to archive: inout ArchiveWriter) { archive.put(bytes: elements) }
}
extension Int: PlainNumber {}
extension Float: PlainNumber {}
extension Double: PlainNumber {}

extension Bool: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(self ? UInt8(1) : 0) }

  init(from archive: inout ArchiveReader) throws { self = try archive.get() as UInt8 != 0 }
}

extension String: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(Array(utf8)) }

  init(from archive: inout ArchiveReader) throws {
    self = String(decoding: try archive.get() as [UInt8], as: UTF8.self)
  }
}

extension Array: Archivable where Element: Archivable {
  func write(to archive: inout ArchiveWriter) {
    archive.put(count)
    Element.write(self, to: &archive)
  }

  init(from archive: inout ArchiveReader) throws {
    self = try Element.read(try archive.get(), from: &archive)
  }
}

extension Optional: Archivable where Wrapped: Archivable {
  func write(to archive: inout ArchiveWriter) { archive.put(map { [$0] } ?? []) }

  init(from archive: inout ArchiveReader) throws { self = try archive.get([Wrapped].self).first }
}

extension ArchiveReader {
  /// The next value, of that type.
  mutating func get<Value: Archivable>(_ type: Value.Type) throws -> Value { try get() }
}
