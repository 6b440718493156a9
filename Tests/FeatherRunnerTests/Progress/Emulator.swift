/// A small terminal: just what the bars need, to see what a reader sees.
struct Emulator {
  /// The rows so far; the cursor is in the last but for moves up.
  private(set) var rows: [[Character]] = [[]]
  /// Whether a row's text goes on in the next, because it did not fit.
  private var goesOn = [false]
  private var row = 0
  private var column = 0
  private var columns: Int
  /// Sequences the bars have no business using.
  private(set) var unknown: [String] = []
  /// SGR sequences seen.
  private(set) var colours = 0

  /// A terminal that wraps what is wider than `columns`.
  init(columns: Int = .max) {
    self.columns = columns
  }

  /// The rows as text, without empty ones at the end.
  var text: [String] {
    var lines = rows.map { String($0) }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  mutating func write(_ bytes: String) {
    var rest = Substring(bytes)
    while let character = rest.popFirst() {
      switch character {
      case "\u{1B}":
        let parameter = rest.dropFirst().prefix { !$0.isLetter }
        let sequence = rest.prefix(parameter.count + 2)
        rest = rest.dropFirst(sequence.count)
        control(String(sequence), Int(parameter))
      case "\r": column = 0
      case "\n", "\r\n": breakLine()
      default:
        if column == columns {
          goesOn[row] = true
          breakLine()
        }
        if column < rows[row].count { rows[row][column] = character } else { rows[row].append(character) }
        column += 1
      }
    }
  }

  private mutating func breakLine() {
    (row, column) = (row + 1, 0)
    guard row == rows.count else { return }
    rows.append([])
    goesOn.append(false)
  }

  private mutating func control(_ sequence: String, _ parameter: Int?) {
    switch sequence.last {
    case "A": row = max(0, row - (parameter ?? 1))
    case "K": eraseToEndOfRow()
    case "J":
      eraseToEndOfRow()
      rows.removeLast(rows.count - row - 1)
      goesOn.removeLast(goesOn.count - row - 1)
    case "m": colours += 1
    default: unknown.append(sequence)
    }
  }

  private mutating func eraseToEndOfRow() {
    rows[row].removeLast(max(0, rows[row].count - column))
    goesOn[row] = false
  }

  /// Makes the terminal narrower or wider; lines are wrapped anew, as most terminals do.
  mutating func resize(columns: Int) {
    let lines = joined
    let cursor = (line: goesOn[..<row].count { !$0 }, offset: offset)
    self.columns = columns
    (rows, goesOn) = ([], [])
    for (number, line) in lines.enumerated() {
      if number == cursor.line { (row, column) = (rows.count + cursor.offset / columns, cursor.offset % columns) }
      let starts = Array(stride(from: 0, to: max(1, line.count), by: columns))
      rows += starts.map { Array(line[$0..<min(line.count, $0 + columns)]) }
      goesOn += starts.dropLast().map { _ in true } + [false]
    }
  }

  /// The lines as they were written, whatever rows they take.
  var joined: [[Character]] {
    var lines: [[Character]] = [[]]
    for (text, goesOn) in zip(rows, goesOn) {
      lines[lines.count - 1] += text
      if !goesOn { lines.append([]) }
    }
    return lines.dropLast()
  }

  /// Where the cursor is in its line.
  private var offset: Int {
    var first = row
    while first > 0 && goesOn[first - 1] { first -= 1 }
    return rows[first..<row].reduce(column) { $0 + $1.count }
  }
}
