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
    fit()
    show(display.handle(event, at: seconds))
    if ticking == nil { startTicking() }
  }

  /// The last word of a sweep.
  func finish(_ outcome: SweepRunner.Outcome) {
    ticking?.cancel()
    fit()
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
    fit()
    show(display.tick(at: seconds))
  }

  /// Asks before each redraw: where lines were wrapped anew since the last one, only the new width tells where the block begins.
  private func fit() {
    if let size = Terminal.size { display.resize(columns: size.columns, rows: size.rows) }
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
  public static var columns: Int? { size?.columns }

  /// Its width and, where it tells one, its height; nil where there is no terminal.
  static var size: (columns: Int, rows: Int?)? {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return (Int(size.ws_col), size.ws_row > 0 ? Int(size.ws_row) : nil)
  }
}
