import Crypto
import FeatherExperiments
import Glibc

/// The size and SHA-256 of a file, read piece by piece.
struct FileHash {
  let bytes: Int
  let sha256: String

  /// - Throws: `RunnerError` when the file cannot be read.
  init(_ path: String) throws {
    func failure() -> RunnerError { RunnerError("cannot read \(path): \(String(cString: strerror(errno)))") }
    guard let file = fopen(path, "rbe") else { throw failure() }
    defer { fclose(file) }
    var hash = SHA256()
    var total = 0
    var piece = [UInt8](repeating: 0, count: 1 << 18)
    while case let count = fread(&piece, 1, piece.count, file), count > 0 {
      total += count
      piece.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
    guard ferror(file) == 0 else { throw failure() }
    bytes = total
    sha256 = hash.finalize().hexadecimal
  }
}
