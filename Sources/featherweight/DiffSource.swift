import FeatherExperiments
import FeatherReports
import FeatherResults
import FeatherRunner

/// A run or a sweep that is compared, by what names it on the command line.
enum DiffSource {
  case run(String)
  case sweep(SweepFolder)

  /// A result file, `FOLDER/ID` with the id's first digits, a sweep's folder or its spec.
  ///
  /// - Throws: `ReportError` when the text names none of these.
  init(_ text: String) throws {
    if text.hasSuffix(".h5") {
      self = .run(text)
      return
    }
    let folder = try SweepFolder(source: text)
    // The folder of a spec's results is not the text.
    guard !folder.exists, folder.path == text else {
      self = .sweep(folder)
      return
    }
    let parent = SweepFolder(text.lastIndex(of: "/").map { String(text[..<$0]) } ?? ".")
    guard parent.exists else {
      throw ReportError(
        "\(text): neither a result file nor a sweep's folder nor its spec, nor FOLDER/ID of a run: there is no plan.json "
          + "in it, nor in \(parent.path)")
    }
    self = .run(try Self.run(String(text.split(separator: "/").last ?? ""), in: parent))
  }

  private static func run(_ digits: String, in folder: SweepFolder) throws -> String {
    let ids = try folder.plan().cells.map(\.id).filter { $0.hex.hasPrefix(digits) }
    guard let id = ids.first else {
      throw ReportError(
        "\(folder.path)/\(digits): no run of this sweep has an id that begins so; 'featherweight ls' lists them"
      )
    }
    guard ids.count == 1 else {
      let some = ids.prefix(4).map(\.hex).joined(separator: ", ") + (ids.count > 4 ? ", …" : "")
      throw ReportError(
        "\(folder.path)/\(digits): \(ids.count) runs have an id that begins so: \(some); give more digits")
    }
    let path = folder.resultPath(id)
    guard AtomicFile.exists(path) else {
      throw ReportError(
        "\(path): run \(id) has no result (\(folder.state(of: id).word)); compute it with 'featherweight run'")
    }
    return path
  }
}
