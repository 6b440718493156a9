internal import FeatherCodecs
internal import Glibc

/// A payload set aside in a file without a name, so that it takes no memory until it is read back; gone with its owner or process.
final class Spill {
  private let file: Int32
  private let count: Int

  /// - Throws: `FederationError` when the temporary folder cannot hold it.
  init(_ payload: Payload) throws {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/var/tmp"
    var name = Array("\(folder)/featherweight-XXXXXX".utf8CString)
    file = mkstemp(&name)
    guard file >= 0 else { throw Self.failure("create a file", in: folder) }
    unlink(name)
    count = payload.byteCount
    var written = 0
    while written < count {
      let done = payload.bytes.withUnsafeBytes { write(file, $0.baseAddress?.advanced(by: written), count - written) }
      if done < 0 && errno == EINTR { continue }
      guard done > 0 else {
        let error = Self.failure("set \(count) bytes aside", in: folder)
        close(file)
        throw error
      }
      written += done
    }
  }

  /// The payload as it was.
  func payload() throws -> Payload {
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let done = pread(file, buffer.baseAddress?.advanced(by: filled), count - filled, filled)
        if done < 0 && errno == EINTR { continue }
        guard done > 0 else {
          failed = true
          break
        }
        filled += done
      }
    }
    guard !failed else { throw FederationError("cannot read back bytes that were set aside; check the temporary disk") }
    return Payload(received: bytes)
  }

  deinit {
    close(file)
  }

  private static func failure(_ attempt: String, in folder: String) -> FederationError {
    FederationError(
      "cannot \(attempt) in \(folder): \(String(cString: strerror(errno))); set TMPDIR to a folder with room")
  }
}

/// What keeps a federation from running, in words for the one who runs it.
public struct FederationError: Error, CustomStringConvertible, Sendable {
  /// What is wrong, and what to do.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
