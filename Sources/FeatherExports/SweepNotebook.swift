internal import FeatherExperiments
internal import FeatherReports

/// The notebook of a sweep: what it is, and the figures that it has data for.
///
/// It depends on the plan alone, so that it is the same before and after the runs.
struct SweepNotebook {
  private let plan: Plan
  private let cells: [Cell]
  private let axes: NotebookAxes
  /// The sweep's folder, as seen from the notebook's.
  private let path: String

  init(_ results: SweepResults, path: String) {
    plan = results.plan
    cells = results.runs.map(\.cell)
    axes = NotebookAxes(plan, cells)
    self.path = path
  }

  /// The sweep's name.
  var name: String { plan.name }

  var notebook: Notebook {
    var cells: [Notebook.Cell] = [
      .markdown("about", about), .code("load", NotebookText.load(path, ids: chosen)),
      .markdown("names", NotebookText.aboutNames), .code("table", NotebookText.names(labels)),
      .code("panels", NotebookText.panels),
      .markdown("about-convergence", NotebookText.aboutConvergence), .code("convergence", NotebookText.convergence),
    ]
    if isCompressed {
      cells += [
        .markdown("about-ratio", NotebookText.aboutRatio), .code("ratio", NotebookText.ratio),
        .markdown("about-error", NotebookText.aboutError), .code("error", NotebookText.error),
      ]
    }
    if hasLatents {
      cells += [.markdown("about-latents", NotebookText.aboutLatents), .code("latents", NotebookText.latents)]
    }
    let words = NotebookAxes.patterns(axes.partition)
    cells += [
      .markdown("about-partition", NotebookText.aboutPartition), .code("partition", NotebookText.partition(words)),
    ]
    return Notebook(cells: cells)
  }

  /// Whether some run sends less than raw weights.
  private var isCompressed: Bool {
    cells.contains { $0.spec.codec != .identity || $0.spec.quantise != nil || $0.spec.addOns != AddOnSpec() }
  }

  /// Whether some run keeps latents that can move.
  private var hasLatents: Bool {
    cells.contains { $0.spec.codec.isFitted && $0.spec.store.latents == .all && $0.spec.federation.rounds > 1 }
  }

  /// The ids of the runs that are meant; nil for all.
  private var chosen: [String]? { cells.count == plan.cells.count ? nil : cells.map(\.id.hex) }

  private var about: String {
    var paragraphs = ["# \(plan.name)"]
    if !plan.about.isEmpty { paragraphs.append(plan.about) }
    if !opening.isEmpty { paragraphs.append("```\n\(opening.joined(separator: "\n"))\n```") }
    let runs = cells.count == 1 ? "1 run" : "\(cells.count) runs"
    let some = chosen == nil ? "" : ", chosen from \(plan.cells.count)"
    paragraphs.append(
      "\(runs)\(some); `featherweight run` leaves the results in `\(path)`. "
        + "Needs h5py, matplotlib 3.10, NumPy and pandas.")
    if !axes.all.isEmpty {
      let rows = axes.all.map { "| `\($0.key)` | \(Self.list($0.values)) |" }
      paragraphs.append((["| what varies | values |", "|---|---|"] + rows).joined(separator: "\n"))
    }
    return paragraphs.joined(separator: "\n\n")
  }

  /// The comment that the spec opens with, which says what it claims and how it is run.
  private var opening: [String] {
    plan.source.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("#") }
      .map { String($0.dropFirst($0.hasPrefix("# ") ? 2 : 1)) }
  }

  /// Values as a cell of a Markdown table, the first ones where there are many.
  private static func list(_ values: [String]) -> String {
    let shown = values.prefix(12).joined(separator: ", ").map { $0 == "|" ? "\\|" : String($0) }.joined()
    return values.count > 12 ? "\(shown), … (\(values.count))" : shown
  }

  /// The Python that gives each run its panel and its line.
  private var labels: String {
    var text = ""
    for axis in axes.panels + axes.lines where axis.isFlag {
      text += "runs[\"\(axis.key)\"] = runs[\"\(axis.key)\"].replace({0: \"false\", 1: \"true\"})\n"
    }
    for axis in axes.lines where axis.isAddOn {
      text += "runs[\"\(axis.key)\"] = runs[\"\(axis.key)\"].replace(\"none\", np.nan)  # off, and unsaid\n"
    }
    text += Self.label("panel", axes.panels, otherwise: "\"\(plan.name)\"")
    return text + Self.label("line", axes.lines, otherwise: "runs[\"codec.name\"]")
  }

  private static func label(_ column: String, _ axes: [NotebookAxes.Axis], otherwise: String) -> String {
    guard !axes.isEmpty else { return "runs[\"\(column)\"] = \(otherwise)\n" }
    return "runs[\"\(column)\"] = runs.apply(label, axis=1, words=\(NotebookAxes.patterns(axes)))\n"
  }
}
