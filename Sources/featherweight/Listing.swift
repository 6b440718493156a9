import FeatherExperiments
import FeatherFederation
import FeatherReports
import FeatherRunner

/// The listings of plans and states, printed.
enum Listing {
  /// Every cell with its state, sizes and needs; and how the plan differs from the frozen one.
  static func printPlan(_ plan: Plan, in folder: SweepFolder) throws {
    let rows = plan.cells.map { cell in
      let estimate = ResourceEstimate(of: cell.spec)
      return PlanTable.Row(
        cell: cell, state: folder.state(of: cell.id).word, memoryBytes: estimate.peakBytes,
        diskBytes: estimate.diskBytes)
    }
    print(PlanTable(plan: plan, rows: rows).rendered, terminator: "")
    guard folder.exists else { return }
    let difference = plan.difference(from: try folder.plan())
    guard !difference.isEmpty else { return }
    print("This spec differs from the plan frozen in \(folder.planPath):")
    for line in difference { print("  \(line)") }
  }

  /// Every cell with its state and what else there is to say.
  static func printStatus(_ plan: Plan, in folder: SweepFolder) {
    let states = plan.cells.map { (cell: $0, state: folder.state(of: $0.id)) }
    print(
      StatusTable(
        plan: plan, rows: states.map { StatusTable.Row(cell: $0.cell, state: $0.state.word, note: $0.state.note) }
      ).rendered, terminator: "")
  }
}
