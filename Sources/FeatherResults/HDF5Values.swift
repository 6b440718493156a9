internal import CZlib

/// How an array's values lie in the file: whole, or in chunks that went through filters.
private struct HDF5Storage {
  /// What was done to chunks, in order.
  enum Filter {
    case deflate
    case shuffle(elementSize: Int)
    case fletcher32
  }

  /// A piece of the array.
  struct Chunk {
    /// The index of its first element along each dimension.
    var corner: [Int]
    var address: Int?
    var count: Int
    /// Bit i is set where filter i was left out, because it would have gained nothing.
    var skipped: Int
  }

  let shape: [Int]
  let elementSize: Int
  /// The lengths of a chunk.
  let sides: [Int]
  let filters: [Filter]

  var chunkBytes: Int { sides.reduce(elementSize, *) }
  /// How many chunks there are along each dimension.
  var grid: [Int] { zip(shape, sides).map { ($0 + $1 - 1) / $1 } }
}

extension HDF5File {
  /// deflate shrinks at most about 1032-fold, so that more bytes than this times what is stored are a lie.
  static let expansionLimit = 1100
  /// The values of an array, row-major, as they were before filters.
  ///
  /// Nothing is reserved before the file was found to have all the pieces (section IV.A.2.i).
  mutating func values(
    _ messages: [Message], shape: [Int], elementSize: Int
  ) throws(ResultsError) -> [UInt8] {
    guard let message = messages.first(where: { $0.kind == .layout && !$0.isShared }) else {
      throw ResultsError("an array without a place: damaged")
    }
    let (count, overflow) = shape.reduce(1, *).multipliedReportingOverflow(by: elementSize)
    guard !overflow, count / Self.expansionLimit <= byteCount else {
      throw ResultsError("\(shape) elements, which a file of \(byteCount) bytes cannot hold: damaged")
    }
    valueBytes += count
    guard valueBytes <= mostValueBytes else {
      throw ResultsError(
        "a file of \(byteCount) bytes with \(valueBytes) bytes of values or more; on this machine at most "
          + "\(mostValueBytes) are read")
    }
    var layout = HDF5Bytes(message.body)
    try layout.expect(version: 3, of: "an array's layout")
    let kind = try layout.number(1)
    guard kind == 2 else {
      let (address, stored) =
        kind == 1 ? (try layout.address(), try layout.number(8)) : (0, try layout.number(2))
      guard kind <= 1, stored == count || count == 0 else {
        throw ResultsError("\(stored) bytes of values in place of \(count): damaged")
      }
      return count == 0 ? [] : Array(kind == 1 ? try take(at: address, count) : try layout.take(count))
    }
    return try chunked(layout, filters: messages.first { $0.kind == .filters }, shape, elementSize, count: count)
  }

  private mutating func chunked(
    _ layout: HDF5Bytes, filters: Message?, _ shape: [Int], _ elementSize: Int, count: Int
  ) throws(ResultsError) -> [UInt8] {
    var layout = layout
    let rank = try layout.number(1) - 1
    let tree = try layout.address()
    guard rank == shape.count, rank > 0 else { throw ResultsError("chunks of another rank: damaged") }
    var sides: [Int] = []
    for _ in 0..<rank { sides.append(try layout.number(4)) }
    let chunkBytes = sides.reduce(Double(elementSize)) { $0 * Double($1) }
    guard try layout.number(4) == elementSize, (1...Double(mostValueBytes)).contains(chunkBytes) else {
      throw ResultsError("chunks of \(sides) elements: damaged")
    }
    let storage = HDF5Storage(
      shape: shape, elementSize: elementSize, sides: sides, filters: try Self.filters(filters, elementSize))
    let chunks = try chunks(of: storage, tree)
    var values = [UInt8](repeating: 0, count: count)
    for chunk in chunks {
      let stored = try take(at: chunk.address, chunk.count)
      storage.place(try storage.unfiltered(stored, chunk.skipped), at: chunk.corner, in: &values)
    }
    return values
  }

  /// All chunks, each once, or none at all.
  private mutating func chunks(of storage: HDF5Storage, _ tree: Int?) throws(ResultsError) -> [HDF5Storage.Chunk] {
    let rank = storage.shape.count
    // There are at most as many as elements.
    let expected = storage.grid.reduce(1, *)
    guard expected <= byteCount / 16 else {
      throw ResultsError("\(expected) chunks, which the file cannot hold: damaged")
    }
    guard expected > 0 else { return [] }
    var chunks: [HDF5Storage.Chunk] = []
    var next = 0
    try leaves(of: tree, kind: 1, keySize: 8 + 8 * (rank + 1)) { _, key, address throws(ResultsError) in
      var key = key
      let (count, skipped) = (try key.number(4), try key.number(4))
      var corner: [Int] = []
      for _ in 0..<rank { corner.append(try key.number(8)) }
      // The tree has them in row-major order, so that each is at its place or one is missing.
      guard corner == storage.corner(next) else {
        throw ResultsError("the chunk at \(corner) is missing, twice there or out of order: damaged")
      }
      guard storage.chunkBytes / Self.expansionLimit <= count else {
        throw ResultsError("a chunk of \(count) bytes cannot hold \(storage.sides) elements: damaged")
      }
      chunks.append(HDF5Storage.Chunk(corner: corner, address: address, count: count, skipped: skipped))
      next += 1
    }
    guard next == expected else { throw ResultsError("\(next) chunks of \(expected): damaged") }
    return chunks
  }

