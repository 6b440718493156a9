import FeatherExperiments
import Foundation
import Testing

@testable import FeatherResults

/// Files that earlier versions wrote, kept in Fixtures/versions beside what h5py says of them.
@Suite("Files of earlier versions")
struct VersionTests {
  private static let complete = "0da820998894"
  private static let diverged = "432a6ba0c7c3"

  private struct Contents: Decodable {
    struct Array: Decodable {
      let type: String
      let shape: [Int]
      let axes: [String]
      let units: String
      // The key in the file.
      let long_name: String
      let texts: [String]?
      let numbers: String?

      var data: ResultData? {
        let numbers = (numbers ?? "").split(separator: " ")
        return switch type {
        case "f4": .float32(numbers.compactMap { Float($0) })
        case "f8": .float64(numbers.compactMap { Double($0) })
        case "i8": .int64(numbers.compactMap { Int64($0) })
        case "u1": .uint8(numbers.compactMap { UInt8($0) })
        case "dimension": .dimension
        default: texts.map(ResultData.text)
        }
      }
    }

    let groups: [String: [String: String]]
    let arrays: [String: Array]
    let links: [String: String]
  }

  private static func path(_ name: String) throws -> String {
    try #require(Bundle.module.path(forResource: "Fixtures/versions/1/\(name)", ofType: nil))
  }

  private static func expected(_ file: String) throws -> Contents {
    let all = try JSONDecoder().decode(
      [String: Contents].self, from: Data(contentsOf: URL(filePath: path("expected.json"))))
    return try #require(all[file])
  }

  /// An attribute as expected.json writes it; numbers as Swift prints them.
  private static func typed(_ value: ResultAttribute.Value) -> String {
    switch value {
    case .text(let text): "utf8 \(text)"
    case .integer(let integer): "i8 \(integer)"
    case .real(let real): "f8 \(real)"
    case .byte(let byte): "u1 \(byte)"
    }
  }

  private static func check(_ tree: ResultTree, _ expected: Contents) throws {
    #expect(Set(tree.arrays.map(\.path)) == Set(expected.arrays.keys))
    for (path, meant) in expected.arrays {
      let array = try #require(tree.array(path))
      #expect(array.shape == meant.shape && array.axes == meant.axes, "\(path)")
      #expect(array.data.typeName == meant.type, "\(path)")
      #expect(array.attributes.contains(.init("units", .text(meant.units))), "\(path)")
      #expect(array.attributes.contains(.init("long_name", .text(meant.long_name))), "\(path)")
      #expect(array.data.bytes() == meant.data?.bytes(), "\(path)")
    }
    #expect(Set(tree.groups.map(\.path)) == Set(expected.groups.keys))
    for (path, meant) in expected.groups {
      let attributes = try #require(tree.group(path)).attributes
      let found = Dictionary(uniqueKeysWithValues: attributes.map { ($0.name, Self.typed($0.value)) })
      #expect(found == meant, "\(path)")
    }
    #expect(Dictionary(uniqueKeysWithValues: tree.links.map { ($0.path, $0.file) }) == expected.links)
  }

  @Test("run files of version 1 are sound and read with everything in them", arguments: [complete, diverged])
  func run(id: String) throws {
    let path = try Self.path("\(id).h5")
    #expect(try RunFile.verify(path).isSound)
    let file = try RunFile.open(path)
    let expected = try Self.expected("\(id).h5")
    try Self.check(file.tree, expected)
    #expect(file.summary.runID == id)
    for curve in file.summary.curves {
      #expect(curve.values.elementsEqual(try #require(expected.arrays["/metrics/\(curve.name)"]?.data).doubles))
    }
  }

  @Test("what tables take of a run file of version 1 is what it was when the file was written")
  func summary() throws {
    let complete = try RunFile.open(Self.path("\(Self.complete).h5")).summary
    #expect(complete.status == .complete)
    #expect(complete.scalar("rounds") == 4 && complete.scalar("best_test_accuracy") == 0.1)
    #expect(complete.scalar("upload_ratio") == 102)
    #expect(complete.config.contains(.init("partition.clients", .integer(4))))
    let diverged = try RunFile.open(Self.path("\(Self.diverged).h5")).summary
    let reason = "client 0's training loss in local epoch 1 became nan: lower training.learningRate"
    #expect(diverged.status == .diverged(round: 2, reason: reason))
    #expect(diverged.scalar("rounds") == 2)
  }

  @Test("an index of version 1 is read with everything in it, and one rebuilt from its runs says all of it")
  func index() throws {
    let expected = try Self.expected("sweep.h5")
    try Self.check(HDF5Reader.decode(AtomicFile.read(Self.path("sweep.h5"))), expected)

    let folder = try Folder()
    let ids = [Self.complete, Self.diverged]
    for id in ids { try AtomicFile.write(AtomicFile.read(Self.path("\(id).h5")), to: folder.file("\(id).h5")) }
    // Longer than a tick of the clock that stamps files.
    Thread.sleep(forTimeInterval: 0.05)
    try AtomicFile.write(AtomicFile.read(Self.path("sweep.h5")), to: folder.file("sweep.h5"))
    let known = SweepIndex.known(in: folder.path)
    #expect(Set(known.keys) == [Self.complete], "why a run diverged stands in its file")
    for (path, array) in expected.arrays where path.hasPrefix("/scalars/") && array.type == "f8" {
      let value = try #require(array.data?.doubles.first)
      let name = String(path.dropFirst("/scalars/".count))
      #expect(known[Self.complete]?.scalar(name) == (value.isNaN ? nil : value), "\(name)")
    }

    let report = try SweepIndex.rebuild(folder: folder.path, runIDs: ids)
    #expect(report.included == ids)
    let rebuilt = try HDF5Reader.decode(AtomicFile.read(folder.file("sweep.h5")))
    for (path, meant) in expected.arrays {
      #expect(rebuilt.array(path)?.data.bytes() == meant.data?.bytes(), "\(path)")
    }
  }

  @Test("a file of a later version is refused with what to do")
  func later() throws {
    var tree = try RunFile.open(Self.path("\(Self.complete).h5")).tree
    let root = try #require(tree.groups.firstIndex { $0.path == "/" })
    for attribute in tree.groups[root].attributes.indices
    where tree.groups[root].attributes[attribute].name == "format_version" {
      tree.groups[root].attributes[attribute].value = .integer(2)
    }
    let digest = ResultDigest.contentAttribute
    tree.groups[root].attributes.removeAll { $0.name == digest }
    for index in tree.arrays.indices { tree.arrays[index].attributes.removeAll { $0.name == "sha256" } }
    let bytes = try HDF5Writer.encode(tree)
    let error = #expect(throws: ResultsError.self) { try RunFile(bytes: bytes) }
    #expect(
      error?.description
        == "its format version is 2, but this program reads version 1; read it with the program version that wrote it")
  }
}
