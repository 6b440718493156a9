import FeatherExperiments
import Foundation
import Testing

@testable import FeatherResults

@Suite("Checkpoint files")
struct CheckpointFilesTests {
  private let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "checkpoint-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  private func part(_ name: String, _ bytes: [UInt8]) -> Checkpoint.Part { Checkpoint.Part(name: name) { [bytes] } }

  private func checkpoint(_ done: Int, _ parts: [Checkpoint.Part]) -> Checkpoint {
    Checkpoint(
      position: .init(stage: "rounds", done: done, of: 9), state: Array("state \(done)\n\n".utf8), parts: parts)
  }

  private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }

  @Test("what was written is read again, parts too; a part is written once, and removed when no checkpoint names it")
  func roundTrip() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var files = CheckpointFiles(in: folder, key: "run 1")
    #expect(try files.read() == nil)
    #expect(CheckpointFiles.position(in: folder) == nil)
    let big = [UInt8](repeating: 7, count: 100_000)
    let kept = try files.write(checkpoint(1, [part("a", big), part("b", []), part("c", [1, 2])]))
    #expect(try kept.map { try $0.pieces().flatMap { $0 } } == [big, [], [1, 2]])
    let untouched = Checkpoint.Part(name: "b") { throw ResultsError("is asked for a second time") }
    _ = try files.write(checkpoint(2, [untouched, part("d", [9])]))
    #expect(try names() == ["checkpoint", "parts-1", "parts-2"])
    for _ in 0..<2 {
      var again = CheckpointFiles(in: folder, key: "run 1")
      let read = try #require(try again.read())
      #expect(read.position == .init(stage: "rounds", done: 2, of: 9) && read.state == Array("state 2\n\n".utf8))
      #expect(read.parts.map(\.name) == ["b", "d"])
      #expect(try read.parts.map { try $0.pieces().flatMap { $0 } } == [[], [9]])
    }
    #expect(CheckpointFiles.position(in: folder) == .init(stage: "rounds", done: 2, of: 9))
    _ = try files.write(checkpoint(3, [part("d", [9])]))
    #expect(try names() == ["checkpoint", "parts-2"], "no part of the first file is named any more")
    // As a process leaves it that was killed between the parts and the list.
    try Data([1]).write(to: URL(fileURLWithPath: folder + "/parts-3"))
    var last = CheckpointFiles(in: folder, key: "run 1")
    #expect(try last.read()?.position.done == 3)
    #expect(try names() == ["checkpoint", "parts-2"])
  }

  @Test(
    "a checkpoint that is changed or cut at any byte, or is of another run or program, is refused; a damaged part is found"
  )
  func damage() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var files = CheckpointFiles(in: folder, key: "run 1")
    _ = try files.write(checkpoint(1, [part("a", [1, 2, 3])]))
    var other = CheckpointFiles(in: folder, key: "run 2")
    #expect(throws: ResultsError.self) { _ = try other.read() }
    let url = URL(fileURLWithPath: folder + "/checkpoint")
    let bytes = try Data(contentsOf: url)
    for place in bytes.indices {
      var damaged = bytes
      damaged[place] ^= 1
      try damaged.write(to: url)
      #expect(throws: ResultsError.self, "byte \(place)") { _ = try files.read() }
      try bytes.prefix(place).write(to: url)
      #expect(throws: ResultsError.self, "cut to \(place)") { _ = try files.read() }
    }
    try bytes.write(to: url)
    let read = try #require(try files.read())
    try Data([1, 2, 4]).write(to: URL(fileURLWithPath: folder + "/parts-1"))
    #expect(throws: ResultsError.self) { _ = try read.parts[0].pieces() }
  }

  @Test("what cannot be made or written leaves the checkpoint before")
  func failure() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var files = CheckpointFiles(in: folder, key: "run 1")
    _ = try files.write(checkpoint(1, [part("a", [1])]))
    #expect(throws: ResultsError("no such thing")) {
      _ = try files.write(checkpoint(2, [Checkpoint.Part(name: "b") { throw ResultsError("no such thing") }]))
    }
    var again = CheckpointFiles(in: folder, key: "run 1")
    #expect(try again.read()?.position.done == 1)
    #expect(try names() == ["checkpoint", "parts-1"])
  }
}
