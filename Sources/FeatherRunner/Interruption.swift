import Dispatch
import Glibc
import Synchronization

/// Ends the process in words on Ctrl-C or SIGTERM: status 130, workers gone, finished runs kept.
///
/// A sweep is asked to stop first, so that its runs end their rounds and keep checkpoints; the second signal ends it at once.
public struct Interruption {
  private let sources: [any DispatchSourceSignal]
  /// What to do before the process ends at once.
  private static let cleanup = Mutex<@Sendable () -> Void>({})

  /// Handles both signals until cancelled; a progress display that nobody reads any more ends nothing.
  ///
  /// - Parameter atOnce: whether the first signal ends the process already.
  public static func handle(atOnce: Bool = false) -> Interruption {
    signal(SIGPIPE, SIG_IGN)
    return Interruption(
      sources: [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler {
          if atOnce || isSecond() { end(atOnce) }
          // The sweep sees it, says so, and ends.
          StopRequest.make()
        }
        source.activate()
        return source
      })
  }

  /// Whether a signal was here before.
  ///
  /// What comes within half a second is the same one: wrappers and schedulers send it to a process and to its group.
  private static func isSecond() -> Bool {
    first.withLock { first in
      guard let earlier = first else {
        first = ContinuousClock.now
        return false
      }
      return ContinuousClock.now - earlier > .milliseconds(500)
    }
  }

  private static let first = Mutex<ContinuousClock.Instant?>(nil)

  /// What a signal has to do that ends the process at once.
  static func beforeEnd(_ action: @escaping @Sendable () -> Void) { cleanup.withLock { $0 = action } }

  private static func end(_ atOnce: Bool) -> Never {
    WorkerProcesses.killAll()
    cleanup.withLock { $0() }
    let start = Terminal.isTerminal ? "\n" : ""
    StandardError.write(start + (atOnce ? "interrupted\n" : message))
    _exit(130)
  }

  /// What remains of an interrupted sweep, and how it goes on.
  public static let message =
    "interrupted: finished runs and checkpoints are kept; run the same command to continue\n"

  /// Gives the signals back.
  public func cancel() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM, SIGPIPE] { signal(number, SIG_DFL) }
  }
}
