import Foundation
import Glibc

@testable import FeatherDatasets

/// A folder of a test's own, removed with all that is in it when it goes out of scope.
struct Scratch: ~Copyable {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "featherweight-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file below the folder and returns its path.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = URL(filePath: path).appending(path: name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }
}

/// What lies beside these tests, and what may lie on the machine.
enum Fixture {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  static func path(_ name: String) -> String { folder.appending(path: "Fixtures/\(name)").path }

  static func read(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

  static func bytes(_ name: String) throws -> [UInt8] { try read(path(name)) }

  /// Whether a program is found on the search path.
  static func hasProgram(_ name: String) -> Bool {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.contains { access("\($0)/\(name)", X_OK) == 0 }
  }

  /// The real MNIST in $FEATHERWEIGHT_DATA, else in the folder `shared/datasets` beside the package; nil where there is none.
  static var mnist: DataLocations? {
    let beside = folder.appending(path: "../../../shared/datasets").standardized.path
    let named = ProcessInfo.processInfo.environment["FEATHERWEIGHT_DATA"] ?? beside
    let locations = DataLocations(commandLine: named, environment: [:])
    return locations.path(of: "mnist/train-images-idx3-ubyte") == nil ? nil : locations
  }
}
