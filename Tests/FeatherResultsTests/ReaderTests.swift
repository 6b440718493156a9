import FeatherExperiments
import Foundation
import Testing

@testable import FeatherResults

/// The Python that has the programs which researchers open result files with.
enum Python {
  static let path: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let named = ProcessInfo.processInfo.environment["FEATHERWEIGHT_PYTHON"]
    let candidates = [named, root.appending(path: ".venv/bin/python").path].compactMap { $0 }
    return candidates.first { (try? run($0, ["-c", "import h5py, xarray, h5netcdf"]))?.status == 0 }
  }()

  static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}

@Suite struct ReaderTests {
  @Test(
    "h5py, xarray and netCDF4 read every array with its name, shape, units and values",
    .enabled(
      if: Python.path != nil,
      "no Python with h5py, xarray and h5netcdf: name one in FEATHERWEIGHT_PYTHON, or make .venv in the package's folder"
    ),
    arguments: Example.Kind.allCases)
  func pythonReadsRun(kind: Example.Kind) throws {
    let result = kind.result
    let folder = try Folder()
    let path = folder.file("run.h5")
    try RunFile.write(result, identity: Example.identity(), to: path)
    try check(path, RunFileLayout.tree(result, Example.identity()), folder)
  }

  @Test(
    "h5py, xarray and netCDF4 read the sweep's index",
    .enabled(
      if: Python.path != nil,
      "no Python with h5py, xarray and h5netcdf: name one in FEATHERWEIGHT_PYTHON, or make .venv in the package's folder"
    ))
  func pythonReadsIndex() throws {
    let folder = try Folder()
    let runs = [("0123456789ab", Example.run()), ("ba9876543210", Example.diverged(round: 2))]
    for (id, result) in runs { try RunFile.write(result, identity: Example.identity(id), to: folder.file("\(id).h5")) }
    try SweepIndex.rebuild(folder: folder.path, runIDs: runs.map(\.0))
    let summaries = try runs.map { try RunFile.open(folder.file("\($0.0).h5")).summary }
    try check(folder.file("sweep.h5"), SweepIndex.tree(summaries), folder)
  }

  private func check(_ path: String, _ tree: ResultTree, _ folder: Folder) throws {
    let python = try #require(Python.path)
    let expected = folder.file("expected.json")
    try AtomicFile.write(Array(Self.json(tree).utf8), to: expected)
    let script = try #require(Bundle.module.path(forResource: "Fixtures/check_run_file", ofType: "py"))
    let outcome = try Python.run(python, [script, path, expected])
    print(outcome.output, terminator: "")
    #expect(outcome.status == 0, "\(outcome.output)")
  }

  private static func json(_ tree: ResultTree) -> String {
    let entries = tree.arrays.map { array -> String in
      let text = { (name: String) -> String in
        guard case .text(let value)? = array.attributes.first(where: { $0.name == name })?.value else { return "" }
        return quoted(value)
      }
      var values = array.data.doubles.map { $0.isNaN ? "null" : $0.isInfinite ? "Infinity" : "\($0)" }
      if case .text(let strings) = array.data { values = strings.map(quoted) }
      return """
        {"path": \(quoted(array.path)), "type": "\(array.data.typeName)", "shape": \(array.shape),
        "axes": [\(array.axes.map(quoted).joined(separator: ","))], "units": \(text("units")),
        "long_name": \(text("long_name")), "values": [\(values.joined(separator: ","))]}
        """
    }
    return "[" + entries.joined(separator: ",\n") + "]"
  }

  private static func quoted(_ string: String) -> String {
    let escaped = string.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
    return "\"" + escaped.replacingOccurrences(of: "\n", with: "\\n") + "\""
  }
}

/// A folder of its own for a test, removed with it.
final class Folder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "featherweight-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }
}
