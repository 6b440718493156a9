/// The lines a terminal shows, laid out for a width.
enum TerminalLayout {
  /// Worker lines beyond these are only counted: the block must stay lower than a small terminal, or it cannot be redrawn.
  static let mostWorkers = 16

  /// The overall bar and a line per running cell; `rows` is the terminal's height, where that is known.
  static func block(_ sweep: SweepProgress, at now: Double, columns: Int, rows: Int? = nil) -> [InkedText] {
    let running = sweep.runningCells
    // The stages line up: all as wide as the widest.
    let width = running.map { DisplayText.width($0.cell.position) }.max() ?? 0
    var lines = [bar(sweep, at: now, columns: columns)]
    // The bar, the line that counts the others and the cursor's own want a row each.
    let most = min(mostWorkers, max(0, (rows ?? .max) - 3))
    lines += running.prefix(most).map { worker($0.cell, positionWidth: width, columns: columns) }
    if running.count > most {
      lines.append(InkedText().adding("… and \(running.count - most) more running", .dim))
    }
    return lines
  }

  /// The overall bar: as much beside it as leaves room for the bar itself.
  static func bar(_ sweep: SweepProgress, at now: Double, columns: Int) -> InkedText {
    let percent = InkedText().adding(DisplayText.padded("\(sweep.percent) %", to: 6))
    let short = percent.adding("\(sweep.ended)/\(sweep.cells)")
    func failed(_ line: InkedText) -> InkedText {
      line.adding("\(sweep.failed) failed", sweep.failed > 0 ? .red : .plain)
    }
    func troubled(_ line: InkedText) -> InkedText {
      failed(line).adding(sweep.diverged > 0 ? "\(sweep.diverged) diverged" : "", .yellow)
    }
    let elapsed = DisplayText.duration(now - sweep.start)
    let rest = sweep.remainingSeconds(at: now).map { "ETA " + DisplayText.duration($0) } ?? ""
    let layouts = [
      troubled(percent.adding("\(sweep.ended)/\(sweep.cells) cells")).adding(elapsed + " elapsed").adding(rest),
      troubled(short).adding(elapsed).adding(rest),
      troubled(short).adding(rest),
      failed(short).adding(rest),
      failed(short),
      short,
    ]
    let minimum = min(12, columns / 8)
    let text = InkedText.first(of: layouts, fitting: columns - minimum)
    let length = min(40, columns - text.width)
    guard length >= 3 else { return text }
    // Whole and half columns, rounded down, so that the bar is full only at the end.
    let halves = Int(sweep.fraction * Double(2 * length))
    let full = String(repeating: "━", count: halves / 2) + (halves % 2 == 1 ? "╸" : "")
    let empty = String(repeating: "─", count: length - (halves + 1) / 2)
    return InkedText().adding(full, .cyan).adding(empty, .dim, gap: 0).followed(by: text, gap: 0)
  }

  /// A worker's line: id, label, stage and last accuracy; the label gives way first.
  static func worker(_ cell: CellProgress, positionWidth: Int, columns: Int) -> InkedText {
    let id = shortID(cell.id)
    let accuracy = cell.accuracy.map(DisplayText.accuracy) ?? ""
    let wide = columns >= 60
    let (gap, word) = wide ? (2, "accuracy ") : (1, "")
    // Room for an accuracy is kept before there is one, so that the stages stay in line.
    let indent = wide ? "  " : ""
    let room = min(48, columns - indent.count - DisplayText.width(id) - 3 * gap - positionWidth - word.count - 5)
    guard room >= 6 else {
      let brief = InkedText().adding(id, .dim).adding(cell.position, gap: 1)
      let briefest = InkedText().adding(String(id.prefix(4)), .dim).adding(cell.position, gap: 1)
      return InkedText.first(of: [brief.adding(accuracy, .cyan, gap: 1), brief, briefest], fitting: columns)
    }
    let name = DisplayText.filled(fitted(cell.label, to: room), to: room)
    let position = accuracy.isEmpty ? cell.position : DisplayText.filled(cell.position, to: positionWidth)
    return InkedText().adding(indent + id, .dim).adding(name, gap: gap).adding(position, gap: gap)
      .adding(accuracy.isEmpty ? "" : word + accuracy, .cyan, gap: gap)
  }

  /// The line that stays of a cell: sign, id, label, and in words how it ended.
  static func ended(_ cell: EndedCell, columns: Int) -> InkedText {
    let time = columns >= 60 ? DisplayText.duration(cell.seconds) : ""
    let after = time.isEmpty ? ": " : " after \(time): "
    let (sign, word, ink, detail) =
      switch cell.outcome {
      case .complete(let accuracy):
        ("✓", "complete", Ink.green, " \(DisplayText.accuracy(accuracy))" + (time.isEmpty ? "" : " in \(time)"))
      case .diverged(let reason): ("!", "diverged", Ink.yellow, after + DisplayText.printable(reason))
      case .failed(let reason): ("✗", "failed", Ink.red, after + DisplayText.printable(reason))
      case .interrupted(let place): ("·", "interrupted", Ink.dim, after + DisplayText.printable(place))
      }
    let head = InkedText().adding(sign, ink).adding(shortID(cell.id), .dim, gap: 1)
    var tail = InkedText().adding(word, ink).adding(detail, gap: 0)
    // Green says that it is complete; how good it is, only the number says.
    if case .complete(let accuracy) = cell.outcome, head.width + 2 + tail.width > columns {
      tail = InkedText().adding(DisplayText.accuracy(accuracy), ink)
    }
    // A long reason leaves the label two fifths of the line, or nothing where that would be too little for both.
    let room = columns - head.width - 3
    let share = max(room - tail.width, room * 2 / 5)
    let label =
      share >= (tail.width > room - share ? 16 : 8)
      ? fitted(cell.label, to: share) : ""
    return head.adding(label, gap: 1).followed(by: tail)
  }

  /// The line that stays of the sweep: the counts, and beside them what there is room for.
  static func digest(_ digest: SweepDigest, columns: Int) -> InkedText {
    let (sign, ink) = digest.failed > 0 ? ("✗", Ink.red) : digest.diverged > 0 ? ("!", .yellow) : ("✓", .green)
    let texts = [digest.text, digest.shortText, digest.counts]
    return InkedText.first(of: texts.map { InkedText().adding(sign, ink).adding($0, gap: 1) }, fitting: columns)
  }

  /// A label in at most `room` columns: where it is too long, its keys lose their sections before anything else is cut.
  private static func fitted(_ label: String, to room: Int) -> String {
    let label = DisplayText.printable(label)
    guard DisplayText.width(label) > room else { return label }
    let words = label.split(separator: " ").map { word -> Substring in
      guard let sign = word.firstIndex(of: "="), let dot = word[..<sign].lastIndex(of: ".") else { return word }
      // `codec.name=pca` says no more than `pca`.
      let key = word[word.index(after: dot)..<sign]
      return key == "name" || key == "scheme" ? word[word.index(after: sign)...] : word[word.index(after: dot)...]
    }
    return DisplayText.squeezed(words.joined(separator: " "), to: room)
  }

  private static func shortID(_ id: String) -> String { String(id.prefix(8)) }
}

/// A cell that ended, until its line is written.
struct EndedCell {
  let id: String
  let label: String
  let outcome: SweepEvent.Outcome
  let seconds: Double
}
