import Glibc
import Synchronization

/// Whether this process was asked to stop: a worker then ends its round, keeps a checkpoint and gives its cell up.
enum StopRequest {
  private static let flag = Atomic(false)

  /// Whether it was asked.
  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Asks.
  static func make() { flag.store(true, ordering: .relaxed) }

  /// Takes SIGTERM as a request, and leaves Ctrl-C, which a terminal sends to every process, to the one who started this one.
  static func listen() {
    signal(SIGINT, SIG_IGN)
    signal(SIGTERM) { _ in StopRequest.make() }
  }
}
