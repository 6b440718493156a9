import FeatherExperiments

/// What a worker is given to do: one line of its standard input.
struct CellOrder {
  let spec: RunSpec
  /// Whether the cell is to be computed though it has a result.
  let replaces: Bool

  private static let again = "again "

  /// The line that orders a cell, with its end.
  static func line(_ cell: Cell, replaces: Bool) -> String { (replaces ? again : "") + cell.json + "\n" }

  /// Reads a line.
  ///
  /// - Throws: `SpecError` when it orders nothing.
  init(line: String) throws {
    replaces = line.hasPrefix(Self.again)
    spec = try RunSpec(cell: replaces ? String(line.dropFirst(Self.again.count)) : line)
  }
}
