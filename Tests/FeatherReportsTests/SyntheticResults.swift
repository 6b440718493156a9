import FeatherExperiments
import FeatherResults

@testable import FeatherReports

extension SyntheticSweep {
  /// A sweep's results as its files would tell, in `results/tiny_sweep`; runs of the plan without a summary are pending.
  static func results(_ plan: Plan, _ summaries: [RunSummary], folder: String = "results/tiny_sweep") -> SweepResults {
    let runs = plan.cells.map { cell in
      let summary = summaries.first { $0.runID == cell.id.hex }
      let state = summary.map { $0.status == .complete ? "done" : "diverged" } ?? "pending"
      return SweepResults.Run(cell: cell, summary: summary, state: state)
    }
    return SweepResults(plan: plan, folder: folder, runs: runs)
  }

  /// Identity, an autoencoder with one run missing, another with two runs diverged; three seeds each.
  static func results() throws -> SweepResults {
    let plan = try plan()
    return results(plan, try summaries(plan))
  }
}
