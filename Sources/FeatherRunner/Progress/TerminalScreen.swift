/// A block of lines at the foot of a terminal that is redrawn in place, with lines that stay scrolling by above.
struct TerminalScreen {
  /// Redraws are this many seconds apart, less a rounding error.
  private static let interval = 0.1 - 1e-9

  private var columns: Int
  /// The terminal's height; nil where it says nothing sensible.
  private var rows: Int?
  private let colour: Bool
  /// The block as it stands on the terminal, and its lines' widths, to find its top again.
  private var shown: [String] = []
  private var widths: [Int] = []
  /// Lines that are written above the block with the next redraw.
  private var waiting: [Lasting] = []
  private var lastDraw: Double?
  /// Whether the block's rows are to be emptied first: a terminal remembers which ones it wrapped when it became narrower,
  /// and would join them again later.
  private var wasResized = false

  init(columns: Int, colour: Bool) {
    self.columns = ProgressStyle.usable(columns)
    self.colour = colour
  }

  /// One column stays free: in the last one some terminals wrap at once, others with the next character.
  private var usable: Int { max(1, columns - 1) }

  mutating func resize(columns: Int, rows: Int?) {
    let columns = ProgressStyle.usable(columns)
    guard (columns, rows ?? 0) != (self.columns, self.rows ?? 0) else { return }
    (self.columns, self.rows) = (columns, rows)
    wasResized = true
  }

  mutating func append(_ cell: EndedCell) { waiting.append(.cell(cell)) }

  mutating func append(note: String) { waiting.append(.note(note)) }

  /// What a line says that stays.
  private enum Lasting {
    case cell(EndedCell)
    case note(String)
  }

  /// The bytes that bring the terminal up to date, or none when it is, or was drawn less than a tenth of a second ago.
  mutating func draw(_ sweep: SweepProgress, at now: Double) -> String {
    if let lastDraw, now - lastDraw < Self.interval { return "" }
    let block = TerminalLayout.block(sweep, at: now, columns: usable, rows: rows)
    let lines = block.map(rendered)
    guard !waiting.isEmpty || wasResized || lines != shown else { return "" }
    let text = top() + lasting() + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
    (shown, widths, lastDraw) = (lines, block.map { min($0.width, usable) }, now)
    return text
  }

  /// The bytes that take the block away and leave the digest in its place, if there is one.
  mutating func close(leaving digest: SweepDigest?) -> String {
    let last = digest.map { rendered(TerminalLayout.digest($0, columns: usable)) + "\u{1B}[K\n" } ?? ""
    let text = top() + lasting() + last
    let erase = widths.isEmpty ? "" : "\u{1B}[J"
    (shown, widths) = ([], [])
    return text + erase
  }

  /// Moves the cursor to the block's first row; lines wider than a terminal that became narrower take several rows.
  private mutating func top() -> String {
    let rows = widths.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    defer { wasResized = false }
    return rows > 0 ? "\r\u{1B}[\(rows)A" + (wasResized ? "\u{1B}[J" : "") : ""
  }

  private mutating func lasting() -> String {
    defer { waiting = [] }
    return waiting.map { line in
      let text =
        switch line {
        case .cell(let cell): TerminalLayout.ended(cell, columns: usable)
        case .note(let note): InkedText().adding(note, .dim)
        }
      return rendered(text) + "\u{1B}[K\n"
    }.joined()
  }

  private func rendered(_ line: InkedText) -> String { line.rendered(columns: usable, colour: colour) }
}
