package import FeatherResults
internal import Glibc

/// The files of a report or an export, written into one folder.
package struct ReportFiles {
  package let folder: String
  /// The paths of what was written.
  package private(set) var written: [String] = []

  /// Creates the folder where it is absent.
  package init(in folder: String) throws {
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
  package mutating func put(_ name: String, _ text: String) throws { try put(name, bytes: Array(text.utf8)) }

  /// The same of bytes.
  package mutating func put(_ name: String, bytes: [UInt8]) throws {
    try AtomicFile.write(bytes, to: "\(folder)/\(name)")
    written.append("\(folder)/\(name)")
  }

  /// A file that is written piece by piece and takes its name when it is put.
  package func stream(_ name: String) throws -> AtomicStream { try AtomicStream(to: "\(folder)/\(name)") }

  /// Gives a file its name, or replaces the one of that name.
  package mutating func put(_ stream: AtomicStream) throws {
    try stream.finish()
    written.append(stream.path)
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
