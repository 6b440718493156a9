import FeatherExperiments
import FeatherResults

@testable import FeatherReports

/// Made-up sweeps and their pages.
enum PageFixture {
  /// The nine runs of `SyntheticSweep`: six complete, two diverged, one pending.
  static func results(_ plan: Plan? = nil) throws -> SweepResults {
    let plan = try plan ?? SyntheticSweep.plan()
    let summaries = try SyntheticSweep.summaries(plan)
    return SweepResults(
      plan: plan, folder: "results/tiny_sweep",
      runs: plan.cells.map { cell in
        let summary = summaries.first { $0.runID == cell.id.hex }
        guard case .diverged(_, let reason)? = summary?.status else {
          return SweepResults.Run(cell: cell, summary: summary, state: summary == nil ? "pending" : "done")
        }
        return SweepResults.Run(cell: cell, summary: summary, state: "diverged", note: reason)
      })
  }

  /// A sweep of which every run is complete, with accuracies in the order of the plan.
  static func complete(_ spec: String, accuracy: (Int) -> Double, error: (Int) -> Double = { _ in 0 }) throws
    -> SweepResults
  {
    let plan = try SyntheticSweep.plan(spec)
    return SweepResults(
      plan: plan, folder: "f",
      runs: try plan.cells.enumerated().map { i, cell in
        let summary = try SyntheticSweep.summary(cell, accuracy: accuracy(i), error: error(i))
        return SweepResults.Run(cell: cell, summary: summary, state: "done")
      })
  }

  /// A page whose runs have no sidecars, and whose clients have the samples given.
  static func page(
    _ results: SweepResults, histograms: (RunID) throws -> LabelHistogram = { _ in throw ReportError("is not there") }
  ) throws -> SweepPage {
    let facts = [SweepPage.Facts](repeating: SweepPage.Facts(), count: results.runs.count)
    return try SweepPage(results, facts: facts, histograms: histograms)
  }

  /// The part of a text after `start` and before `end`.
  static func between(_ start: String, _ end: String, in text: String) -> Substring? {
    guard let head = text.firstRange(of: start), let tail = text[head.upperBound...].firstRange(of: end) else {
      return nil
    }
    return text[head.upperBound..<tail.lowerBound]
  }

  /// How often a text is in another.
  static func count(_ part: String, in text: String) -> Int { text.ranges(of: part).count }
}
