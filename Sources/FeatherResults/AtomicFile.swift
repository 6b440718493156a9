internal import Glibc

/// Files that are whole or absent, whenever a process dies.
public enum AtomicFile {
  /// Writes `bytes` to `path` so that a reader, or a crash at any instant, meets the old file or the new one, whole.
  ///
  /// Writes a hidden file in the same folder, syncs it, renames it and syncs the folder. On failure the hidden file is removed.
  public static func write(_ bytes: [UInt8], to path: String) throws(ResultsError) {
    try write(pieces: [bytes], as: { $0 }, to: path)
  }

  /// Writes the bytes of pieces one after another, made as they are needed, so that memory holds those of one at a time.
  ///
  /// - Throws: a `ResultsError` that says what could not be made or written; the file is as it was before then.
  static func write<Piece>(
    pieces: [Piece], as bytes: (Piece) throws(ResultsError) -> [UInt8], to path: String
  ) throws(ResultsError) {
    let (folder, name) = split(path)
    // The process number keeps two writers apart; a file left by a crashed process of that number is simply overwritten.
    let temporary = "\(folder)/.\(name).tmp-\(getpid())"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure("cannot create a file in \(folder)") }
    do throws(ResultsError) {
      try fill(file, pieces, bytes, path)
      guard rename(temporary, path) == 0 else { throw failure("cannot put \(path) in place") }
    } catch {
      unlink(temporary)
      throw error
    }
    try sync(folder: folder)
  }

  /// The whole content of the file at `path`.
  public static func read(_ path: String) throws(ResultsError) -> [UInt8] { try read(path, nil) }

  /// A range of a file's bytes; of all of them where there is none.
  ///
  /// - Throws: `ResultsError`, also when the file ends before the range does.
  static func read(_ path: String, _ range: Range<Int>?) throws(ResultsError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("cannot open \(path)") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw failure("cannot examine \(path)") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ResultsError("\(path) is not a regular file; name a result file")
    }
    var problem: ResultsError?
    let range = range ?? 0..<Int(status.st_size)
    guard range.upperBound <= status.st_size else { throw ResultsError("\(path) ends too early: it was truncated") }
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      while count < buffer.count {
        let got = pread(
          file, buffer.baseAddress?.advanced(by: count), buffer.count - count, range.lowerBound + count)
        if got < 0 && errno == EINTR { continue }
        if got < 0 { problem = failure("cannot read \(path)") }
        guard got > 0 else { break }
        count += got
      }
    }
    if let problem { throw problem }
    return bytes
  }

  /// Whether `name` is that of a hidden file which `write` left behind because its process was killed.
  public static func isTemporary(_ name: String) -> Bool { name.hasPrefix(".") && name.contains(".tmp-") }

  /// Whether a file is there.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func fill<Piece>(
    _ file: Int32, _ pieces: [Piece], _ bytes: (Piece) throws(ResultsError) -> [UInt8], _ path: String
  ) throws(ResultsError) {
    do throws(ResultsError) {
      for piece in pieces { try append(try bytes(piece), to: file, path) }
      guard fsync(file) == 0 else { throw failure("cannot sync \(path)") }
    } catch {
      close(file)
      throw error
    }
    guard close(file) == 0 else { throw failure("cannot finish \(path)") }
  }

  private static func append(_ bytes: [UInt8], to file: Int32, _ path: String) throws(ResultsError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress?.advanced(by: written), $0.count - written) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure("cannot write \(path) (\(written) of \(bytes.count) bytes written)") }
      written += count
    }
  }

  private static func sync(folder: String) throws(ResultsError) {
    let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else { throw failure("cannot open folder \(folder)") }
    defer { close(handle) }
    // Some file systems cannot sync a folder and say EINVAL; there is nothing better to do on them.
    guard fsync(handle) == 0 || errno == EINVAL else { throw failure("cannot sync folder \(folder)") }
  }

  static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }

  private static func failure(_ attempt: String) -> ResultsError {
    let code = errno
    let advice =
      switch code {
      case ENOSPC, EDQUOT: "; free some space or choose another folder"
      case EACCES, EPERM, EROFS: "; choose a place where you have the right to"
      case ENOENT, ENOTDIR: "; check the path"
      default: ""
      }
    return ResultsError("\(attempt): \(String(cString: strerror(code)))\(advice)")
  }
}
