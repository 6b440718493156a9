import Glibc

/// The lines that come in on standard input, read by a thread of their own: when the input ends while a line's work is under way, the
/// process ends at once; a line `stop` asks that work to end where it can be continued from.
final class CellInput: @unchecked Sendable {
  /// The line that asks the work under way to end.
  static let stop = "stop"

  // What follows is read and written with the lock held.
  private var lines: [String] = []
  private var hasEnded = false
  private var isBusy = false
  private let lock: UnsafeMutablePointer<pthread_mutex_t> = .allocate(capacity: 1)
  private let change: UnsafeMutablePointer<pthread_cond_t> = .allocate(capacity: 1)

  /// Begins to read; there is one reader of standard input, and it lives as long as the process.
  init() {
    pthread_mutex_init(lock, nil)
    pthread_cond_init(change, nil)
    pthread_detach(startThread { self.read() })
  }

  deinit {
    pthread_cond_destroy(change)
    pthread_mutex_destroy(lock)
    change.deallocate()
    lock.deallocate()
  }

  /// The next line, when it has come; nil when there are no more.
  ///
  /// Asking for it says that the work of the one before is done.
  func next() -> String? {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    isBusy = false
    while lines.isEmpty && !hasEnded { pthread_cond_wait(change, lock) }
    isBusy = !lines.isEmpty
    return lines.isEmpty ? nil : lines.removeFirst()
  }

  private func read() {
    var rest: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      // Not `readLine`, which never ends where a signal came shortly before the end of the input.
      let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      rest += chunk[..<count]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        take(String(decoding: rest[..<end], as: UTF8.self))
        rest.removeSubrange(...end)
      }
    }
    pthread_mutex_lock(lock)
    if isBusy || !lines.isEmpty { _exit(130) }
    hasEnded = true
    pthread_cond_signal(change)
    pthread_mutex_unlock(lock)
  }

  private func take(_ line: String) {
    guard line != Self.stop else { return StopRequest.make() }
    pthread_mutex_lock(lock)
    lines.append(line)
    pthread_cond_signal(change)
    pthread_mutex_unlock(lock)
  }
}
