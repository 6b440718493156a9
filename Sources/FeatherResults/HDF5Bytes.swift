/// Bytes that nobody vouches for, read from front to back.
///
/// Whatever they say, a read lies within them or throws.
struct HDF5Bytes {
  /// What has not been read yet.
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// The next `count` bytes.
  mutating func take(_ count: Int) throws(ResultsError) -> ArraySlice<UInt8> {
    guard (0...rest.count).contains(count) else {
      throw ResultsError("a structure of HDF5 asks for \(count) of \(rest.count) bytes: damaged")
    }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  /// The next `count` bytes and those that fill them up to a multiple of eight.
  mutating func takePadded(_ count: Int) throws(ResultsError) -> ArraySlice<UInt8> {
    try take((count + 7) / 8 * 8).prefix(count)
  }

  /// A little-endian number of `width` bytes, at most eight.
  mutating func number(_ width: Int) throws(ResultsError) -> Int {
    let value = try take(width).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let number = Int(exactly: value) else { throw ResultsError("a number of HDF5 is \(value): damaged") }
    return number
  }

  /// A place in the file; nil for HDF5's "undefined", all bits set.
  mutating func address() throws(ResultsError) -> Int? {
    guard !rest.prefix(8).allSatisfy({ $0 == 0xFF }) else {
      _ = try take(8)
      return nil
    }
    return try number(8)
  }

  /// Refuses anything but these letters, by which structures of HDF5 begin.
  mutating func expect(_ signature: StaticString) throws(ResultsError) {
    let found = try take(signature.utf8CodeUnitCount)
    guard signature.withUTF8Buffer({ found.elementsEqual($0) }) else {
      throw ResultsError("no \(signature) where one is pointed to: damaged")
    }
  }

  /// Refuses another version of a structure than the one that is read here.
  mutating func expect(version: Int, of what: String) throws(ResultsError) {
    let found = try number(1)
    guard found == version else {
      throw ResultsError(
        "\(what) of version \(found); this program, and h5py by default, write version \(version): damaged, or written "
          + "for newer HDF5 alone")
    }
  }
}

/// A type of elements.
enum HDF5Type: Equatable {
  case float32
  case float64
  case integer(size: Int, isSigned: Bool, isBigEndian: Bool)
  case text(size: Int)

  /// What a datatype message says; nil for every type that no file of ours has.
  init?(_ message: ArraySlice<UInt8>) throws(ResultsError) {
    var bytes = HDF5Bytes(message)
    let (kind, bits) = (try bytes.number(1) & 15, try bytes.number(3))
    let size = try bytes.number(4)
    // The rest says where a number's parts lie in its bits.
    let parts = Array(bytes.rest)
    switch (kind, size) {
    case (0, 1), (0, 2), (0, 4), (0, 8):
      guard bits & ~9 == 0, parts.starts(with: [0, 0, UInt8(8 * size), 0]) else { return nil }
      self = .integer(size: size, isSigned: bits & 8 != 0, isBigEndian: bits & 1 != 0)
    case (1, 4):
      guard bits == 0x1F20, parts.starts(with: [0, 0, 32, 0, 23, 8, 0, 23, 127, 0, 0, 0]) else { return nil }
      self = .float32
    case (1, 8):
      guard bits == 0x3F20, parts.starts(with: [0, 0, 64, 0, 52, 11, 0, 52, 255, 3, 0, 0]) else { return nil }
      self = .float64
    case (3, 1...(1 << 30)): self = .text(size: size)
    default: return nil
    }
  }

  /// Bytes per element.
  var size: Int {
    switch self {
    case .float32: 4
    case .float64: 8
    case .integer(let size, _, _), .text(let size): size
    }
  }

  /// The type's name as `ResultData` takes it; nil for integers that result files do not have.
  var resultName: String? {
    switch self {
    case .float32: "f4"
    case .float64: "f8"
    case .integer(size: 8, isSigned: true, isBigEndian: false): "i8"
    case .integer(size: 1, isSigned: false, isBigEndian: _): "u1"
    case .integer: nil
    case .text: "S"
    }
  }
}

/// The lengths of an array, slowest first; empty for a scalar.
enum HDF5Shape {
  private static let rankLimit = 8
  private static let countLimit = 1 << 40

  /// What a dataspace message says.
  static func read(_ message: ArraySlice<UInt8>) throws(ResultsError) -> [Int] {
    var bytes = HDF5Bytes(message)
    let (version, rank) = (try bytes.number(1), try bytes.number(1))
    guard rank <= rankLimit else { throw ResultsError("\(rank) dimensions: damaged") }
    switch version {
    case 1: _ = try bytes.take(6)
    case 2:
      let kind = try bytes.take(2).last
      guard kind == (rank == 0 ? 0 : 1) else { throw ResultsError("an array without elements: not of this format") }
    default: throw ResultsError("a shape of version \(version): damaged, or written for newer HDF5 alone")
    }
    var lengths: [Int] = []
    var count = 1
    for _ in 0..<rank {
      let length = try bytes.number(8)
      lengths.append(length)
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard length <= countLimit, !overflow, product <= countLimit else {
        throw ResultsError("an absurd shape of \(rank) dimensions, among them \(length): damaged")
      }
      count = product
    }
    return lengths
  }
}
