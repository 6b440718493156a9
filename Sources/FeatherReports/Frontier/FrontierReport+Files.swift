extension FrontierReport {
  /// What was written, and why figures were not drawn.
  public struct Written: Sendable {
    /// The paths of the files.
    public let paths: [String]
    /// The page that shows all.
    public let page: String
    /// What keeps figures from being drawn; nil where they are.
    public let undrawn: String?
  }

  /// Writes `frontier.md`, `.tex` and `.csv`, and a figure per axis (`.dat`, `.gp`, `.tex`, and drawn by gnuplot, where that is
  /// there, `.svg` and `.pdf`); the same runs give the same bytes.
  ///
  /// - Parameter folder: is created where it is absent; files of the same names are replaced.
  @discardableResult
  public func write(to folder: String) throws -> Written { try write(to: folder, gnuplot: Gnuplot()) }

  func write(to folder: String, gnuplot: Gnuplot) throws -> Written {
    var files = try ReportFiles(in: folder)
    try files.put("frontier.md", markdown)
    try files.put("frontier.tex", latex)
    try files.put("frontier.csv", csv)
    let figures = figures
    for figure in figures { try files.put(figure) }
    var undrawn: String?
    do {
      for figure in figures { try files.draw(figure, with: gnuplot) }
    } catch let error as ReportError where error == Gnuplot.absent {
      undrawn = error.description
    }
    return Written(paths: files.written, page: "\(folder)/frontier.md", undrawn: undrawn)
  }
}
