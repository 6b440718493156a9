internal import Glibc

extension ResourceEstimate {
  /// Memory that processes here may have, bytes: this machine's, or less where a control group (a container, a job) allows less.
  public static var physicalMemory: Int {
    let machine = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    return ([machine] + groupLimits).min() ?? machine
  }

  /// The limits of the groups that this process is in, and of those above them, as far as the system shows them.
  private static var groupLimits: [Int] {
    text("/proc/self/cgroup").split(separator: "\n").flatMap { line -> [Int] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      if fields[1].isEmpty { return limits(in: "/sys/fs/cgroup", fields[2], "memory.max") }
      guard fields[1].split(separator: ",").contains("memory") else { return [] }
      return limits(in: "/sys/fs/cgroup/memory", fields[2], "memory.limit_in_bytes")
    }
  }

  /// What a group allows, and every group above it; one without a limit says `max`, or a number beyond all memory.
  private static func limits(in root: String, _ group: Substring, _ file: String) -> [Int] {
    var parts = group.split(separator: "/")
    var found: [Int] = []
    while true {
      let path = ([root] + parts.map(String.init) + [file]).joined(separator: "/")
      if let limit = Int(text(path).prefix { $0.isNumber }) { found.append(limit) }
      guard parts.popLast() != nil else { return found }
    }
  }

  /// The beginning of a file of the system; empty where it is not there.
  private static func text(_ path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
