import ArgumentParser
import FeatherExperiments
import FeatherReports
import FeatherResults
import FeatherRunner

/// A sweep whose results are read, by its folder or its spec.
struct SweepSource: ParsableArguments {
  @Argument(help: "The sweep's folder of results, or its spec.", completion: .file())
  var source: String

  /// Where the results are.
  func folder() throws -> SweepFolder {
    guard source.hasSuffix(".yaml") || source.hasSuffix(".yml") else { return SweepFolder(source) }
    return SweepFolder("results/\(try SweepSpec.load(path: source).name)")
  }

  /// The sweep as its files tell; warns of result files that are damaged.
  ///
  /// - Parameter scalar: a number that must be there.
  func results(with scalar: String? = nil) throws -> SweepResults {
    let folder = try folder()
    let plan = try folder.plan()
    let runs = zip(plan.cells, folder.states(of: plan.cells, with: scalar)).map { cell, state in
      if case .damaged(let reason) = state { StandardError.write("warning: \(reason)\n") }
      return SweepResults.Run(
        cell: cell, summary: state.summary, state: state.word, note: folder.explanation(of: cell, state))
    }
    return SweepResults(plan: plan, folder: folder.path, runs: runs)
  }

  /// What the result files of a plan say; warns of those that are damaged.
  ///
  /// - Parameter scalar: a number that must be there.
  func summaries(of plan: Plan, in folder: SweepFolder, with scalar: String? = nil) -> [RunSummary] {
    folder.states(of: plan.cells, with: scalar).compactMap { state in
      if case .damaged(let reason) = state { StandardError.write("warning: \(reason)\n") }
      return state.summary
    }
  }
}
