internal import FeatherExperiments
public import FeatherReports
internal import FeatherResults

/// One way to write a sweep's results: run by run, so that memory holds one run file at a time.
protocol RunExporter {
  /// Whether it reads run files; `add` is not called where it does not.
  var readsFiles: Bool { get }

  /// Takes in a run, and writes what is the run's alone.
  ///
  /// - Throws: `ExportError` for what concerns this run, which is left out then, whole; other errors end the export.
  mutating func add(_ run: ExportedRun, to files: inout ReportFiles) throws

  /// Writes what needs all runs.
  ///
  /// - Returns: what there is to say about what was left out, in sentences.
  /// - Throws: `ExportError` when there was nothing to write.
  mutating func finish(_ files: inout ReportFiles) throws -> [String]
}

extension RunExporter {
  var readsFiles: Bool { true }
}

/// The export of a sweep's results, or of one run's, to files for other tools.
///
/// The same results give the same bytes.
public struct SweepExport: Sendable {
  /// What was written, and what was not.
  public struct Report: Sendable {
    /// The paths of what was written.
    public var paths: [String] = []
    /// The number of runs that were exported.
    public var runs = 0
    /// What there is to say about what was left out.
    public var notes: [String] = []
    /// Runs that should have been exported and could not be, and why.
    public var failures: [String] = []
  }

  /// The runs; those without a result are left out.
  public let results: SweepResults
  /// Which stored weights are exported, by formats that have weights.
  public let checkpoint: CheckpointChoice
  /// The one run's file, where its name is not that of a sweep's.
  let file: String?

  /// The export of a sweep.
  ///
  /// - Parameter file: the one run's file, where it does not lie in the sweep's folder under its id.
  public init(_ results: SweepResults, checkpoint: CheckpointChoice = .last, file: String? = nil) {
    self.results = results
    self.checkpoint = checkpoint
    self.file = file
  }

  /// Writes the files of a format into a folder, which is made where it is absent.
  ///
  /// - Throws: `ExportError` when no run has what the format takes; what keeps a file from being written.
  public func write(_ format: ExportFormat, to folder: String) throws -> Report {
    let runs = results.runs.filter { $0.summary != nil }
    guard !runs.isEmpty else {
      throw ExportError(
        "\(results.folder): no run has a result to export (\(absent)); 'featherweight status' says why")
    }
    var report = Report()
    if runs.count < results.runs.count {
      report.notes.append(
        "\(results.runs.count - runs.count) of \(results.runs.count) runs have no result and are left out (\(absent))")
    }
    var exporter = try format.exporter(for: self)
    var files = try ReportFiles(in: folder)
    if exporter.readsFiles {
      for run in runs { try add(run.cell, &exporter, &files, &report) }
      guard report.runs > 0 else { throw ExportError("no run could be exported: " + report.failures[0]) }
    } else {
      report.runs = runs.count
    }
    report.notes += try exporter.finish(&files)
    report.paths = files.written
    return report
  }

  private func add(
    _ cell: Cell, _ exporter: inout any RunExporter, _ files: inout ReportFiles, _ report: inout Report
  ) throws {
    let run: ExportedRun
    do {
      run = try ExportedRun(cell, file: file ?? "\(results.folder)/\(cell.id).h5")
    } catch {
      report.failures.append("\(error)")
      return
    }
    do {
      try exporter.add(run, to: &files)
      report.runs += 1
    } catch let error as ExportError {
      report.failures.append(error.description)
    }
  }

  /// How many runs are without a result, by state.
  private var absent: String {
    var counts: [(state: String, count: Int)] = []
    for run in results.runs where run.summary == nil {
      if let place = counts.firstIndex(where: { $0.state == run.state }) {
        counts[place].count += 1
      } else {
        counts.append((run.state, 1))
      }
    }
    return counts.map { "\($0.count) \($0.state)" }.joined(separator: ", ")
  }
}

/// Which of a run's stored global weights are meant.
public enum CheckpointChoice: Hashable, Sendable, CustomStringConvertible {
  /// Those after the most rounds.
  case last
  /// All that are stored.
  case all
  /// Those after so many rounds; 0 for the initial ones.
  case rounds(Int)

  /// The choice that a text names: `last`, `all` or a number of rounds.
  public init?(_ text: String) {
    switch text {
    case "last": self = .last
    case "all": self = .all
    default:
      guard let rounds = Int(text), rounds >= 0 else { return nil }
      self = .rounds(rounds)
    }
  }

  /// The text that names it.
  public var description: String {
    switch self {
    case .last: "last"
    case .all: "all"
    case .rounds(let rounds): String(rounds)
    }
  }
}
