import Glibc

/// Shows a sweep's progress on standard error: events as they come, and a redraw now and then.
actor ProgressReporter {
  private var display: ProgressDisplay
  private let start = ContinuousClock.now
  private var ticking: Task<Void, Never>?

  init(_ style: ProgressStyle) {
    display = ProgressDisplay(style: style)
  }

  func report(_ event: SweepEvent) {
    show(display.handle(event, at: seconds))
    if ticking == nil { startTicking() }
  }

  /// The last word of a sweep.
  func finish(_ outcome: SweepRunner.Outcome) {
    ticking?.cancel()
    show(
      display.handle(
        .finished(
          complete: outcome.complete, diverged: outcome.diverged, failed: outcome.failed.count,
          elsewhere: outcome.elsewhere, interrupted: outcome.interrupted, seconds: seconds),
        at: seconds))
  }

  private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  private func startTicking() {
    ticking = Task {
      while !Task.isCancelled {
        guard (try? await Task.sleep(for: .milliseconds(200))) != nil else { return }
        tick()
      }
    }
  }

  private func tick() {
    if let columns = Terminal.columns { display.resize(columns: columns) }
    show(display.tick(at: seconds))
  }

  private func show(_ text: String) {
    guard !text.isEmpty else { return }
    StandardError.write(text)
  }
}

/// What standard error is connected to.
public enum Terminal {
  /// Whether standard error is a terminal.
  public static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// The terminal's width; nil where there is none.
  public static var columns: Int? {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
