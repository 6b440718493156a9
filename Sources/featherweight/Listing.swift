import FeatherExperiments
import FeatherFederation
import FeatherReports
import FeatherRunner

/// The listings of plans and states, printed.
enum Listing {
  /// Every cell with its state, sizes and needs; and how the plan differs from the frozen one.
  static func printPlan(_ plan: Plan, in folder: SweepFolder) throws {
    let rows = zip(plan.cells, folder.states(of: plan.cells)).map { cell, state in
      let estimate = ResourceEstimate(of: cell.spec, threads: Machine.processors)
      return PlanTable.Row(
        cell: cell, state: state.word, memoryBytes: estimate.peakBytes,
        diskBytes: estimate.diskBytes, uploadBytes: estimate.uploadBytes)
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
    let states = zip(plan.cells, folder.states(of: plan.cells))
    print(
      StatusTable(
        plan: plan, rows: states.map { StatusTable.Row(cell: $0, state: $1.word, note: $1.note) }
      ).rendered, terminator: "")
  }
}
