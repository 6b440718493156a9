internal import Crypto

/// What was found of a data set's file.
public struct DatasetFileReport: Sendable {
  /// How a file is.
  public enum State: Equatable, Sendable {
    /// Its bytes are the published ones.
    case valid
    /// It is in none of the folders.
    case missing
    /// It can be read but holds other bytes; both digests are SHA-256 of the decompressed file.
    case wrongDigest(found: String, expected: String)
    /// It cannot be read to its end, or is larger than it can be.
    case corrupt(reason: String)
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
    entry.files.map { file in
      guard let path = locations.path(of: "\(entry.name)/\(file.name)") else {
        return DatasetFileReport(file: file, path: nil, state: .missing)
      }
      return DatasetFileReport(file: file, path: path, state: state(of: path, file))
    }
  }

  /// Hashes the decompressed bytes at `path`, at most one more than `file` has.
  static func state(of path: String, _ file: DatasetFile) -> DatasetFileReport.State {
    do {
      var source = try DecompressedFile(path)
      var hash = SHA256()
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
      defer { buffer.deallocate() }
      while true {
        let read = try source.read(into: buffer)
        guard read > 0 else { break }
        guard source.position <= file.byteCount else {
          return .corrupt(reason: "\(path): holds more than the \(file.byteCount) bytes of \(file.name)")
        }
        hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<read]))
      }
      let found = hexadecimal(hash.finalize())
      return found == file.sha256 ? .valid : .wrongDigest(found: found, expected: file.sha256)
    } catch let error as DatasetError {
      return .corrupt(reason: error.message)
    } catch {
      return .corrupt(reason: "\(path): \(error)")
    }
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
    case .missing: "missing"
    case .wrongDigest(let found, let expected): "wrong bytes: SHA-256 is \(found), expected \(expected)"
    case .corrupt(let reason): "corrupt: \(reason)"
    }
  }
}
