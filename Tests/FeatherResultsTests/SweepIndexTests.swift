import FeatherExperiments
import Foundation
import Testing

@testable import FeatherResults

@Suite struct SweepIndexTests {
  @Test("the index holds the runs in plan order, skips missing ones and names unreadable ones")
  func rebuild() throws {
    let folder = try Folder()
    let ids = ["fedcba987654", "absent000000", "0123456789ab", "damaged00000"]
    try RunFile.write(Example.run(), identity: Example.identity(ids[0]), to: folder.file("\(ids[0]).h5"))
    try RunFile.write(Example.diverged(round: 2), identity: Example.identity(ids[2]), to: folder.file("\(ids[2]).h5"))
    try AtomicFile.write([1, 2, 3], to: folder.file("\(ids[3]).h5"))
    let report = try SweepIndex.rebuild(folder: folder.path, runIDs: ids)
    #expect(report.included == [ids[0], ids[2]] && report.missing == [ids[1]])
    #expect(report.unreadable.map(\.runID) == [ids[3]])

    let first = try AtomicFile.read(folder.file("sweep.h5"))
    let tree = try HDF5Reader.decode(first)
    guard case .text(let runs)? = tree.array("/run")?.data,
      case .int64(let latents)? = tree.array("/config/codec.latent")?.data
    else {
      Issue.record("no /run of text or no /config/codec.latent of integers")
      return
    }
    #expect(runs == [ids[0], ids[2]] && latents == [4, 4])
    let curve = try #require(tree.array("/curves/test_accuracy"))
    #expect(curve.shape == [2, 4] && curve.data.doubles.prefix(6) == [0.5, 0.9, 0.8, 0.85, 0.5, 0.9])
    #expect(curve.data.doubles.suffix(2).allSatisfy { $0.isNaN })
    #expect(tree.array("/scalars/final_test_accuracy")?.data.doubles == [0.85, 0.9])
    #expect(tree.links.map(\.file) == ["fedcba987654.h5", "0123456789ab.h5"])
    #expect(try RunFile.verify(folder.file("sweep.h5")).isSound)

    try SweepIndex.rebuild(folder: folder.path, runIDs: ids)
    #expect(try AtomicFile.read(folder.file("sweep.h5")) == first)
    // A sweep without any run yet has an index too.
    try SweepIndex.rebuild(folder: folder.path, runIDs: [ids[1]])
    #expect(try RunFile.verify(folder.file("sweep.h5")).isSound)
  }

  @Test("the index knows the complete runs whose files are older than it, with their numbers")
  func known() throws {
    let folder = try Folder()
    let ids = ["fedcba987654", "0123456789ab", "123456789abc"]
    #expect(SweepIndex.known(in: folder.path).isEmpty, "there is no index")
    try RunFile.write(Example.run(), identity: Example.identity(ids[0]), to: folder.file("\(ids[0]).h5"))
    try RunFile.write(Example.diverged(round: 2), identity: Example.identity(ids[1]), to: folder.file("\(ids[1]).h5"))
    try RunFile.write(Example.run(), identity: Example.identity(ids[2]), to: folder.file("\(ids[2]).h5"))
    // Longer than a tick of the clock that stamps files.
    Thread.sleep(forTimeInterval: 0.05)
    try SweepIndex.rebuild(folder: folder.path, runIDs: ids)
    var known = SweepIndex.known(in: folder.path)
    #expect(Set(known.keys) == [ids[0], ids[2]], "why a run diverged stands in its file")
    let summary = try RunFile.open(folder.file("\(ids[0]).h5")).summary
    for (name, value) in summary.scalars where !value.isNaN { #expect(known[ids[0]]?.scalar(name) == value) }
    #expect(known[ids[0]]?.runID == ids[0] && known[ids[0]]?.status == .complete)

    Thread.sleep(forTimeInterval: 0.05)
    try RunFile.write(Example.run(), identity: Example.identity(ids[0]), to: folder.file("\(ids[0]).h5"))
    try FileManager.default.removeItem(atPath: folder.file("\(ids[2]).h5"))
    known = SweepIndex.known(in: folder.path)
    #expect(known.isEmpty, "one file is newer, the other gone")
    var index = try AtomicFile.read(folder.file("sweep.h5"))
    index[index.count / 2] ^= 1
    try AtomicFile.write(index, to: folder.file("sweep.h5"))
    #expect(SweepIndex.known(in: folder.path).isEmpty, "a damaged index knows nothing")
  }

  @Test("an index of more runs than a list of links in HDF5 is quick with is written and read whole")
  func many() throws {
    let summary = try RunFile(bytes: RunFile.encode(Example.run(), identity: Example.identity())).summary
    let runs = (0..<12_000).map { number in
      var run = summary
      let digits = String(number, radix: 16)
      run.runID = String(repeating: "0", count: 12 - digits.count) + digits
      return run
    }
    let tree = try HDF5Reader.decode(HDF5Writer.encode(SweepIndex.tree(runs)))
    #expect(tree.links.count == 12_000 && tree.links[11_999].file == "\(runs[11_999].runID).h5")
  }
}

@Suite struct AtomicFileTests {
  @Test("a file is replaced whole, and nothing else is left in the folder") func replaces() throws {
    let folder = try Folder()
    try AtomicFile.write(Array("long content".utf8), to: folder.file("a.json"))
    try AtomicFile.write(Array("new".utf8), to: folder.file("a.json"))
    #expect(try AtomicFile.read(folder.file("a.json")) == Array("new".utf8))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.json"])
  }

  @Test("a missing folder and a folder in the way are errors, and leave nothing behind")
  func failures() throws {
    let folder = try Folder()
    var error = #expect(throws: ResultsError.self) { try AtomicFile.write([1], to: folder.file("absent/a.h5")) }
    #expect(error?.description.contains("cannot create a file in \(folder.path)/absent") == true)
    try FileManager.default.createDirectory(atPath: folder.file("a.h5"), withIntermediateDirectories: false)
    error = #expect(throws: ResultsError.self) { try AtomicFile.write([1], to: folder.file("a.h5")) }
    #expect(error?.description.contains("cannot put \(folder.file("a.h5")) in place") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.h5"])
    error = #expect(throws: ResultsError.self) { try AtomicFile.read(folder.path) }
    #expect(error?.description.contains("not a regular file") == true)
  }
}
