import FeatherDatasets
import FeatherExperiments
import Foundation
import Testing

@testable import FeatherFederation

@Suite("Partitions from a file in a federation")
struct PartitionFileRunTests {
  private static func spec(_ path: String, clients: Int = 2) throws -> RunSpec {
    var spec = colourSpec(clients: clients)
    spec.partition.scheme = .fromFile(try PartitionFile(path: path))
    return spec
  }

  private static func list(_ range: some Sequence<Int>) -> String { range.map { "\($0)" }.joined(separator: ",") }

  @Test("a file's lists are the clients' samples; what it leaves out is not used")
  func lists() throws {
    let folder = try Scratch()
    let path = try folder.write("\(Self.list((0..<60).reversed()))\n\(Self.list(stride(from: 61, to: 200, by: 2)))\n")
    let result = try runColours(Self.spec(path))
    #expect(result.status == .complete)
    #expect(result.clients.map(\.indices) == [Array(0..<60), Array(stride(from: 61, to: 200, by: 2))])
    #expect(result.clients.map { $0.labelHistogram.reduce(0, +) } == [60, 70])
  }

  @Test("a file that says what a scheme drew gives that scheme's run, bit for bit")
  func sameAsScheme() throws {
    let drawn = try runColours(colourSpec())
    let folder = try Scratch()
    let path = try folder.write(drawn.clients.map { Self.list($0.indices.map(Int.init)) }.joined(separator: "\n"))
    let read = try runColours(Self.spec(path))
    #expect("\(read.rounds) \(read.weights)" == "\(drawn.rounds) \(drawn.weights)")
  }

  static let bad: [(text: String, clients: Int, message: String)] = [
    ("0,1\n2\n3\n", 2, ": divides among 3 clients; write partition.clients: 3 in the spec"),
    ("0,1\n2,200\n", 2, ", line 2: index 200 is out of range; the 200 training samples are 0...199"),
    (
      "client,index\n0,5\n1,5\n", 2,
      ", line 3: sample 5 of client 1 is used twice; the first time it is client 0's at PATH, line 2"
    ),
  ]

  @Test("a file that does not fit is refused with the place", arguments: bad)
  func refused(text: String, clients: Int, message: String) throws {
    let folder = try Scratch()
    let path = try folder.write(text)
    let error = #expect(throws: DatasetError.self) { try runColours(Self.spec(path, clients: clients)) }
    #expect(error?.message == path + message.replacingOccurrences(of: "PATH", with: path))
  }

  @Test("a file that was changed or removed after the sweep was planned is refused")
  func changed() throws {
    let folder = try Scratch()
    let path = try folder.write("0,1\n2\n")
    let spec = try Self.spec(path)
    _ = try folder.write("0,1\n3\n")
    let changed = #expect(throws: DatasetError.self) { try runColours(spec) }
    #expect(
      changed?.message
        == "\(path): was changed since the sweep was planned; restore it, or plan anew with --refreeze")
    try FileManager.default.removeItem(atPath: path)
    let removed = #expect(throws: DatasetError.self) { try runColours(spec) }
    #expect(removed?.message == "partition.file '\(path)' cannot be opened: No such file or directory")
  }

  @Test("a configuration that knows only the file's digest says so")
  func digestOnly() throws {
    let folder = try Scratch()
    let known = try Self.spec(try folder.write("0,1\n2\n"))
    let read = try RunSpec(canonicalJSON: known.canonicalJSON)
    #expect(read.partition == known.partition)
    let error = #expect(throws: DatasetError.self) { try runColours(read) }
    #expect(error?.message.hasPrefix("partition.file: only its digest is known here, sha256:") == true)
  }
}
