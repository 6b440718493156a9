internal import Crypto
internal import Glibc

/// A file that a configuration names: which training samples each client has, or when each is there.
///
/// It is known by the SHA-256 of its content: two with equal content are equal, wherever they lie.
public struct PartitionFile: Hashable, Sendable, CustomStringConvertible {
  /// Where it lies; nil where only its content is known, as in a configuration that was read from a result.
  public internal(set) var path: String?
  /// SHA-256 of its content, 64 lower-case hex digits; empty until it was read.
  public internal(set) var digest = ""

  /// What stands before the digest in a configuration.
  static let prefix = "sha256:"
  /// The most bytes that are read; far more than a list of samples needs.
  private static let mostBytes = 1 << 32

  init() {}

  /// Reads a spec's text: a path, or the digest that a configuration has in its place.
  init(text: String) {
    let rest = text.dropFirst(Self.prefix.count)
    let isHex = rest.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    if text.hasPrefix(Self.prefix), rest.utf8.count == 64, isHex { digest = String(rest) } else { path = text }
  }

  /// Reads a file's content.
  ///
  /// - Throws: `SpecError` when the file cannot be read.
  public init(path: String) throws {
    self.path = path
    self = try read("partition.file", beside: "", at: SpecMark(file: "configuration"))
  }

  /// Whether there is one.
  public var isGiven: Bool { path != nil || !digest.isEmpty }

  /// The file with its content's digest and its place from the root; a relative path starts at the folder of `spec`.
  ///
  /// - Parameter key: the key that names it, for messages.
  func read(_ key: String, beside spec: String, at mark: SpecMark) throws -> PartitionFile {
    let given = path ?? ""
    let folder = spec.lastIndex(of: "/").map { String(spec[...$0]) } ?? ""
    let place = given.hasPrefix("/") ? given : folder + given
    func failure(_ what: String) -> SpecError {
      let looked = place == given ? "" : " (looked for at '\(place)', beside the spec)"
      return SpecError(mark, "\(key) '\(given)' \(what)\(looked)")
    }
    // A pipe would wait for a writer for ever, and a device has no end.
    var status = stat()
    guard stat(place, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
      throw failure("is not a regular file")
    }
    guard let file = fopen(place, "rb") else { throw failure("cannot be opened: \(String(cString: strerror(errno)))") }
    defer { fclose(file) }
    var hash = SHA256()
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var total = 0
    while case let count = fread(&bytes, 1, bytes.count, file), count > 0 {
      total += count
      guard total <= Self.mostBytes else { throw failure("has more than \(Self.mostBytes) bytes") }
      bytes.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
    guard ferror(file) == 0 else { throw failure("cannot be read: \(String(cString: strerror(errno)))") }
    var known = self
    known.digest = hash.finalize().hexadecimal
    if let resolved = realpath(place, nil) {
      known.path = String(cString: resolved)
      free(resolved)
    }
    return known
  }

  /// The file's name and the start of its digest, which tell files of one name apart.
  public var description: String {
    guard let path else { return digest.isEmpty ? "none" : Self.prefix + digest }
    guard !digest.isEmpty else { return path }
    return "\(path.split(separator: "/").last ?? "") \(Self.prefix)\(digest.prefix(12))"
  }

  /// Whether both have the same content; of files that were not read, whether they lie in the same place.
  public static func == (a: PartitionFile, b: PartitionFile) -> Bool {
    a.digest == b.digest && (!a.digest.isEmpty || a.path == b.path)
  }

  /// Hashes the content's digest.
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
