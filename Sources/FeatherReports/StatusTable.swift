public import FeatherExperiments

/// The listing of a sweep under way: every cell with its state and what else there is to say.
public struct StatusTable: Sendable {
  /// Where a cell stands.
  public struct Row: Sendable {
    /// The cell.
    public var cell: Cell
    /// A word for where it stands, such as `done`.
    public var state: String
    /// What else there is to say, such as why it failed; may be empty.
    public var note: String

    /// A cell and where it stands.
    public init(cell: Cell, state: String, note: String) {
      self.cell = cell
      self.state = state
      self.note = note
    }
  }

  /// The plan.
  public let plan: Plan
  /// Its cells, in the order in which they are listed.
  public let rows: [Row]

  /// The listing of a sweep.
  public init(plan: Plan, rows: [Row]) {
    self.plan = plan
    self.rows = rows
  }

  /// Aligned plain text that ends in a line break; a note of several lines is put on one.
  public var rendered: String {
    let keys = VaryingKeys(plan.axes)
    let hasNotes = rows.contains { !$0.note.isEmpty }
    var grid = TextGrid()
    grid.addColumn("id")
    for heading in keys.headings + ["state"] + (hasNotes ? ["note"] : []) { grid.addColumn(heading) }
    grid.rows = rows.map { row in
      let note = row.note.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return [row.cell.id.hex] + keys.values(of: row.cell).map { $0 ?? "–" } + [row.state] + (hasNotes ? [note] : [])
    }
    return plan.heading(rows.map(\.state)) + grid.plain
  }
}
