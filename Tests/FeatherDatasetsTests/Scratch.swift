import Foundation

@testable import FeatherDatasets

/// A folder of its own for one test, removed when it goes out of scope.
final class Scratch {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "feather-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file, folders above it included, and returns its path.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = URL(fileURLWithPath: path).appending(path: name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }

  /// The folder as the only place for data.
  var locations: DataLocations { DataLocations(commandLine: path, environment: [:]) }
}

/// The files beside the tests, and what the machine has.
enum Fixture {
  /// The path of a file in `Fixtures`.
  static func path(_ name: String) -> String {
    Bundle.module.bundleURL.appending(path: "Fixtures").appending(path: name).path
  }

  static func bytes(_ name: String) throws -> [UInt8] { try read(path(name)) }

  static func read(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

  static func hasProgram(_ name: String) -> Bool {
    let folders = ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":")
    return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
  }

  /// Where the real MNIST is; nil where it is absent.
  static var mnist: DataLocations? { locations(of: "mnist") }

  /// Where the files of a data set are; nil where one is absent.
  static func locations(of dataset: String) -> DataLocations? {
    let locations = DataLocations(commandLine: nil, environment: ProcessInfo.processInfo.environment)
    guard let entry = try? DatasetCatalogue.entry(named: dataset) else { return nil }
    return (try? entry.requireFiles(in: locations)) == nil ? nil : locations
  }
}
