import FeatherDatasets
import FeatherExperiments
import FeatherFederation
import FeatherReports
import FeatherRunner

/// The listings of plans and states, printed.
enum Listing {
  /// Every cell with its state, sizes and needs, and why it would be computed; and how the plan differs from the frozen one.
  static func printPlan(_ plan: Plan, in folder: SweepFolder) throws {
    let frozen = folder.exists ? try folder.plan(perhaps: plan) : nil
    let changes = frozen.map(plan.changes) ?? [:]
    let rows = zip(plan.cells, folder.states(of: plan.cells)).map { cell, state in
      let estimate = ResourceEstimate(of: cell.spec, threads: Machine.processors)
      return PlanTable.Row(
        cell: cell, state: state.word, memoryBytes: estimate.peakBytes,
        diskBytes: estimate.diskBytes, uploadBytes: estimate.uploadBytes, downlinkBytes: estimate.downlinkBytes,
        why: frozen == nil ? "" : why(cell, state, changes[cell.id], in: folder))
    }
    print(PlanTable(plan: plan, rows: rows).rendered, terminator: "")
    guard let difference = frozen.map(plan.difference), !difference.isEmpty else { return }
    print("This spec differs from the plan frozen in \(folder.planPath):")
    for line in difference { print("  \(line)") }
  }

  /// What explains a cell's state; for one to be computed that the frozen plan does not have, the keys in which it differs.
  private static func why(_ cell: Cell, _ state: CellState, _ changes: [KeyChange]?, in folder: SweepFolder) -> String {
    let explanation = folder.explanation(of: cell, state)
    guard explanation.isEmpty, case .pending = state else { return explanation }
    guard let changes else { return "new" }
    let rest = changes.count > 3 ? " and \(changes.count - 3) more keys" : ""
    return "to run: " + changes.prefix(3).map(\.description).joined(separator: "; ") + rest
  }

  /// How the samples of a plan's cells are divided.
  static func partitions(of plan: Plan, in data: DataLocations) throws -> PartitionTable {
    var divisions: [PartitionTable.Division] = []
    try PlannedPartitions(plan).survey(in: data) { division, survey in
      let spec = division.spec
      let keys = spec.flattened.filter { $0.key.hasPrefix("partition.") }
        .map { "\($0.key.dropFirst("partition.".count)) \($0.value)" }
      let cells = division.cells == 1 ? "1 cell" : "\(division.cells) cells"
      divisions.append(
        PartitionTable.Division(
          title: "\(spec.dataset.name.rawValue), \(spec.dataset.train) samples; \(keys.joined(separator: ", ")); "
            + "seed \(spec.seed) (\(cells))",
          clients: survey.clients, isDrawn: survey.isDrawn, histograms: survey.histograms,
          labelSkew: survey.labelSkew))
    }
    return PartitionTable(divisions)
  }
}
