internal import FeatherReports
internal import Glibc

/// Writes one notebook, named like the sweep, that reads the sweep's index and run files.
struct NotebookExport: RunExporter {
  let results: SweepResults

  /// - Throws: `ExportError` for a single run's file: a notebook reads a sweep's index, which a file alone does not have.
  init(_ export: SweepExport) throws(ExportError) {
    if let file = export.file {
      throw ExportError(
        "\(file): a notebook draws a sweep; give the sweep's folder or spec, and --where id=… for one run")
    }
    results = export.results
  }

  var readsFiles: Bool { false }

  mutating func add(_ run: ExportedRun, to files: inout ReportFiles) {}

  mutating func finish(_ files: inout ReportFiles) throws -> [String] {
    let path = RelativePath.of(results.folder, from: files.folder, workingDirectory: try Self.workingDirectory())
    let sweep = SweepNotebook(results, path: path)
    try files.put("\(sweep.name).ipynb", sweep.notebook.json)
    return []
  }

  private static func workingDirectory() throws(ExportError) -> String {
    guard let path = getcwd(nil, 0) else {
      throw ExportError("the working directory is gone (\(String(cString: strerror(errno)))); start from another")
    }
    defer { free(path) }
    return String(cString: path)
  }
}

/// Paths as texts; links are not followed.
enum RelativePath {
  /// How a file at `folder` refers to `path`, both relative to the working directory or absolute.
  static func of(_ path: String, from folder: String, workingDirectory: String) -> String {
    let (path, folder) = (parts(path, in: workingDirectory), parts(folder, in: workingDirectory))
    let common = zip(path, folder).prefix { $0 == $1 }.count
    let steps = [String](repeating: "..", count: folder.count - common) + path[common...]
    return steps.isEmpty ? "." : steps.joined(separator: "/")
  }

  private static func parts(_ path: String, in workingDirectory: String) -> [String] {
    let whole = path.hasPrefix("/") ? path : "\(workingDirectory)/\(path)"
    return whole.split(separator: "/").reduce(into: []) { parts, part in
      switch part {
      case ".": break
      case "..": _ = parts.popLast()
      default: parts.append(String(part))
      }
    }
  }
}
