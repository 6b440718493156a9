import FoundationEssentials
import Glibc

/// Facts about this machine.
public enum Machine {
  /// Processors that are online.
  public static var processors: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }

  /// Its name in the network.
  static let host = line("/proc/sys/kernel/hostname") ?? "unknown"

  /// What changes whenever it starts, and no other machine has.
  static let boot = line("/proc/sys/kernel/random/boot_id") ?? "unknown"

  /// The first line of a file.
  private static func line(_ path: String) -> String? {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    return text.split(separator: "\n").first.map(String.init)
  }
}
