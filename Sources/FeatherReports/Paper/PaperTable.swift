/// A table of the paper's report, in every form in which it is written.
struct PaperTable {
  let name: String
  let markdown: String
  let latex: String
  let csv: String

  /// A table of the rows of `grid`; its CSV has the same texts.
  init(name: String, caption: String, grid: TextGrid) {
    self.name = name
    markdown = "\(caption)\n\n\(grid.markdown)"
    latex =
      "\\begin{table}\n\\centering\n\\caption{\(LaTeX.escaped(caption))}\n\(grid.latex)\\end{table}\n"
    csv = ([grid.columns.map(\.heading)] + grid.rows)
      .map { $0.map(ResultTable.quoted).joined(separator: ",") + "\n" }.joined()
  }

  /// The table of a sweep's results; its CSV has full precision.
  init(name: String, caption: String, results: ResultTable) {
    self.name = name
    markdown = results.rendered(.markdown, caption: caption)
    latex = results.rendered(.latex, caption: caption)
    csv = results.rendered(.csv)
  }
}
