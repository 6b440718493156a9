internal import Glibc

/// The name of a hidden file under construction: it tells who makes it, and no two processes of any machines give the same.
struct TemporaryName {
  /// The name that the file is to have in the end.
  let target: String
  /// The start of the machine's boot id and the space of its process numbers: containers of a machine have their own.
  private let machine: String
  private let process: pid_t

  /// A new name for a file that is to be `name`.
  static func make(for name: String) -> String {
    var generator = SystemRandomNumberGenerator()
    return ".\(name).tmp-\(machine)-\(getpid())-\(String(generator.next(), radix: 36))"
  }

  /// Reads a file's name; nil for one that is not hidden and under construction.
  init?(_ name: String) {
    guard name.hasPrefix("."), let mark = name.firstRange(of: ".tmp-") else { return nil }
    target = String(name[..<mark.lowerBound].dropFirst())
    let parts = name[mark.upperBound...].split(separator: "-", omittingEmptySubsequences: false)
    machine = String(parts.first ?? "")
    process = parts.count == 3 ? pid_t(parts[1]) ?? 0 : 0
  }

  /// Whether nobody works on the file any more: its process is gone, or the file is an hour old and its process on another machine.
  ///
  /// - Parameter age: seconds since the file was last written.
  func isLeft(age: Int) -> Bool {
    guard machine == Self.machine, process > 0 else { return age > 3600 }
    return kill(process, 0) != 0 && errno == ESRCH
  }

  private static let machine: String = {
    var boot = [UInt8](repeating: 0, count: 8)
    let file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
    if file >= 0 {
      read(file, &boot, boot.count)
      close(file)
    }
    var space = [CChar](repeating: 0, count: 64)
    readlink("/proc/self/ns/pid", &space, space.count - 1)
    let number = space.prefix { $0 != 0 }.filter { (48...57).contains($0) }.map { UInt8($0) }
    return String(decoding: boot, as: UTF8.self) + "." + String(decoding: number, as: UTF8.self)
  }()
}