  /// The filters of chunks (section IV.A.2.l).
  private static func filters(_ message: Message?, _ elementSize: Int) throws(ResultsError) -> [HDF5Storage.Filter] {
    guard let message else { return [] }
    var bytes = HDF5Bytes(message.body)
    try bytes.expect(version: 1, of: "a list of filters")
    let count = try bytes.number(1)
    _ = try bytes.take(6)
    var filters: [HDF5Storage.Filter] = []
    for _ in 0..<count {
      let (number, nameSize) = (try bytes.number(2), try bytes.number(2))
      _ = try bytes.take(2)
      let values = try bytes.number(2)
      _ = try bytes.takePadded(nameSize)
      _ = try bytes.takePadded(4 * values)
      switch number {
      case 1: filters.append(.deflate)
      case 2: filters.append(.shuffle(elementSize: elementSize))
      case 3: filters.append(.fletcher32)
      default: throw ResultsError("compressed by filter \(number), which is not read; use gzip")
      }
    }
    return filters
  }
}

extension HDF5Storage {
  /// The corner of the chunk of this number, in row-major order.
  func corner(_ number: Int) -> [Int] {
    var (rest, corner) = (number, sides)
    for (axis, length) in grid.enumerated().reversed() {
      corner[axis] *= rest % length
      rest /= length
    }
    return corner
  }

  /// What a stored chunk was before its filters.
  func unfiltered(_ stored: ArraySlice<UInt8>, _ skipped: Int) throws(ResultsError) -> [UInt8] {
    var bytes = Array(stored)
    for (i, filter) in filters.enumerated().reversed() where i >= 32 || skipped >> i & 1 == 0 {
      switch filter {
      case .deflate: bytes = try inflated(bytes)
      case .shuffle(let size): bytes = Self.unshuffled(bytes, elementSize: size)
      case .fletcher32:
        guard bytes.count >= 4, Self.fletcher32(bytes.dropLast(4)) == Array(bytes.suffix(4)) else {
          throw ResultsError("a chunk does not match its checksum: damaged")
        }
        bytes.removeLast(4)
      }
    }
    guard bytes.count == chunkBytes else {
      throw ResultsError("a chunk of \(bytes.count) bytes in place of \(chunkBytes): damaged")
    }
    return bytes
  }

  private func inflated(_ bytes: [UInt8]) throws(ResultsError) -> [UInt8] {
    // A checksum may have been put behind the values before.
    let most = chunkBytes + 4 * filters.count
    var status = Z_OK
    let values = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
      var made = uLongf(most)
      status = uncompress(buffer.baseAddress, &made, bytes, uLong(bytes.count))
      count = status == Z_OK ? Int(made) : 0
    }
    guard status == Z_OK else { throw ResultsError("a chunk cannot be inflated: damaged") }
    return values
  }

  /// Puts the bytes of elements together again: shuffled are first all first bytes, then all second ones.
  private static func unshuffled(_ bytes: [UInt8], elementSize: Int) -> [UInt8] {
    let count = bytes.count / elementSize
    return [UInt8](unsafeUninitializedCapacity: bytes.count) { buffer, filled in
      for place in 0..<elementSize {
        for i in 0..<count { buffer[i * elementSize + place] = bytes[place * count + i] }
      }
      // What is no whole element stays at the end.
      for i in count * elementSize..<bytes.count { buffer[i] = bytes[i] }
      filled = bytes.count
    }
  }

  /// HDF5's variant of Fletcher's checksum, over big-endian words of 16 bits, in the order in which it lies in the file.
  private static func fletcher32(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var (first, second) = (UInt32(0), UInt32(0))
    func fold(_ sum: UInt32) -> UInt32 { sum & 0xFFFF + sum >> 16 }
    bytes.withUnsafeBytes { bytes in
      var place = 0
      while place < bytes.count {
        // So many words fit before the sums have to be folded.
        let end = min(bytes.count, place + 720)
        while place < end {
          first += UInt32(bytes[place]) << 8 | (place + 1 < end ? UInt32(bytes[place + 1]) : 0)
          second += first
          place += 2
        }
        (first, second) = (fold(first), fold(second))
      }
    }
    let sum = fold(second) << 16 | fold(first)
    return (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * $0)) }
  }

  /// Copies what of a chunk lies within the array.
  func place(_ chunk: [UInt8], at corner: [Int], in values: inout [UInt8]) {
    let last = shape.count - 1
    let extent = shape.indices.map { min(sides[$0], shape[$0] - corner[$0]) }
    let rowBytes = extent[last] * elementSize
    chunk.withUnsafeBytes { chunk in
      values.withUnsafeMutableBytes { values in
        for row in 0..<extent.dropLast().reduce(1, *) {
          var (rest, source, target) = (row, 0, corner[last])
          var (chunkStride, stride) = (sides[last], shape[last])
          for axis in (0..<last).reversed() {
            let index = rest % extent[axis]
            rest /= extent[axis]
            source += index * chunkStride
            target += (corner[axis] + index) * stride
            chunkStride *= sides[axis]
            stride *= shape[axis]
          }
          let from = UnsafeRawBufferPointer(rebasing: chunk[(source * elementSize)...].prefix(rowBytes))
          UnsafeMutableRawBufferPointer(rebasing: values[(target * elementSize)...].prefix(rowBytes)).copyMemory(
            from: from)
        }
      }
    }
  }
}
