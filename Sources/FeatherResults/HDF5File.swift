/// The structures of an HDF5 file, read without HDF5.
///
/// libhdf5 can crash on structures that are damaged, or made to do harm, and anybody can put a right seal on them. Therefore it only
/// writes here; what is read goes through this type alone. It knows the structures that `HDF5Writer` and, by default, h5py
/// write: version 0 of the superblock, object headers of version 1, groups by symbol table, and refuses others. Links to other
/// files are passed over.
///
/// Every byte of a file belongs to one structure. So all that is read in a file's life is never more than its size, which ends
/// cycles, shared structures and lengths without bound.
///
/// Source: The HDF Group, *HDF5 File Format Specification Version 3.0*; sections are named where it is read.
struct HDF5File {
  /// A part of an object's header.
  struct Message {
    /// What it says.
    enum Kind: Int {
      case space = 0x01, links = 0x02, type = 0x03, layout = 0x08, filters = 0x0B, attribute = 0x0C
      case continuation = 0x10, members = 0x11
    }

    var kind: Kind
    /// Whether the body lies elsewhere, as that of a type with a name does.
    var isShared: Bool
    var body: ArraySlice<UInt8>
  }

  private static let levelLimit = 32
  private static let nameLimit = 1024
  private static let superblock = 96

  private let bytes: [UInt8]
  /// Bytes that no structure has taken.
  private var left: Int
  /// Bytes of all values read, as they are without filters, and the most that there may be.
  var valueBytes = 0
  let mostValueBytes: Int
  /// Where the root's header is.
  let root: Int

  var byteCount: Int { bytes.count }

  /// A file whose header `HDF5Reader.checkHeader` accepts (section II.A).
  ///
  /// - Parameter mostValueBytes: the most bytes of values. A sparse array may shrink a thousandfold, so that what is sane is a
  ///   matter of the machine: an eighth of its memory, or, where that is more, 64 times as much as the file has.
  init(_ bytes: [UInt8], mostValueBytes: Int? = nil) throws(ResultsError) {
    self.bytes = bytes
    self.mostValueBytes = mostValueBytes ?? max(AtomicFile.physicalMemory / 8, 64 * bytes.count)
    left = bytes.count
    var header = HDF5Bytes(bytes[...])
    _ = try header.take(24)
    guard try header.number(8) == 0 else { throw ResultsError("an HDF5 file within another: damaged") }
    _ = try header.take(32)
    root = try header.number(8)
    _ = try take(at: 0, Self.superblock)
  }

  /// The bytes of a structure, or of values.
  mutating func take(at address: Int?, _ count: Int) throws(ResultsError) -> ArraySlice<UInt8> {
    guard let address, (0...bytes.count).contains(address), (0...bytes.count - address).contains(count) else {
      throw ResultsError("something is said to lie beyond the end of the file: damaged")
    }
    left -= count
    guard left >= 0 else { throw ResultsError("structures lie over each other: damaged") }
    return bytes[address..<address + count]
  }

  /// The header of an object (sections IV.A.1.a and IV.A.2.q).
  mutating func messages(at address: Int) throws(ResultsError) -> [Message] {
    var prefix = HDF5Bytes(try take(at: address, 16))
    try prefix.expect(version: 1, of: "an object header")
    _ = try prefix.take(7)
    var blocks = [(address: Optional(address + 16), count: try prefix.number(4))]
    var messages: [Message] = []
    while let block = blocks.popLast() {
      var bytes = HDF5Bytes(try take(at: block.address, block.count))
      // A gap too small for a message may be left at the end.
      while bytes.rest.count >= 8 {
        let (kind, count, flags) = (try bytes.number(2), try bytes.number(2), try bytes.number(1))
        _ = try bytes.take(3)
        let body = try bytes.take(count)
        guard let kind = Message.Kind(rawValue: kind) else { continue }
        guard kind != .continuation else {
          var place = HDF5Bytes(body)
          blocks.append((try place.address(), try place.number(8)))
          continue
        }
        messages.append(Message(kind: kind, isShared: flags & 2 != 0, body: body))
      }
    }
    return messages
  }

  /// The members of a group with the places of their headers, in the order of their names; nil where it is no group.
  ///
  /// A group of links to other files has none (sections III.A.1, III.B, III.D).
  mutating func members(_ messages: [Message]) throws(ResultsError) -> [(name: String, header: Int)]? {
    guard let table = messages.first(where: { $0.kind == .members }) else {
      return messages.contains { $0.kind == .links } ? [] : nil
    }
    var place = HDF5Bytes(table.body)
    let (tree, heapPlace) = (try place.address(), try place.address())
    var heap = HDF5Bytes(try take(at: heapPlace, 32))
    try heap.expect("HEAP")
    _ = try heap.take(4)
    let size = try heap.number(8)
    _ = try heap.take(8)
    let names = try take(at: heap.address(), size)
    var members: [(name: String, header: Int)] = []
    try leaves(of: tree, kind: 0, keySize: 8) { file, _, child throws(ResultsError) in
      try file.readSymbols(at: child, names, &members)
    }
    return members
  }

  private static func isNoPartOfName(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "/") }

  /// A node of symbols (section III.C).
  private mutating func readSymbols(
    at address: Int?, _ names: ArraySlice<UInt8>, _ members: inout [(name: String, header: Int)]
  ) throws(ResultsError) {
    var node = HDF5Bytes(try take(at: address, 8))
    try node.expect("SNOD")
    _ = try node.take(2)
    let count = try node.number(2)
    var entries = HDF5Bytes(try take(at: address.map { $0 + 8 }, 40 * count))
    for _ in 0..<count {
      let start = try entries.number(8)
      let header = try entries.number(8)
      guard try entries.number(4) <= 1 else { throw ResultsError("a link of a kind that this format does not have") }
      _ = try entries.take(20)
      let text = start <= names.count ? names.dropFirst(start).prefix(Self.nameLimit) : []
      guard let end = text.firstIndex(of: 0), end > text.startIndex,
        let name = String(validating: text[..<end], as: UTF8.self), !name.utf8.contains(where: Self.isNoPartOfName)
      else { throw ResultsError("an object whose name is none: damaged") }
      if let last = members.last?.name, !last.utf8.lexicographicallyPrecedes(name.utf8) {
        throw ResultsError("the objects '\(last)' and '\(name)' are out of order: damaged")
      }
      members.append((name, header))
    }
  }

  /// Visits the children of a B-tree's lowest nodes in order, each with the key before it (section III.A.1).
  mutating func leaves(
    of address: Int?, kind: Int, keySize: Int, level expected: Int? = nil,
    _ visit: (inout HDF5File, HDF5Bytes, Int?) throws(ResultsError) -> Void
  ) throws(ResultsError) {
    var node = HDF5Bytes(try take(at: address, 24))
    try node.expect("TREE")
    let (found, level, count) = (try node.number(1), try node.number(1), try node.number(2))
    guard found == kind, level == expected ?? min(level, Self.levelLimit) else {
      throw ResultsError("a tree of HDF5 has a node of another kind or level: damaged")
    }
    var entries = HDF5Bytes(try take(at: address.map { $0 + 24 }, count * (keySize + 8)))
    for _ in 0..<count {
      let key = HDF5Bytes(try entries.take(keySize))
      let child = try entries.address()
      if level == 0 {
        try visit(&self, key, child)
      } else {
        try leaves(of: child, kind: kind, keySize: keySize, level: level - 1, visit)
      }
    }
  }
}
