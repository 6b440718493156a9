public import FeatherExperiments
public import FeatherResults

/// A sweep as its files tell: the runs of its plan, with what is known of each.
public struct SweepResults: Sendable {
  /// One run of the plan.
  public struct Run: Sendable {
    /// Its id and configuration.
    public let cell: Cell
    /// What its result says; nil without a result.
    public let summary: RunSummary?
    /// Where it stands, in a word: done, diverged, failed, running, interrupted, pending or damaged.
    public let state: String
    /// What else there is to say, such as why it failed; empty where the word says it all.
    public let note: String

    /// A run with what is known of it.
    public init(cell: Cell, summary: RunSummary?, state: String, note: String = "") {
      self.cell = cell
      self.summary = summary
      self.state = state
      self.note = note
    }
  }

  /// The plan that the sweep was started with, all its runs included.
  public let plan: Plan
  /// Where the results are.
  public let folder: String
  /// The runs, in plan order; those of the plan, or the ones that a filter left.
  public private(set) var runs: [Run]
  /// The conditions that the runs were chosen by; nil where all are there.
  public private(set) var filter: String?

  /// The runs of a plan.
  public init(plan: Plan, folder: String, runs: [Run]) {
    self.plan = plan
    self.folder = folder
    self.runs = runs
  }

  /// The runs that a filter accepts.
  ///
  /// - Throws: `ReportError` when there are none.
  public func matching(_ filter: RunFilter) throws(ReportError) -> SweepResults {
    var results = self
    results.runs = runs.filter(filter.accepts)
    if !filter.description.isEmpty {
      results.filter = [results.filter, filter.description].compactMap { $0 }.joined(separator: " and ")
    }
    guard !results.runs.isEmpty else {
      throw ReportError("\(folder): none of \(runs.count) runs is one of \(filter); 'featherweight ls' lists them")
    }
    return results
  }

  /// The names of all single numbers and curves that some run has, in the order in which they first appear.
  var metricNames: (scalars: [String], curves: [String]) {
    let summaries = runs.lazy.compactMap(\.summary)
    return (
      summaries.flatMap { $0.scalars.map(\.name) }.uniqued, summaries.flatMap { $0.curves.map(\.name) }.uniqued
    )
  }

  /// The keys that vary over these runs, in the order of the plan; a run without a key does not make it vary.
  var varyingKeys: [String] {
    guard filter != nil else { return plan.axes }
    var values: [String: String] = [:]
    var varying: Set<String> = []
    for (key, value) in runs.lazy.flatMap(\.cell.varying) where values.updateValue(value, forKey: key) ?? value != value
    {
      varying.insert(key)
    }
    return plan.axes.filter(varying.contains)
  }

  /// A sentence on which runs these are; none where they are all.
  var filterNote: [String] {
    filter.map { ["Only runs with \($0): \(runs.count) of \(plan.cells.count)."] } ?? []
  }
}
