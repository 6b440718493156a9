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
  func folder() throws -> SweepFolder { try SweepFolder(source: source) }

  /// The sweep as its files tell, or those of its runs that fulfil conditions; warns of result files that are damaged.
  ///
  /// - Parameter scalar: a number that must be there.
  func results(where conditions: [String] = [], with scalar: String? = nil) throws -> SweepResults {
    let results = try folder().results(with: scalar)
    return conditions.isEmpty ? results : try results.matching(RunFilter(conditions, of: results))
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

/// Which runs of a sweep are meant.
struct RunConditions: ParsableArguments {
  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      """
      Only runs that fulfil a condition, such as codec.name=identity,pca, 'codec.latent>=16' or 'test_accuracy>0.9'; several must all \
      hold. What stands left of = != < <= > >= is a key of the configuration, 'id', 'state' or a metric.
      """, valueName: "condition"))
  var texts: [String] = []
}

extension SweepFolder {
  /// The folder of that path, or of the results of the spec of that path.
  init(source: String) throws {
    let isSpec = source.hasSuffix(".yaml") || source.hasSuffix(".yml")
    self.init(isSpec ? "results/\(try SweepSpec.load(path: source).name)" : source)
  }

  /// The sweep as its files tell; warns of result files, and of an index, that are damaged or of another version.
  func results(with scalar: String? = nil) throws -> SweepResults {
    let plan = try plan()
    let warn = { (reason: String) in StandardError.write("warning: \(reason)\n") }
    let runs = zip(plan.cells, states(of: plan.cells, with: scalar, warn: warn)).map { cell, state in
      if case .damaged(let reason) = state { warn(reason) }
      return SweepResults.Run(
        cell: cell, summary: state.summary, state: state.word, note: explanation(of: cell, state))
    }
    return SweepResults(plan: plan, folder: path, runs: runs)
  }
}
