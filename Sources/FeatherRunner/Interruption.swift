import Dispatch
import Glibc

/// Ends the process in words on Ctrl-C or SIGTERM: status 130, workers gone, finished runs kept.
public struct Interruption {
  private let sources: [any DispatchSourceSignal]

  /// Handles both signals until cancelled; a progress display that nobody reads any more ends nothing.
  public static func handle() -> Interruption {
    signal(SIGPIPE, SIG_IGN)
    return Interruption(
      sources: [SIGINT, SIGTERM].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler {
          // Workers end by themselves when their standard input closes with this process.
          let start = Terminal.isTerminal ? "\n" : ""
          StandardError.write("\(start)interrupted: finished runs are kept; run the same command to continue\n")
          _exit(130)
        }
        source.activate()
        return source
      })
  }

  /// Gives the signals back.
  public func cancel() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM, SIGPIPE] { signal(number, SIG_DFL) }
  }
}
