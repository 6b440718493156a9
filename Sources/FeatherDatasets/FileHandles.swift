internal import Glibc

/// Questions to the file system and changes in it, each one system call or a few.
enum FilePath {
  /// Whether `path` is a regular file, or a link to one.
  static func isFile(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
  }

  /// The size in bytes, 0 where there is no file.
  static func size(_ path: String) -> Int {
    var info = stat()
    return stat(path, &info) == 0 ? Int(info.st_size) : 0
  }

  /// Removes a file if it is there.
  static func remove(_ path: String) throws {
    guard unlink(path) != 0, errno != ENOENT else { return }
    throw DatasetError("cannot remove \(path): \(reason(errno))")
  }

  /// Makes a folder and those above it.
  static func makeFolder(_ path: String) throws {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += (made.isEmpty || made == "/" ? "" : "/") + part
      guard mkdir(made, 0o777) != 0, errno != EEXIST else { continue }
      let code = errno
      // A read-only file system says so before it says that the folder is there.
      var info = stat()
      guard stat(made, &info) == 0, info.st_mode & S_IFMT == S_IFDIR else {
        throw DatasetError("cannot make the folder \(made): \(reason(code)); choose another with --data DIR")
      }
    }
  }

  /// Moves `part` over `path` so that after a crash either the old or the whole new file is there.
  static func publish(_ part: String, as path: String, in folder: String) throws {
    try FileHandle(reading: part).synchronise()
    guard rename(part, path) == 0 else {
      throw DatasetError("cannot rename \(part) to \(path): \(reason(errno))")
    }
    try FileHandle(reading: folder).synchronise()
  }

  /// The system's words for an error number.
  static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// An open file, closed when it goes out of scope.
struct FileHandle: ~Copyable {
  let descriptor: Int32
  let path: String

  /// Opens a file or folder for reading.
  init(reading path: String) throws {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    self.path = path
    guard descriptor >= 0 else {
      throw DatasetError("cannot open \(path): \(FilePath.reason(errno))")
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Reads up to the buffer's size; 0 at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw DatasetError("cannot read \(path): \(FilePath.reason(errno))") }
    }
  }

  /// The first `count` bytes, or all of a shorter file; where the next read begins stays the same.
  func firstBytes(_ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let got = pread(descriptor, &bytes, count, 0)
    guard got >= 0 else { throw DatasetError("cannot read \(path): \(FilePath.reason(errno))") }
    return Array(bytes.prefix(got))
  }

  /// Waits until the file is on the disk.
  func synchronise() throws {
    guard fsync(descriptor) == 0 else {
      throw DatasetError("cannot write \(path) to the disk: \(FilePath.reason(errno))")
    }
  }

  /// Whether this process now holds the exclusive lock of the file; released with the handle.
  func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }
}
