internal import CHDF5
internal import Synchronization

/// A reference to something that HDF5 owns: acquired, checked and released in one place.
struct HDF5Handle: ~Copyable {
  /// HDF5's number for it.
  let id: hid_t
  private let release: @convention(c) (hid_t) -> herr_t

  /// Takes over what `acquire` opened or created; a negative number becomes an error that says what was attempted.
  init(
    _ attempt: @autoclosure () -> String, _ release: @escaping @convention(c) (hid_t) -> herr_t, _ acquire: () -> hid_t
  ) throws(ResultsError) {
    let id = acquire()
    guard id >= 0 else { throw HDF5.failure(attempt()) }
    self.id = id
    self.release = release
  }

  deinit { _ = release(id) }

  /// Releases it now; for a file, this is when the last bytes are written, so it may fail.
  consuming func close(_ attempt: String) throws(ResultsError) {
    let status = release(id)
    discard self
    try HDF5.check(status, attempt)
  }
}

/// The one place through which HDF5 is reached, by one thread at a time, and only to write: `HDF5File` reads without it.
enum HDF5 {
  private static let owner = Mutex(())

  /// The library's version, such as `1.10.8`.
  static var version: String {
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    H5get_libversion(&major, &minor, &release)
    return "\(major).\(minor).\(release)"
  }

  /// Runs `body` as the only user of HDF5, with its own error printing off.
  ///
  /// Called only where a whole file is written, never from within, so that it cannot meet itself.
  static func serial<Result: Sendable>(_ body: () throws(ResultsError) -> Result) throws(ResultsError) -> Result {
    try owner.withLock { _ throws(ResultsError) -> Result in
      // Printing is a setting of each thread.
      H5Eset_auto2(hid_t(H5E_DEFAULT), nil, nil)
      return try body()
    }
  }

  /// Throws where a call returned a negative status.
  static func check(_ status: Int32, _ attempt: @autoclosure () -> String) throws(ResultsError) {
    guard status >= 0 else { throw failure(attempt()) }
  }

  /// What failed, with the innermost entry of HDF5's error stack as the reason; clears the stack.
  static func failure(_ attempt: String) -> ResultsError {
    var reason = "HDF5 gave no reason"
    withUnsafeMutablePointer(to: &reason) { place in
      _ = H5Ewalk2(
        hid_t(H5E_DEFAULT), H5E_WALK_UPWARD,
        { _, entry, context in
          guard let text = entry?.pointee.desc else { return 0 }
          context?.assumingMemoryBound(to: String.self).pointee = String(cString: text)
          // Positive stops the walk: the innermost entry is the cause, the others only say who called.
          return 1
        }, place)
    }
    H5Eclear2(hid_t(H5E_DEFAULT))
    return ResultsError("\(attempt) failed: \(reason)")
  }
}
