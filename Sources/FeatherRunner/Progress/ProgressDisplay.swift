/// The progress display of a sweep: takes events, gives the text to write to standard error.
///
/// It neither reads a clock nor writes anything, so the same events at the same times give the same text. Times are seconds
/// on any clock that does not go back. A caller that draws bars calls ``tick(at:)`` some five times a second,
/// ``resize(columns:rows:)`` before each, and ``clear()`` before anything else writes to the terminal.
public struct ProgressDisplay: Sendable {
  /// A plain report of the running cells comes after this many seconds without one.
  private static let reportInterval = 30.0

  private let style: ProgressStyle
  private var sweep = SweepProgress()
  private var screen: TerminalScreen?
  private var lastReport = 0.0
  private var isOpen = false

  /// A display that has not heard of a sweep yet.
  public init(style: ProgressStyle) {
    self.style = style
    if case .terminal(let columns, let colour) = style { screen = TerminalScreen(columns: columns, colour: colour) }
  }

  /// Takes an event in.
  ///
  /// - Parameter seconds: when it happened.
  /// - Returns: the text to write to standard error, often none.
  public mutating func handle(_ event: SweepEvent, at seconds: Double) -> String {
    sweep.apply(event, at: seconds)
    switch event {
    case .started: (isOpen, lastReport) = (true, seconds)
    case .finished: isOpen = false
    default: break
    }
    switch style {
    case .terminal: return draw(event, at: seconds)
    case .plain: return PlainLines.line(event, sweep, at: seconds) + tick(at: seconds)
    case .json: return JSONLines.line(event, time: seconds - sweep.start)
    case .quiet: return event.isTrouble ? PlainLines.line(event, sweep, at: seconds) : ""
    case .quietJSON: return event.isTrouble ? JSONLines.line(event, time: seconds - sweep.start) : ""
    }
  }

  /// Lets time pass: redraws the bars of a terminal, or reports where the running cells are twice a minute.
  ///
  /// - Returns: the text to write to standard error, often none.
  public mutating func tick(at seconds: Double) -> String {
    guard isOpen else { return "" }
    switch style {
    case .terminal: return screen?.draw(sweep, at: seconds) ?? ""
    case .plain:
      guard seconds - lastReport >= Self.reportInterval else { return "" }
      lastReport = seconds
      return PlainLines.report(sweep, at: seconds)
    case .json, .quiet, .quietJSON: return ""
    }
  }

  /// Tells the display how wide and how high the terminal is now; where that is new, the next event or tick redraws for it.
  public mutating func resize(columns: Int, rows: Int? = nil) {
    screen?.resize(columns: columns, rows: rows)
  }

  /// Takes the bars away until the next event or tick, so that something else can be written or the program can end.
  ///
  /// - Returns: the text to write to standard error; none where there are no bars.
  public mutating func clear() -> String {
    screen?.close(leaving: nil) ?? ""
  }

  private mutating func draw(_ event: SweepEvent, at seconds: Double) -> String {
    switch event {
    case .cellFinished(_, let id, let label, let outcome, let seconds):
      screen?.append(EndedCell(id: id, label: label, outcome: outcome, seconds: seconds))
    case .cellTakenOver, .cellResumed, .cellRetried, .cellElsewhere, .waiting, .stopping:
      screen?.append(note: PlainLines.note(event))
    case .finished(let complete, let diverged, let failed, _, _, let seconds):
      let digest = SweepDigest(sweep, complete: complete, diverged: diverged, failed: failed, seconds: seconds)
      return screen?.close(leaving: digest) ?? ""
    default: break
    }
    return tick(at: seconds)
  }
}

extension SweepEvent {
  /// Whether it tells of a cell that failed or diverged.
  fileprivate var isTrouble: Bool {
    switch self {
    case .cellFinished(_, _, _, .failed, _), .cellFinished(_, _, _, .diverged, _), .cellElsewhere(_, _, .failed): true
    default: false
    }
  }
}
