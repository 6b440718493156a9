import Glibc
import Subprocess
import SystemPackage
import Synchronization

/// Looks after a worker process while it is at a cell: how long it takes, how much memory it has, and whether it is to stop.
///
/// A worker that goes beyond a limit is killed, whatever state it is in; what it did stays behind as the reason.
final class WorkerWatch: Sendable {
  private struct State {
    var start: ContinuousClock.Instant?
    var peak = 0
    var verdict: String?
    var isTold = false
  }
  private let state = Mutex(State())
  private let process: pid_t
  private let options: SweepRunner.Options

  init(_ process: pid_t, _ options: SweepRunner.Options) {
    self.process = process
    self.options = options
  }

  /// The process is no longer to be killed: it ends by itself, and its number may become another's.
  func end() { WorkerProcesses.remove(process) }

  /// The process is given a cell.
  func cellBegins() {
    let resident = ProcessMemory.resident(process)
    state.withLock {
      $0.start = ContinuousClock.now
      $0.peak = resident
    }
  }

  /// The process has done with the cell.
  func cellEnds() { state.withLock { $0.start = nil } }

  /// Why it was killed; nil when it was not.
  var verdict: String? { state.withLock { $0.verdict } }

  /// The most memory that it was seen to have during its cell, bytes.
  var peak: Int { state.withLock { $0.peak } }

  /// Looks until cancelled.
  func run(_ input: StandardInputWriter) async {
    while (try? await Task.sleep(for: .milliseconds(50))) != nil {
      if let reason = look() {
        state.withLock { $0.verdict = reason }
        kill(process, SIGKILL)
        return
      }
      if StopRequest.isRequested, state.withLock({ !exchangeTrue(&$0.isTold) }) {
        _ = try? await input.write(CellInput.stop + "\n")
      }
    }
  }

  /// Why the process must be killed, if it must.
  private func look() -> String? {
    let resident = ProcessMemory.resident(process)
    let start = state.withLock { state in
      state.peak = max(state.peak, resident)
      return state.start
    }
    guard let start else { return nil }
    if let limit = options.timeout, (ContinuousClock.now - start) / .seconds(1) > limit.seconds {
      return "no end after \(limit.text) (--timeout)"
    }
    guard let limit = options.memory, resident > limit.bytes else { return nil }
    return "took \(MemorySize.words(resident)) of memory where --memory allows \(limit.text)"
  }
}

/// Sets a flag; whether it was set before.
private func exchangeTrue(_ flag: inout Bool) -> Bool {
  defer { flag = true }
  return flag
}

/// The memory of another process.
private enum ProcessMemory {
  /// What it has resident, bytes; 0 when it is gone.
  static func resident(_ process: pid_t) -> Int {
    let file = open("/proc/\(process)/statm", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return 0 }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 128)
    let count = read(file, &bytes, bytes.count)
    let fields = bytes.prefix(max(0, count)).split(separator: UInt8(ascii: " "))
    guard fields.count > 1 else { return 0 }
    return (Int(String(decoding: fields[1], as: UTF8.self)) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
  }
}

/// The worker processes of this one, for the end that does not wait for them.
enum WorkerProcesses {
  private struct State {
    var processes: Set<pid_t> = []
    /// Lanes that are starting one whose number is not known yet.
    var starting: Set<Int> = []
    var areKilled = false
  }

  private static let state = Mutex(State())

  /// Says that a lane is about to start one; false when they were all killed, and none is to be started.
  static func begin(lane: Int) -> Bool {
    state.withLock { state in
      if !state.areKilled { state.starting.insert(lane) }
      return !state.areKilled
    }
  }

  /// Says that it was started; nil where that failed.
  static func began(_ process: pid_t?, lane: Int) {
    state.withLock { state in
      state.starting.remove(lane)
      if let process { state.processes.insert(process) }
    }
  }

  static func remove(_ process: pid_t) { state.withLock { _ = $0.processes.remove(process) } }

  /// Waits for the end of this process where it ends at once, all workers killed: what becomes of their cells is no failure.
  static func waitForOwnEnd() async {
    while state.withLock({ $0.areKilled }) { try? await Task.sleep(for: .seconds(1)) }
  }

  /// Kills them all, and waits a moment until they are gone: what they wrote is about to be removed, or another run to begin.
  static func killAll() {
    state.withLock { $0.areKilled = true }
    for _ in 0..<500 where state.withLock({ !$0.starting.isEmpty }) { usleep(10_000) }
    let processes = state.withLock { $0.processes }
    for process in processes { kill(process, SIGKILL) }
    for _ in 0..<500 where processes.contains(where: isAlive) { usleep(10_000) }
  }

  /// Whether a thread of a process still runs; one that only waits to be asked for its status does not.
  private static func isAlive(_ process: pid_t) -> Bool {
    if SweepFolder.names(in: "/proc/\(process)/task").count > 1 { return true }
    let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = read(file, &bytes, bytes.count)
    let text = bytes.prefix(max(0, count))
    // The state is the first letter behind the name, which is in parentheses.
    guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return false }
    return text.dropFirst(end + 2).first != UInt8(ascii: "Z")
  }
}
