import FeatherExperiments
import Testing

@testable import FeatherResults

@Suite struct VerificationTests {
  @Test("a flipped byte in an array's values is reported with that array's name", arguments: Example.Kind.allCases)
  func flipInEveryArray(kind: Example.Kind) throws {
    let bytes = try RunFile.encode(kind.result, identity: Example.identity())
    var named: Set<String> = []
    let arrays = RunFileLayout.tree(kind.result, Example.identity()).arrays.filter { !$0.data.bytes().isEmpty }
    // Small arrays lie in the file as they are; where two have equal bytes, each place names one of them.
    for array in arrays where array.data.bytes().count < HDF5Writer.filterThreshold {
      for place in Self.places(of: array.data.bytes(), in: bytes) {
        var damaged = bytes
        damaged[place] ^= 0x10
        named.formUnion(RunFile.findings(damaged).compactMap(\.object))
      }
    }
    for place in stride(from: 0, to: bytes.count, by: 1021) {
      var damaged = bytes
      damaged[place] ^= 0x10
      let findings = RunFile.findings(damaged)
      #expect(findings.count == 1)
      named.formUnion(findings.compactMap(\.object))
    }
    #expect(named == Set(arrays.map(\.path) + ["/seal"]))
  }

  @Test("a flipped byte at any offset is a finding, and never a crash", arguments: [0x01, 0x80, 0xFF] as [UInt8])
  func flipAnywhere(mask: UInt8) throws {
    let bytes = try RunFile.encode(Example.diverged(round: 2), identity: Example.identity())
    for place in stride(from: Int(mask) % 127, to: bytes.count, by: 127) {
      var damaged = bytes
      damaged[place] ^= mask
      #expect(!RunFile.findings(damaged).isEmpty, "byte \(place)")
      #expect(throws: ResultsError.self) { try RunFile(bytes: damaged) }
    }
    #expect(RunFile.findings(bytes).isEmpty)
  }

  @Test("damage outside values is not blamed on an array")
  func groupAttribute() throws {
    var bytes = try RunFile.encode(Example.diverged(round: 2), identity: Example.identity())
    let place = try #require(Self.places(of: Array("training loss of client 1 is NaN".utf8), in: bytes).first)
    bytes[place] ^= 0x20
    let findings = RunFile.findings(bytes)
    #expect(
      findings.map(\.object) == [nil] && findings[0].message.contains("HDF5 metadata, attributes or unused space"))
  }

  @Test("a sidecar that is none, and a sidecar of another file, are told apart")
  func sidecars() throws {
    let folder = try Folder()
    let path = folder.file("run.h5")
    try RunFile.write(Example.run(), identity: Example.identity(), to: path)
    #expect(try RunFile.verify(path).checkedSidecar == false)
    try AtomicFile.write(Array("{}".utf8), to: folder.file("run.json"))
    #expect(throws: ResultsError.self) { try RunFile.verify(path) }
    let other = #"{"file_sha256": "\#(RunFile.digest([]))"}"#
    try AtomicFile.write(Array(other.utf8), to: folder.file("run.json"))
    #expect(try RunFile.verify(path).findings.map(\.object) == [nil])
  }

  @Test("two files are compared array by array") func compare() throws {
    let folder = try Folder()
    var result = Example.run()
    try RunFile.write(result, identity: Example.identity(), to: folder.file("a.h5"))
    try RunFile.write(result, identity: Example.identity(), to: folder.file("b.h5"))
    #expect(try RunFile.compare(folder.file("a.h5"), folder.file("b.h5")).isEmpty)
    result.rounds[2].testLoss += 1e-12
    result.prepass = nil
    try RunFile.write(result, identity: Example.identity("ba9876543210"), to: folder.file("b.h5"))
    let found = try RunFile.compare(folder.file("a.h5"), folder.file("b.h5"))
    #expect(found.contains(Finding("/", "attribute run_id differs")))
    #expect(found.contains(Finding("/metrics/test_loss", "1 of 4 elements differ, the first at index 2")))
    #expect(found.contains(Finding("/prepass/step", "is missing in the second file")))
    #expect(!found.contains { $0.object == "/metrics/test_accuracy" })
  }

  private static func places(of part: [UInt8], in bytes: [UInt8]) -> [Int] {
    bytes.withUnsafeBufferPointer { all in
      part.withUnsafeBufferPointer { part in
        (0...all.count - part.count).filter { start in
          all[start] == part[0] && (0..<part.count).allSatisfy { all[start + $0] == part[$0] }
        }
      }
    }
  }
}
