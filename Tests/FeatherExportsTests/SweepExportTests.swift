import FeatherReports
import FeatherResults
import Foundation
import Testing

@testable import FeatherExports

@Suite("Exports of sweeps")
struct SweepExportTests {
  private static let plain: [ExportFormat] = [.csv, .jsonl, .npz, .safetensors]

  @Test("the same results give the same files, and a second export replaces the first", arguments: plain)
  func reproducible(format: ExportFormat) throws {
    let fixture = try ExportsFixture()
    let (first, second) = (try fixture.export(format), try fixture.export(format, to: "again"))
    #expect(first.runs == 4 && first.failures.isEmpty && first.paths.count == second.paths.count)
    #expect(try fixture.names() == fixture.names("again"))
    for name in try fixture.names() { #expect(try fixture.bytes("out/\(name)") == fixture.bytes("again/\(name)")) }
    #expect(try fixture.export(format).paths == first.paths && fixture.names() == fixture.names("again"))
  }

  @Test("runs without a result are counted and left out; a sweep without any is refused", arguments: plain)
  func missing(format: ExportFormat) throws {
    let report = try ExportsFixture(without: [1]).export(format)
    #expect(report.runs == 3 && report.notes == ["1 of 4 runs have no result and are left out (1 pending)"])
    let empty = try ExportsFixture(without: [0, 1, 2, 3])
    #expect(throws: ExportError.self) { try empty.export(format) }
    #expect(throws: (any Error).self) { try empty.names() }
  }

  @Test("a run that is damaged since the index was written is named, and the others are exported", arguments: plain)
  func damaged(format: ExportFormat) throws {
    let fixture = try ExportsFixture()
    let results = try fixture.results()
    let file = "\(fixture.folder)/\(fixture.id(2)).h5"
    var bytes = try AtomicFile.read(file)
    bytes[bytes.count / 2] ^= 255
    try AtomicFile.write(bytes, to: file)
    let report = try SweepExport(results).write(format, to: fixture.path + "/out")
    #expect(report.runs == 3 && report.failures.count == 1 && report.failures[0].contains(fixture.id(2)))
    #expect(try !fixture.names().contains { $0.contains(fixture.id(2)) })
  }

  @Test("another run's file under a run's name is not taken for it")
  func renamed() throws {
    let fixture = try ExportsFixture()
    let results = try fixture.results()
    let other = try AtomicFile.read("\(fixture.folder)/\(fixture.id(0)).h5")
    try AtomicFile.write(other, to: "\(fixture.folder)/\(fixture.id(1)).h5")
    let report = try SweepExport(results).write(.csv, to: fixture.path + "/out")
    #expect(report.runs == 3 && report.failures[0].contains("holds run \(fixture.id(0))"))
  }

  @Test("where no folder can be made the error says so, and nothing is left half-written")
  func unwritable() throws {
    let fixture = try ExportsFixture()
    try AtomicFile.write([], to: fixture.path + "/file")
    #expect(throws: ReportError.self) { try fixture.export(.csv, to: "file/below") }
    try FileManager.default.createDirectory(
      atPath: fixture.path + "/out/metrics.csv/x", withIntermediateDirectories: true)
    #expect(throws: ResultsError.self) { try fixture.export(.csv) }
    #expect(try fixture.names() == ["metrics.csv", "runs.csv"])
  }

  @Test("a checkpoint is named last, all or by its rounds")
  func checkpoints() {
    #expect(["last", "all", "0", "12"].map(CheckpointChoice.init) == [.last, .all, .rounds(0), .rounds(12)])
    #expect(CheckpointChoice("-1") == nil && CheckpointChoice("final") == nil)
  }
}
