internal import Glibc

/// A file that is written piece by piece and is there, whole, only when it is finished.
///
/// Until then it has a hidden name; it is removed when it is given up.
package final class AtomicStream {
  /// Where it will be.
  package let path: String
  private let temporary: String
  private var file: Int32

  /// Begins a file.
  package init(to path: String) throws(ResultsError) {
    self.path = path
    let (folder, name) = AtomicFile.split(path)
    temporary = "\(folder)/" + TemporaryName.make(for: name)
    file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw AtomicFile.failure("cannot create a file in \(folder)") }
  }

  deinit {
    guard file >= 0 else { return }
    close(file)
    unlink(temporary)
  }

  /// Adds bytes at the end.
  package func append(_ bytes: [UInt8]) throws(ResultsError) { try AtomicFile.append(bytes, to: file, path) }

  /// Adds text at the end.
  package func append(_ text: String) throws(ResultsError) { try append(Array(text.utf8)) }

  /// Adds float32 at the end, little-endian; of large arrays a few at a time are copied.
  package func append(_ values: ArraySlice<Float>) throws(ResultsError) {
    var rest = values
    while !rest.isEmpty {
      try append(rest.prefix(1 << 20).withUnsafeBytes { Array($0) })
      rest = rest.dropFirst(1 << 20)
    }
  }

  /// Puts the file in place, whole and synced.
  package func finish() throws(ResultsError) {
    guard fsync(file) == 0 else { throw AtomicFile.failure("cannot sync \(path)") }
    try AtomicFile.move(temporary, to: path)
    close(file)
    file = -1
    try AtomicFile.sync(folder: AtomicFile.split(path).folder)
  }
}
