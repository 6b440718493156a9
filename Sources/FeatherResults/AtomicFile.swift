internal import Glibc

/// Files that are whole or absent, whenever a process dies.
public enum AtomicFile {
  /// Writes `bytes` to `path` so that a reader, or a crash at any instant, meets the old file or the new one, whole.
  ///
  /// Writes a hidden file beside it, syncs it, renames it and syncs the folder: some network file systems rename atomically only
  /// within a folder. On failure the hidden file is removed.
  public static func write(_ bytes: [UInt8], to path: String) throws(ResultsError) {
    try put([[bytes]], as: { $0 }, to: path) { temporary throws(ResultsError) in
      try move(temporary, to: path)
    }
  }

  /// Writes `bytes` to `path`, whole or not at all, unless there is a file already.
  ///
  /// - Returns: whether this call made the file; of several processes one does.
  public static func create(_ bytes: [UInt8], at path: String) throws(ResultsError) -> Bool {
    var isMade = false
    try put([[bytes]], as: { $0 }, to: path) { temporary throws(ResultsError) in
      var code = link(temporary, path) == 0 ? 0 : errno
      if [EPERM, EOPNOTSUPP, ENOSYS].contains(code) {
        // A file system without hard links: of two at the very same time the last one wins, and both read what it wrote.
        code = exists(path) ? EEXIST : rename(temporary, path) == 0 ? 0 : errno
      }
      errno = code
      guard code == 0 || code == EEXIST else { throw failure("cannot put \(path) in place") }
      unlink(temporary)
      isMade = code == 0
    }
    return isMade
  }

  /// Writes the bytes of pieces one after another, made as they are needed, so that memory holds those of one piece at a time.
  ///
  /// - Throws: a `ResultsError` that says what could not be made or written; the file is as it was before then.
  static func write<Piece>(
    pieces: [Piece], as bytes: (Piece) throws(ResultsError) -> [[UInt8]], to path: String
  ) throws(ResultsError) {
    try put(pieces, as: bytes, to: path) { temporary throws(ResultsError) in
      try move(temporary, to: path)
    }
  }

  static func move(_ temporary: String, to path: String) throws(ResultsError) {
    guard rename(temporary, path) == 0 else { throw failure("cannot put \(path) in place") }
  }

  private static func put<Piece>(
    _ pieces: [Piece], as bytes: (Piece) throws(ResultsError) -> [[UInt8]], to path: String,
    _ place: (String) throws(ResultsError) -> Void
  ) throws(ResultsError) {
    let (folder, name) = split(path)
    let temporary = "\(folder)/" + TemporaryName.make(for: name)
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure("cannot create a file in \(folder)") }
    do throws(ResultsError) {
      try fill(file, pieces, bytes, path)
      try place(temporary)
    } catch {
      unlink(temporary)
      throw error
    }
    try sync(folder: folder)
  }

  /// The whole content of the file at `path`, which is no symbolic link: a folder of results from elsewhere could point anywhere.
  public static func read(_ path: String) throws(ResultsError) -> [UInt8] { try read(path, nil) }

  /// A range of a file's bytes; of all of them where there is none.
  ///
  /// - Throws: `ResultsError`, also when the file ends before the range does.
  static func read(_ path: String, _ range: Range<Int>?) throws(ResultsError) -> [UInt8] {
    // Without waiting: a pipe in the file's place would wait for a writer for ever.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard file >= 0 else { throw failure("cannot open \(path)") }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw failure("cannot examine \(path)") }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw ResultsError("\(path) is not a regular file; name a result file")
    }
    var problem: ResultsError?
    let range = range ?? 0..<Int(status.st_size)
    // A file of holes can claim any size.
    guard range.count <= physicalMemory else {
      throw ResultsError("\(path) has \(status.st_size) bytes, more than this machine's memory; it is not read")
    }
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

  /// Removes hidden files that `write` and `create` left in a folder because their process was killed.
  ///
  /// Those of processes that live stay; one whose maker cannot be asked, on another machine, goes when it is an hour old.
  public static func removeLeftovers(in folder: String) {
    forEachLeftover(in: folder) { path, temporary in
      var status = stat()
      guard lstat(path, &status) == 0 else { return }
      if temporary.isLeft(age: Glibc.time(nil) - status.st_mtim.tv_sec) { unlink(path) }
    }
  }

  /// Removes hidden files that were to become one of some files, whoever made them: to be called by the only one who may write these.
  public static func removeLeftovers(of paths: [String]) {
    for (folder, files) in Dictionary(grouping: paths.map(split), by: \.folder) {
      let names = Set(files.map(\.name))
      forEachLeftover(in: folder) { path, temporary in
        if names.contains(temporary.target) { unlink(path) }
      }
    }
  }

  private static func forEachLeftover(in folder: String, _ body: (String, TemporaryName) -> Void) {
    guard let handle = opendir(folder) else { return }
    defer { closedir(handle) }
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let temporary = TemporaryName(name) { body("\(folder)/\(name)", temporary) }
    }
  }

  /// What time it is where a folder's files are, in seconds since 1970: asked with a new file, since machines' clocks differ.
  ///
  /// - Returns: nil when the folder takes no file.
  public static func time(in folder: String) -> Double? {
    let probe = "\(folder)/" + TemporaryName.make(for: "clock")
    let file = open(probe, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { return nil }
    defer {
      close(file)
      unlink(probe)
    }
    var status = stat()
    guard futimens(file, nil) == 0, fstat(file, &status) == 0 else { return nil }
    return Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9
  }

  /// Bytes of this machine's memory.
  static var physicalMemory: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }

  /// Whether a file is there.
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  private static func fill<Piece>(
    _ file: Int32, _ pieces: [Piece], _ bytes: (Piece) throws(ResultsError) -> [[UInt8]], _ path: String
  ) throws(ResultsError) {
    do throws(ResultsError) {
      for piece in pieces { for bytes in try bytes(piece) { try append(bytes, to: file, path) } }
      guard fsync(file) == 0 else { throw failure("cannot sync \(path)") }
    } catch {
      close(file)
      throw error
    }
    guard close(file) == 0 else { throw failure("cannot finish \(path)") }
  }

  static func append(_ bytes: [UInt8], to file: Int32, _ path: String) throws(ResultsError) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress?.advanced(by: written), $0.count - written) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure("cannot write \(path) (\(written) of \(bytes.count) bytes written)") }
      written += count
    }
  }

  static func sync(folder: String) throws(ResultsError) {
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

  static func failure(_ attempt: String) -> ResultsError {
    let code = errno
    let advice =
      switch code {
      case ENOSPC, EDQUOT: "; free some space or choose another folder"
      case EACCES, EPERM, EROFS: "; choose a place where you have the right to"
      case ENOENT, ENOTDIR: "; check the path"
      case ELOOP: "; it is a symbolic link, which is not followed: name the file that it points to, or copy it here"
      default: ""
      }
    return ResultsError("\(attempt): \(String(cString: strerror(code)))\(advice)")
  }
}
