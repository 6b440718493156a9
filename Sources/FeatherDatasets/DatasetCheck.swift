internal import Crypto

/// What was found of a data set's file.
public struct DatasetFileReport: Sendable {
  /// How a file is.
  public enum State: Equatable, Sendable {
    /// Its bytes are the published ones.
    case valid
    /// Nothing speaks against it, but no digest is published that could prove it.
    case plausible(reason: String)
    /// It is in none of the folders.
    case missing
    /// It can be read but holds other bytes; the digest found is of the same kind as the one expected.
    case wrongDigest(found: String, expected: FileDigest)
    /// It cannot be read to its end, or is larger than it can be.
    case corrupt(reason: String)

    /// Whether the file can be used: valid, or at least plausible.
    public var isUsable: Bool {
      switch self {
      case .valid, .plausible: true
      case .missing, .wrongDigest, .corrupt: false
      }
    }
  }

  /// The file that was looked for.
  public let file: DatasetFile
  /// Where it was found.
  public let path: String?
  /// How it is.
  public let state: State
}

/// Checks data files against their published digests (`data check`).
public enum DatasetCheck {
  /// Reads and hashes every file of `entry` that is found; changes nothing.
  ///
  /// - Returns: one report per file, in the catalogue's order; none for a built-in data set.
  public static func files(of entry: DatasetEntry, in locations: DataLocations) -> [DatasetFileReport] {
    entry.located(in: locations).map { located in
      let found = located.path.map { state(of: $0, located.file) }
      return DatasetFileReport(file: located.file, path: located.path, state: found ?? .missing)
    }
  }

  /// Compares the file at `path` with what is published about `file`; reads at most one buffer more than that has.
  static func state(of path: String, _ file: DatasetFile) -> DatasetFileReport.State {
    do {
      switch file.digest {
      case .contentSHA256: return try contentState(of: path, file)
      case .publishedSHA256: return try publishedState(of: path, file, hash: SHA256())
      case .publishedMD5: return try publishedState(of: path, file, hash: Insecure.MD5())
      case .unpublished:
        let size = FilePath.size(path)
        return size == file.byteCount
          ? .plausible(
            reason: "its size is right; whether it is the official file cannot be told, as no digest is published")
          : .corrupt(reason: "\(path): holds \(size) bytes; expected \(file.byteCount)")
      }
    } catch let error as DatasetError {
      return .corrupt(reason: error.message)
    } catch {
      return .corrupt(reason: "\(path): \(error)")
    }
  }

  private static func contentState(of path: String, _ file: DatasetFile) throws -> DatasetFileReport.State {
    var source = try DecompressedFile(path)
    return try compare(path, file, hash: SHA256()) { try source.read(into: $0) }
  }

  /// Hashes the bytes as they lie there.
  private static func publishedState(
    of path: String, _ file: DatasetFile, hash: some HashFunction
  ) throws -> DatasetFileReport.State {
    let isCompressed = try DecompressedFile(path).isCompressed
    // What is published is compressed; somebody may have unpacked it, which the file's name then says.
    guard isCompressed || !path.hasSuffix(file.name) else {
      return .plausible(
        reason: "it is not compressed, and the \(file.digest.algorithm) is published of the compressed file only")
    }
    let source = try FileHandle(reading: path)
    return try compare(path, file, hash: hash) { try source.read(into: $0) }
  }

  private static func compare(
    _ path: String, _ file: DatasetFile, hash start: some HashFunction,
    read: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws -> DatasetFileReport.State {
    var hash = start
    var position = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try read(buffer)
      guard count > 0 else { break }
      position += count
      guard position <= file.byteCount else {
        return .corrupt(reason: "\(path): holds more than the \(file.byteCount) bytes of \(file.name)")
      }
      hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
    let found = hexadecimal(hash.finalize())
    return found == file.digest.digits ? .valid : .wrongDigest(found: found, expected: file.digest)
  }

  /// Two lower-case digits per byte.
  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.reduce(into: "") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) }
  }
}

extension DatasetFileReport.State: CustomStringConvertible {
  /// The state in a few words, both digests included where they differ.
  public var description: String {
    switch self {
    case .valid: "valid"
    case .plausible(let reason): "plausible: \(reason)"
    case .missing: "missing"
    case .wrongDigest(let found, let expected):
      "wrong bytes: \(expected.algorithm) is \(found), expected \(expected.digits)"
    case .corrupt(let reason): "corrupt: \(reason)"
    }
  }
}
