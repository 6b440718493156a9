/// Partitions in HDF5 files: those of run files, and files that other programs wrote with the same two arrays.
///
/// `/partition/indices` holds the clients' sample indices one client after the other, and `/partition/offsets` where each begins, with
/// the total at the end: client c has `indices[offsets[c]:offsets[c+1]]`. Any integer type will do.
public enum PartitionArrays {
  /// Whether a file begins as HDF5 files do.
  public static func isHDF5(_ path: String) throws(ResultsError) -> Bool {
    try AtomicFile.read(path).starts(with: HDF5Reader.signature)
  }

  /// The sample indices of each client; whether they are a partition is not checked.
  ///
  /// - Throws: `ResultsError` when an array is missing, is no list of integers, or the offsets do not fit the indices.
  public static func read(_ path: String) throws(ResultsError) -> [[Int]] {
    do throws(ResultsError) {
      let bytes = try AtomicFile.read(path)
      try HDF5Reader.checkHeader(bytes)
      var file = try HDF5File(bytes)
      let root = try file.messages(at: file.root)
      var members: [(name: String, header: Int)] = []
      if let partition = try file.members(root)?.first(where: { $0.name == "partition" }) {
        members = try file.members(try file.messages(at: partition.header)) ?? []
      }
      let offsets = try integers("offsets", among: members, in: &file)
      let indices = try integers("indices", among: members, in: &file)
      try check(offsets, count: indices.count)
      return zip(offsets, offsets.dropFirst()).map { Array(indices[$0..<$1]) }
    } catch {
      throw error.at(path)
    }
  }

  private static func check(_ offsets: [Int], count: Int) throws(ResultsError) {
    guard offsets.count >= 2 else {
      throw ResultsError("/partition/offsets: \(offsets.count) numbers; expected one per client and the total")
    }
    guard offsets[0] == 0, offsets[offsets.count - 1] == count else {
      throw ResultsError(
        "/partition/offsets: run from \(offsets[0]) to \(offsets[offsets.count - 1]); expected 0 to the \(count) "
          + "entries of /partition/indices")
    }
    for (client, (start, end)) in zip(offsets, offsets.dropFirst()).enumerated() where end < start {
      throw ResultsError(
        "/partition/offsets: client \(client) begins at \(start) and ends at \(end); expected numbers that do not fall")
    }
  }

  private static func integers(
    _ name: String, among members: [(name: String, header: Int)], in file: inout HDF5File
  ) throws(ResultsError) -> [Int] {
    let path = "/partition/\(name)"
    guard let member = members.first(where: { $0.name == name }) else {
      throw ResultsError("has no \(path); expected the arrays /partition/offsets and /partition/indices")
    }
    do throws(ResultsError) {
      let messages = try file.messages(at: member.header)
      let (shape, type) = try file.shapeAndType(messages)
      guard case .integer(let size, let isSigned, let isBigEndian) = type, shape.count == 1 else {
        throw ResultsError(
          "expected a list of integers, and this is another type or has \(shape.count) dimensions")
      }
      let bytes = try file.values(messages, shape: shape, elementSize: size)
      return stride(from: 0, to: bytes.count, by: size).map { start in
        let digits = bytes[start..<start + size]
        let value = (isBigEndian ? Array(digits) : digits.reversed()).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // The sign stands in the highest bit of the number's own size.
        let unused = 64 - 8 * size
        return isSigned ? Int(Int64(bitPattern: value << unused) >> unused) : Int(clamping: value)
      }
    } catch {
      throw error.at(path)
    }
  }
}
