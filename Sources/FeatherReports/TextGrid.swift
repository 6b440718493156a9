/// Rows of text under headings; what every table is laid out from.
struct TextGrid {
  /// A heading and the side on which its cells stand.
  struct Column {
    var heading: String
    var isNumeric: Bool
  }

  /// The place of a cell.
  struct Place: Hashable {
    var row: Int
    var column: Int
  }

  var columns: [Column] = []
  /// One text per column.
  var rows: [[String]] = []
  /// The cells that Markdown and LaTeX print bold.
  var bold: Set<Place> = []

  mutating func addColumn(_ heading: String, numeric: Bool = false) {
    columns.append(Column(heading: heading, isNumeric: numeric))
  }

  /// Aligned columns two spaces apart, without trailing spaces.
  var plain: String {
    let lines = [columns.map(\.heading)] + rows
    let widths = widths
    return lines.map { trimmed(padded($0, to: widths).joined(separator: "  ")) + "\n" }.joined()
  }

  /// A table with aligned pipes, which also reads as plain text.
  var markdown: String {
    var grid = self
    grid.columns = columns.map { Column(heading: Self.escapedPipes($0.heading), isNumeric: $0.isNumeric) }
    grid.rows = mapped { text, isBold in isBold ? "**\(Self.escapedPipes(text))**" : Self.escapedPipes(text) }
    let widths = grid.widths
    let rule = zip(grid.columns, widths).map { column, width in
      String(repeating: "-", count: width - 1) + (column.isNumeric ? ":" : "-")
    }
    let lines =
      [grid.padded(grid.columns.map(\.heading), to: widths), rule] + grid.rows.map { grid.padded($0, to: widths) }
    return lines.map { "| \($0.joined(separator: " | ")) |\n" }.joined()
  }

  /// A booktabs `tabular` environment.
  var latex: String {
    func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\\n" }
    let rows = mapped { text, isBold in isBold ? "\\textbf{\(LaTeX.escaped(text))}" : LaTeX.escaped(text) }
    return "\\begin{tabular}{\(columns.map { $0.isNumeric ? "r" : "l" }.joined())}\n\\toprule\n"
      + line(columns.map { LaTeX.escaped($0.heading) }) + "\\midrule\n" + rows.map(line).joined()
      + "\\bottomrule\n\\end{tabular}\n"
  }

  /// The rows with each cell's text written anew.
  private func mapped(_ write: (String, Bool) -> String) -> [[String]] {
    rows.enumerated().map { row, cells in
      cells.enumerated().map { column, text in write(text, bold.contains(Place(row: row, column: column))) }
    }
  }

  /// At least three, which is what a rule of Markdown takes.
  private var widths: [Int] {
    columns.enumerated().map { index, column in
      rows.reduce(max(3, column.heading.count)) { max($0, $1[index].count) }
    }
  }

  private func padded(_ cells: [String], to widths: [Int]) -> [String] {
    zip(zip(cells, widths), columns).map { cell, column in
      let space = String(repeating: " ", count: cell.1 - cell.0.count)
      return column.isNumeric ? space + cell.0 : cell.0 + space
    }
  }

  private func trimmed(_ line: String) -> Substring {
    line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)]
  }

  private static func escapedPipes(_ text: String) -> String { text.map { $0 == "|" ? "\\|" : "\($0)" }.joined() }
}

/// Text for LaTeX.
enum LaTeX {
  /// The text with LaTeX's own characters escaped and symbols beyond ASCII in math mode.
  static func escaped(_ text: String) -> String {
    text.map { character in
      switch character {
      case "&", "%", "$", "#", "_", "{", "}": "\\\(character)"
      case "\\": "\\textbackslash{}"
      case "~": "\\textasciitilde{}"
      case "^": "\\textasciicircum{}"
      case "<", ">": "$\(character)$"
      case "±": "$\\pm$"
      case "×": "$\\times$"
      case "†": "$\\dagger$"
      case "‡": "$\\ddagger$"
      case "★": "$\\star$"
      case "∞": "$\\infty$"
      case "–": "--"
      case "−": "$-$"
      case "∓": "$\\mp$"
      case "≤": "$\\le$"
      case "≥": "$\\ge$"
      default: "\(character)"
      }
    }.joined()
  }
}
