internal import CHDF5

/// Partitions in HDF5 files: those of run files, and files that other programs wrote with the same two arrays.
///
/// `/partition/indices` holds the clients' sample indices one client after the other, and `/partition/offsets` where each begins, with
/// the total at the end: client c has `indices[offsets[c]:offsets[c+1]]`. Any integer type will do.
public enum PartitionArrays {
  /// gzip shrinks at most about 1032-fold, so that more bytes than this times the file's size are a lie.
  private static let expansionLimit = 1100

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
      let (offsets, indices) = try HDF5.serial { () throws(ResultsError) in
        let file = try HDF5Reader.open(bytes)
        let limit = bytes.count * expansionLimit
        return (
          try integers("/partition/offsets", in: file.id, limit: limit),
          try integers("/partition/indices", in: file.id, limit: limit)
        )
      }
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

  private static func integers(_ name: String, in file: hid_t, limit: Int) throws(ResultsError) -> [Int] {
    guard H5Lexists(file, "/partition", 0) > 0, H5Lexists(file, name, 0) > 0 else {
      H5Eclear2(hid_t(H5E_DEFAULT))
      throw ResultsError("has no \(name); expected the arrays /partition/offsets and /partition/indices")
    }
    let array = try HDF5Handle("opening \(name)", H5Dclose) { H5Dopen2(file, name, 0) }
    let type = try HDF5Handle("reading the type of \(name)", H5Tclose) { H5Dget_type(array.id) }
    let space = try HDF5Handle("reading the shape of \(name)", H5Sclose) { H5Dget_space(array.id) }
    let rank = H5Sget_simple_extent_ndims(space.id)
    guard H5Tget_class(type.id) == H5T_INTEGER, rank == 1 else {
      throw ResultsError("\(name): expected a list of integers, and this is another type or has \(rank) dimensions")
    }
    let count = H5Sget_simple_extent_npoints(space.id)
    guard (0...Int64(limit / 8)).contains(count) else {
      throw ResultsError("\(name): \(count) numbers, which a file of this size cannot hold: damaged")
    }
    var values = [Int64](repeating: 0, count: Int(count))
    if count > 0 { try HDF5.check(H5Dread(array.id, fw_i64le(), 0, 0, 0, &values), "reading \(name)") }
    return values.map(Int.init)
  }
}
