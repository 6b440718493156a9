import FeatherExperiments
import Foundation
import Testing

@testable import FeatherResults

@Suite("Partitions in HDF5 files")
struct PartitionArraysTests {
  private static func fixture(_ name: String) throws -> String {
    try #require(Bundle.module.path(forResource: name, ofType: "h5", inDirectory: "Fixtures/partitions"))
  }

  @Test(
    "any integer type and layout that h5py writes is read", arguments: ["int32", "big-endian", "compressed"])
  func others(name: String) throws {
    let path = try Self.fixture(name)
    #expect(try PartitionArrays.isHDF5(path))
    #expect(try PartitionArrays.read(path) == [[4, 0, 2], [3, 1]])
  }

  @Test("a run file is a partition file: its clients have the samples they had")
  func runFile() throws {
    let folder = try Folder()
    let result = Example.run()
    try RunFile.write(result, identity: Example.identity(), to: folder.file("run.h5"))
    #expect(try PartitionArrays.read(folder.file("run.h5")) == result.clients.map { $0.indices.map(Int.init) })
  }

  @Test("a text file is none of HDF5's")
  func text() throws {
    let folder = try Folder()
    try Data("0,1\n2\n".utf8).write(to: URL(filePath: folder.file("p.csv")))
    #expect(try !PartitionArrays.isHDF5(folder.file("p.csv")))
  }

  static let bad = [
    ("no-indices", "has no /partition/indices; expected the arrays /partition/offsets and /partition/indices"),
    (
      "floats",
      "/partition/indices: expected a list of integers, and this is another type or has 1 dimensions"
    ),
    ("matrix", "/partition/indices: expected a list of integers, and this is another type or has 2 dimensions"),
    ("one-offset", "/partition/offsets: 1 numbers; expected one per client and the total"),
    ("short-offsets", "/partition/offsets: run from 0 to 2; expected 0 to the 3 entries of /partition/indices"),
    (
      "falling-offsets",
      "/partition/offsets: client 1 begins at 2 and ends at 1; expected numbers that do not fall"
    ),
    (
      "absurd", "/partition/indices: [1099511627776] elements, which a file of 4752 bytes cannot hold: damaged"
    ),
  ]

  @Test("arrays that are no partition are refused by name", arguments: bad)
  func refused(name: String, message: String) throws {
    let path = try Self.fixture(name)
    let error = #expect(throws: ResultsError.self) { try PartitionArrays.read(path) }
    #expect(error?.description == "\(path): \(message)")
  }
}
