public import FeatherExperiments
public import FeatherResults

/// The results of a sweep: one group per setting, with statistics over its seeds.
public struct ResultTable: Sendable {
  /// A single number of a run that has a mean and a standard deviation over seeds; raw values are names in a result file.
  public enum Metric: String, CaseIterable, Sendable {
    /// Share of test samples classified correctly after the last round, 0…1.
    case testAccuracy = "final_test_accuracy"
    /// The same on the test samples in colour; only where clients differ in colour.
    case testAccuracyColour = "final_test_accuracy_colour"
    /// The same on the test samples in grey; only where clients differ in colour.
    case testAccuracyGrey = "final_test_accuracy_grey"
    /// Mean relative error of the decoded uploads of the last round.
    case relativeError = "final_mean_relative_error"
    /// Bytes of the raw weights over the body of a mean upload.
    case uploadRatio = "upload_ratio"
    /// The same on the wire, header included.
    case uploadRatioOnWire = "upload_ratio_on_wire"
    /// Raw uploads over uploads and decoders, the whole run.
    case lifetimeRatio = "lifetime_ratio"
    /// Everything both ways with raw uploads, over the same with the codec.
    case totalRatio = "total_ratio"
    /// Uploads per decoder from which on the codec saves bytes; infinite if never, 0 without a decoder.
    case breakEvenUploads = "break_even_uploads"

    /// Whether a table has it only where some run does.
    var isOptional: Bool { self == .testAccuracyColour || self == .testAccuracyGrey }
  }

  /// Runs that agree in every key that varies, except the seed.
  public struct Group: Sendable {
    /// Its values of `keys`; nil for a key that its codec, data set or partition does not have.
    public let values: [String?]
    /// The configuration of its first run.
    public let spec: RunSpec
    /// The runs that are complete, in plan order; statistics are over these.
    public private(set) var runs: [RunSummary] = []
    /// The runs that diverged, in plan order.
    public private(set) var diverged: [(id: RunID, round: Int?)] = []
    /// The runs without a result, in plan order.
    public private(set) var missing: [RunID] = []

    /// The number of runs that the plan has here.
    public var planned: Int { runs.count + diverged.count + missing.count }

    /// Complete runs of those planned, marked where some are missing or diverged.
    var tally: String { "\(runs.count)/\(planned)\(marks)" }

    /// The marks of missing and diverged runs.
    var marks: String { (missing.isEmpty ? "" : "*") + (diverged.isEmpty ? "" : "†") }

    /// A metric over the complete runs; nil where there is none.
    public func statistic(_ metric: Metric) -> Statistic? { Statistic(runs.compactMap { $0.scalar(metric.rawValue) }) }

    /// The sizes that the first complete run states.
    public var sizes: ModelSizes? {
      func count(_ name: String) -> Int? { runs.first?.scalar(name).flatMap { Int(exactly: $0) } }
      guard let model = count("model_parameters"), let encoder = count("encoder_parameters"),
        let decoder = count("decoder_parameters"), let latent = count("latent_size")
      else { return nil }
      return ModelSizes(model: model, encoder: encoder, decoder: decoder, latent: latent)
    }

    init(_ values: [String?], _ spec: RunSpec) {
      self.values = values
      self.spec = spec
    }

    mutating func add(_ id: RunID, _ run: RunSummary?) {
      switch run?.status {
      case .complete?: runs += run.map { [$0] } ?? []
      case .diverged(let round, reason: _)?: diverged.append((id, round))
      case nil: missing.append(id)
      }
    }
  }

  /// The sweep's name.
  public let name: String
  /// What the sweep is for; empty when not given.
  public let about: String
  /// The folder of results, for messages.
  public let folder: String
  /// The dotted keys that tell groups apart: all that vary, except the seed.
  public var keys: [String] { varying.keys }
  /// The groups, in plan order.
  public let groups: [Group]

  let varying: VaryingKeys
  let filterNote: [String]

  /// The metrics that the table has.
  var metrics: [Metric] {
    Metric.allCases.filter { metric in !metric.isOptional || groups.contains { $0.statistic(metric) != nil } }
  }

  /// The table of a plan and of what is there of its runs.
  ///
  /// - Parameters:
  ///   - plan: decides the groups and their order.
  ///   - summaries: in any order; runs of the plan that are not among them count as missing, others are passed over.
  ///   - folder: where the results are, for messages.
  /// - Throws: `ReportError` when no run of the plan has ended.
  public init(plan: Plan, summaries: [RunSummary], folder: String) throws(ReportError) {
    let byID = Dictionary(summaries.map { ($0.runID, $0) }, uniquingKeysWith: { first, _ in first })
    let runs = plan.cells.map { SweepResults.Run(cell: $0, summary: byID[$0.id.hex], state: "") }
    try self.init(SweepResults(plan: plan, folder: folder, runs: runs))
  }

  /// The table of the runs of a sweep, or of those that a filter left.
  ///
  /// - Throws: `ReportError` when none of them has ended.
  public init(_ results: SweepResults) throws(ReportError) {
    try Self.requireSome(results)
    name = results.plan.name
    about = results.plan.about
    folder = results.folder
    filterNote = results.filterNote
    varying = VaryingKeys(results.varyingKeys, without: "seed")
    var groups: [Group] = []
    var positions: [[String?]: Int] = [:]
    for run in results.runs {
      let values = varying.values(of: run.cell)
      let position = positions[values] ?? groups.count
      if position == groups.count { groups.append(Group(values, run.cell.spec)) }
      positions[values] = position
      groups[position].add(run.cell.id, run.summary)
    }
    self.groups = groups
  }

  /// Refuses runs of which none has ended.
  static func requireSome(_ results: SweepResults) throws(ReportError) {
    guard results.runs.contains(where: { $0.summary != nil }) else {
      throw ReportError(
        "\(results.folder): no run of '\(results.plan.name)' is finished; start them with: \(runCommand(results.folder))"
      )
    }
  }

  /// The command that runs what is missing.
  static func runCommand(_ folder: String) -> String { "featherweight run SPEC --out \(folder)" }

  /// The table as text that ends in a line break.
  public func rendered(_ format: TableFormat) -> String {
    rendered(format, caption: title)
  }

  /// The same under another caption; CSV has none.
  func rendered(_ format: TableFormat, caption: String) -> String {
    switch format {
    case .markdown: markdown(caption)
    case .latex: latex(caption)
    case .csv: csv
    }
  }
}
