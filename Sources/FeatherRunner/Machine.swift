import Glibc

/// Facts about this machine.
public enum Machine {
  /// Processors that are online.
  public static var processors: Int { sysconf(Int32(_SC_NPROCESSORS_ONLN)) }
}
