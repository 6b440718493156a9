public import FeatherExperiments

/// The listing of a plan: every cell with its state, sizes and needs, before anything runs.
public struct PlanTable: Sendable {
  /// What is known about a cell beyond its configuration.
  public struct Row: Sendable {
    /// The cell.
    public var cell: Cell
    /// A word for where it stands, such as `done`.
    public var state: String
    /// Estimated memory at its peak, bytes.
    public var memoryBytes: Int
    /// Estimated size of its results, bytes.
    public var diskBytes: Int
    /// Expected size of an upload's body, bytes.
    public var uploadBytes: Int
    /// Expected size of a round's broadcast without its header; nil where the model is sent in full.
    public var downlinkBytes: Int?
    /// Why it stands there, such as why it failed; may be empty.
    public var why: String

    /// A cell, where it stands, what it needs and why it stands there.
    public init(
      cell: Cell, state: String, memoryBytes: Int, diskBytes: Int, uploadBytes: Int, downlinkBytes: Int? = nil,
      why: String = ""
    ) {
      self.cell = cell
      self.state = state
      self.memoryBytes = memoryBytes
      self.diskBytes = diskBytes
      self.uploadBytes = uploadBytes
      self.downlinkBytes = downlinkBytes
      self.why = why
    }
  }

  /// The plan.
  public let plan: Plan
  /// Its cells, in the order in which they are listed.
  public let rows: [Row]

  /// The listing of a plan.
  public init(plan: Plan, rows: [Row]) {
    self.plan = plan
    self.rows = rows
  }

  /// Aligned plain text that ends in a line break.
  public var rendered: String {
    let keys = VaryingKeys(plan.axes)
    var grid = TextGrid()
    grid.addColumn("id")
    for heading in keys.headings { grid.addColumn(heading) }
    grid.addColumn("state")
    let hasDownlink = rows.contains { $0.downlinkBytes != nil }
    let numbers = ["model", "autoencoder", "decoder", "upload"] + (hasDownlink ? ["downlink"] : [])
    for heading in numbers + ["memory", "disk"] { grid.addColumn(heading, numeric: true) }
    let hasReasons = rows.contains { !$0.why.isEmpty }
    if hasReasons { grid.addColumn("why") }
    grid.rows = rows.map { row in
      let sizes = ModelSizes(of: row.cell.spec)
      let ratio = { (bytes: Int) in NumberText.ratio(4 * Double(sizes.model) / Double(bytes)) }
      let downlink = hasDownlink ? [row.downlinkBytes.map(ratio) ?? "–"] : []
      return [row.cell.id.hex] + keys.values(of: row.cell).map { $0 ?? "–" } + [row.state] + [
        NumberText.grouped(sizes.model),
        // Not `sizes.autoencoder`: the sum of two sizes beyond counting would trap.
        sizes.encoder == 0 ? "–" : Self.sum(sizes.encoder, sizes.decoder),
        sizes.decoder == 0 ? "–" : NumberText.grouped(sizes.decoder),
        ratio(row.uploadBytes),
      ] + downlink + [NumberText.bytes(row.memoryBytes), NumberText.bytes(row.diskBytes)]
        + (hasReasons ? [row.why] : [])
    }
    let broadcast = hasDownlink ? "downlink: the same of a broadcast; " : ""
    let columns =
      "model, autoencoder, its decoder: parameters; upload: bytes of the weights over those of an upload; "
      + broadcast + "memory, disk: estimates"
    return plan.heading(rows.map(\.state)) + grid.plain + "\n\(columns)\n"
  }

  private static func sum(_ a: Int, _ b: Int) -> String {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? "∞" : NumberText.grouped(sum)
  }
}

extension Plan {
  /// Name, purpose, the number of cells by state, and warnings; a blank line ends it.
  func heading(_ states: [String]) -> String {
    let counts = states.uniqued
      .map { state in "\(NumberText.grouped(states.filter { $0 == state }.count)) \(state)" }
    let about = about.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    var lines = [about.isEmpty ? name : "\(name): \(about)"]
    lines.append("\(NumberText.grouped(cells.count)) \(cells.count == 1 ? "cell" : "cells")")
    if !counts.isEmpty { lines[1] += ": \(counts.joined(separator: ", "))" }
    lines += warnings.map { "warning: \($0)" }
    return lines.joined(separator: "\n") + "\n\n"
  }
}
