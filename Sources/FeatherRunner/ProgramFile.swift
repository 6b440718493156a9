import Crypto
import FeatherExperiments
import FoundationEssentials
import Glibc

/// The file of the program that runs, workers included: they are the same file.
public struct ProgramFile: Codable, Sendable {
  /// Its digest.
  public let sha256: String
  /// Its size.
  public let bytes: Int
  /// The compiler that made it, as the file's debug information names it; what the sources ask for at least where that was
  /// stripped.
  public let compiler: String

  /// This process's file, even if another has taken its place since; nil where the system does not show it.
  static var current: ProgramFile? {
    // Mapped and not read: the file is larger than all else that a sweep's process holds.
    let file = URL(fileURLWithPath: "/proc/self/exe")
    guard let content = try? Data(contentsOf: file, options: .alwaysMapped) else { return nil }
    return ProgramFile(
      sha256: SHA256.hash(data: content).hexadecimal, bytes: content.count,
      compiler: content.withUnsafeBytes(compiler) ?? leastCompiler)
  }

  private static var leastCompiler: String {
    #if compiler(>=6.3)
      "Swift 6.3 or newer"
    #else
      "Swift 6.2"
    #endif
  }

  /// What the Swift compiler writes into the debug information of each module: `Swift version 6.3.1 (…)`, up to a zero.
  static func compiler(in bytes: UnsafeRawBufferPointer) -> String? {
    let start = Array("Swift version ".utf8)
    var from = 0
    while let base = bytes.baseAddress, let found = memchr(base + from, Int32(start[0]), bytes.count - from) {
      let place = base.distance(to: UnsafeRawPointer(found))
      let text = bytes[place...].prefix(120).prefix { $0 >= 0x20 && $0 < 0x7F }
      // This file's own words are followed by no digit.
      if text.starts(with: start), text.dropFirst(start.count).first.map({ (0x30...0x39).contains($0) }) == true {
        return String(decoding: text, as: UTF8.self)
      }
      from = place + 1
    }
    return nil
  }
}
