import FeatherExperiments
import Foundation
import Testing

@testable import FeatherResults

/// Files that somebody made to do harm, with every checksum right.
@Suite("Hostile result files")
struct HostileFileTests {
  private static func run() throws -> [UInt8] {
    try RunFile.encode(Example.run(), identity: Example.identity())
  }

  /// Puts a right seal on whatever is in a file, and the right length into its header.
  private static func sealed(_ bytes: [UInt8]) throws -> [UInt8] {
    var bytes = bytes
    let marker = Array(Seal.marker.utf8)
    let place = try #require(bytes.indices.last { bytes[$0...].starts(with: marker) })
    bytes.replaceSubrange(40..<48, with: (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) })
    bytes.replaceSubrange(place..<place + Seal.byteCount([]), with: Seal.text(bytes, [], at: place))
    return bytes
  }

  /// The file with `new` in place of the first `old`.
  private static func replacing(_ old: [UInt8], _ new: [UInt8], in bytes: [UInt8]) throws -> [UInt8] {
    let range = try #require(bytes.firstRange(of: old))
    var bytes = bytes
    bytes.replaceSubrange(range, with: new)
    return try sealed(bytes)
  }

  private static func refusal(_ bytes: [UInt8]) -> String {
    #expect(throws: ResultsError.self) { try RunFile(bytes: bytes) }?.description ?? ""
  }

  private static func number(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  @Test("a seal proves nothing: a file sealed again is read as long as nothing else is wrong")
  func sealedAgain() throws {
    #expect(try RunFile(bytes: Self.sealed(Self.run())).summary.runID == "0123456789ab")
  }

  @Test("absurd shapes are refused before memory is taken", arguments: [UInt64(1) << 60, 1 << 40, .max, 1 << 30])
  func absurdShape(length: UInt64) throws {
    // A shape of two dimensions, three clients by five epochs, with its largest lengths.
    let lengths = Self.number(3) + Self.number(5)
    let old = [1, 2, 1, 0, 0, 0, 0, 0] + lengths + lengths
    let new = [1, 2, 1, 0, 0, 0, 0, 0] + Self.number(length) + Self.number(5) + lengths
    let message = Self.refusal(try Self.replacing(old, new, in: Self.run()))
    #expect(message.contains("absurd shape") || message.contains("cannot hold") || message.contains("a number of HDF5"))
    #expect(message.hasPrefix("/prepass/train_loss: "))
  }

  @Test("values that inflate to more than this machine should hold are refused before they are inflated")
  func bomb() throws {
    var tree = RunFileLayout.tree(Example.run(), Example.identity())
    let zeros = [UInt8](repeating: 0, count: 8 << 20)
    tree.arrays.append(ResultArray("/zeros", [], [zeros.count], .uint8(zeros), longName: "nothing"))
    let bytes = try HDF5Writer.encode(tree)
    #expect(bytes.count < zeros.count / 32)
    func values(most: Int) throws -> [UInt8] {
      var file = try HDF5File(bytes, mostValueBytes: most)
      let members = try #require(try file.members(try file.messages(at: file.root)))
      let messages = try file.messages(at: try #require(members.first { $0.name == "zeros" }).header)
      return try file.values(messages, shape: [zeros.count], elementSize: 1)
    }
    #expect(try values(most: zeros.count) == zeros)
    let error = #expect(throws: ResultsError.self) { try values(most: zeros.count - 1) }
    #expect(error?.description.contains("with \(zeros.count) bytes of values or more; on this machine at most") == true)
  }

  @Test("a group that contains itself is refused")
  func cycle() throws {
    let bytes = try Self.run()
    let file = try HDF5File(bytes)
    var reader = file
    let members = try #require(try reader.members(try reader.messages(at: reader.root)))
    let clients = try #require(members.first { $0.name == "clients" })
    // The place of the header of /clients becomes that of the root.
    let old = Self.number(UInt64(clients.header)) + [1, 0, 0, 0]
    #expect(
      Self.refusal(try Self.replacing(old, Self.number(UInt64(file.root)) + [1, 0, 0, 0], in: bytes)).contains(
        "damaged"))
  }

  @Test("a seal whose pieces overlap, which would take endless digests, is refused at once")
  func overlappingPieces() throws {
    let bytes = try Self.run()
    let pieces = (0..<2000).map { _ in Seal.Piece(path: "/a", offset: 0, count: bytes.count) }
    let start = bytes.count
    let file = bytes + [UInt8](repeating: 0, count: Seal.byteCount(pieces))
    let hostile = bytes + Seal.text(file, pieces, at: start)
    #expect(Seal.findings(hostile).map(\.description) == ["/seal: does not match its own digest: damaged"])
  }

  @Test("an object's name cannot steer the terminal that shows it")
  func escapes() throws {
    let message = Self.refusal(try Self.replacing(Array("config\0".utf8), Array("con\u{1B}[m\0".utf8), in: Self.run()))
    #expect(message == "an object whose name is none: damaged")
  }

  @Test("links of an index are not followed, and say what its runs say whatever is in them", arguments: [2, 20])
  func links(count: Int) throws {
    var summary = try RunFile(bytes: Self.run()).summary
    let runs = (0..<count).map { number in
      summary.runID = "aaaaaaaaaaa\(number)"
      return summary
    }
    let index = try HDF5Writer.encode(SweepIndex.tree(runs))
    let hostile = try Self.replacing(Array("aaaaaaaaaaa1.h5\0".utf8), Array("../../../../x.h5".utf8), in: index)
    let tree = try HDF5Reader.decode(hostile)
    #expect(tree.links.map(\.file) == runs.map { "\($0.runID).h5" })
  }

  @Test("results are not read through symbolic links, nor from pipes, nor from files of endless holes")
  func odd() throws {
    let folder = try Folder()
    try RunFile.write(Example.run(), identity: Example.identity(), to: folder.file("real.h5"))
    symlink(folder.file("real.h5"), folder.file("link.h5"))
    mkfifo(folder.file("pipe.h5"), 0o600)
    let holes = open(folder.file("holes.h5"), O_WRONLY | O_CREAT, 0o600)
    #expect(ftruncate(holes, 1 << 43) == 0)
    close(holes)
    for (name, expected) in [
      ("link.h5", "is a symbolic link, which is not followed"), ("pipe.h5", "is not a regular file"),
      ("holes.h5", "more than this machine's memory"),
    ] {
      let error = #expect(throws: ResultsError.self) { try RunFile.open(folder.file(name)) }
      #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }
    let report = try SweepIndex.rebuild(folder: folder.path, runIDs: ["link", "pipe", "holes"])
    #expect(report.unreadable.map(\.runID) == ["link", "pipe", "holes"])
  }
}
