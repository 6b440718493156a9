/// Every table and figure of arXiv:2108.05670, from finished sweeps, measured beside published.
///
/// It reads the sweeps `paper-mnist`, `paper-cifar10`, `paper-colour-imbalance`, `paper-latents` and `paper-savings`; where one
/// is not complete, its short form `…-short`. What has not run is named as such and left out.
public struct PaperReport: Sendable {
  let results: String
  let dataNote: String
  let mnist: PaperSweep?
  let cifar10: PaperSweep?
  let colour: PaperSweep?
  let latents: PaperSweep?
  let savings: PaperSweep?

  /// Reads what has run.
  ///
  /// - Parameters:
  ///   - results: the folder that holds the sweeps' folders, such as `results`.
  ///   - dataNote: how the CIFAR-10 images came about, for captions; may be empty.
  /// - Throws: `ReportError` when none of the sweeps has a finished run, and what reading a plan or a run file throws.
  public init(results: String, dataNote: String = "") throws {
    self.results = results
    self.dataNote = dataNote
    mnist = try PaperSweep.load("paper-mnist", in: results)
    cifar10 = try PaperSweep.load("paper-cifar10", in: results)
    colour = try PaperSweep.load("paper-colour-imbalance", in: results)
    latents = try PaperSweep.load("paper-latents", in: results)
    savings = try PaperSweep.load("paper-savings", in: results)
    guard !sweeps.allSatisfy({ $0.sweep == nil }) else {
      throw ReportError(
        "\(results): none of the paper's experiments has a finished run: start with 'make paper', or with "
          + "'featherweight run experiments/paper/mnist-short.yaml'")
    }
  }

  /// The experiments by the name of their spec.
  var sweeps: [(spec: String, sweep: PaperSweep?)] {
    [
      ("mnist", mnist), ("cifar10", cifar10), ("colour-imbalance", colour), ("latents", latents), ("savings", savings),
    ]
  }

  var tables: [PaperTable] {
    get throws {
      try [sizesTable, savingsTable].compactMap { $0 }
        + sweeps.compactMap { spec, sweep in
          guard let sweep, spec != "savings" else { return nil }
          let results = try ResultTable(plan: sweep.plan, summaries: sweep.summaries, folder: sweep.folder)
          let about = results.about.split(whereSeparator: \.isWhitespace).joined(separator: " ")
          let caption = [about, sweep.conditions(note: dataNote)].filter { !$0.isEmpty }.joined(separator: " ")
          return PaperTable(name: "table-\(spec)", caption: caption, results: results)
        }
    }
  }

  var figures: [Figure] {
    ([fitFigure, validationFigure, colourFigure, sawToothFigure, savingsFigure, latentsFigure] as [Figure?])
      .compactMap { $0 }
  }

  /// Writes `README.md`, every table (`.md`, `.tex`, `.csv`) and every figure (`.dat`, `.gp`, `.tex`, and drawn by gnuplot
  /// `.svg` and `.pdf`); the same runs give the same bytes.
  ///
  /// - Parameters:
  ///   - folder: is created where it is absent; files of the same names are replaced.
  ///   - drawing: whether figures are drawn, for which gnuplot must be there.
  /// - Returns: the paths of what was written.
  @discardableResult
  public func write(to folder: String, drawing: Bool = true) throws -> [String] {
    try write(to: folder, gnuplot: drawing ? Gnuplot() : nil)
  }

  func write(to folder: String, gnuplot: Gnuplot?) throws -> [String] {
    var files = try ReportFiles(in: folder)
    let (tables, figures) = (try tables, figures)
    for table in tables {
      try files.put("\(table.name).md", table.markdown)
      try files.put("\(table.name).tex", table.latex)
      try files.put("\(table.name).csv", table.csv)
    }
    for figure in figures {
      try files.put(figure)
      if let gnuplot { try files.draw(figure, with: gnuplot) }
    }
    try files.put("README.md", index(tables, figures))
    return files.written
  }

  /// The page that shows all.
  private func index(_ tables: [PaperTable], _ figures: [Figure]) -> String {
    let missing = sweeps.filter { $0.sweep == nil }.map { spec, _ in
      "- **Not run:** `featherweight run experiments/paper/\(spec)-short.yaml`"
    }
    let head = """
      # The tables and figures of arXiv:2108.05670, regenerated

      Written by `featherweight paper` from run files; do not edit. Each table is also there as LaTeX (booktabs) and CSV, each figure
      as PDF, LaTeX environment, data (`.dat`) and gnuplot script (`.gp`).

      """
    let shown = tables.map { "\n## \($0.name)\n\n\($0.markdown)" }
    let drawn = figures.map { "\n## \($0.name)\n\n![\($0.name)](\($0.name).svg)\n\n\($0.caption)\n" }
    return head + (missing.isEmpty ? "" : "\n\(missing.joined(separator: "\n"))\n") + shown.joined() + drawn.joined()
  }
}
