internal import FeatherResults
internal import Glibc

/// The files of a report, written into one folder.
struct ReportFiles {
  let folder: String
  /// The paths of what was written.
  private(set) var written: [String] = []

  /// Creates the folder where it is absent.
  init(in folder: String) throws {
    self.folder = folder
    var built = folder.hasPrefix("/") ? "/" : ""
    for part in folder.split(separator: "/") {
      built += (built.isEmpty || built.hasSuffix("/") ? "" : "/") + part
      guard mkdir(built, 0o755) != 0, errno != EEXIST else { continue }
      throw ReportError(
        "cannot create the folder \(built): \(String(cString: strerror(errno))); choose another with --out")
    }
  }

  /// Writes a file, or replaces the one of that name.
  mutating func put(_ name: String, _ text: String) throws {
    try AtomicFile.write(Array(text.utf8), to: "\(folder)/\(name)")
    written.append("\(folder)/\(name)")
  }

  /// Writes a figure's data, script and LaTeX environment.
  mutating func put(_ figure: Figure) throws {
    try put("\(figure.name).dat", figure.data)
    try put("\(figure.name).gp", figure.script)
    try put("\(figure.name).tex", figure.latex)
  }

  /// Draws a figure that was put.
  mutating func draw(_ figure: Figure, with gnuplot: Gnuplot) throws {
    try gnuplot.render(figure.name, in: folder)
    written += ["\(folder)/\(figure.name).svg", "\(folder)/\(figure.name).pdf"]
  }
}
