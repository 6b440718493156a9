import FeatherExperiments
import Foundation
import Testing

@Suite("Differences from the command line")
struct DiffCommandTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write(TinySweep.four, to: "spec.yaml")
    try sandbox.run(["run", "spec.yaml", "--out", "a", "--quiet"])
    try sandbox.run(["run", "spec.yaml", "--out", "b", "--quiet"])
  }

  @Test("equal sweeps and equal runs differ in nothing, and the status is 0")
  func equal() throws {
    let sweeps = try sandbox.run(["diff", "a", "b"])
    #expect(sweeps.status == 0 && sweeps.stderr == "")
    #expect(
      sweeps.stdout.hasSuffix(
        "4 pairs: 4 equal, 0 differ, 0 without results; 0 only in A, 0 only in B. Rounds count from 0.\n"))
    let name = try #require(sandbox.results("a").first)
    let runs = try sandbox.run(["diff", "a/\(name.prefix(12))", "b/\(name)"])
    #expect(runs.status == 0)
    #expect(runs.stdout.hasPrefix("A: a/\(name)\nB: b/\(name)\n\nConfiguration: equal.\n\nNumbers: all "))
    #expect(runs.stdout.hasSuffix(" are equal.\n\nCurves: all 5 are equal.\n\nFiles: the same bytes.\n"))
  }

  @Test("of two runs, keys, numbers, curves and the first array that differ are shown, and the status is 1")
  func runs() throws {
    try sandbox.write(TinySweep.spec(TinySweep.base.replacing("rounds: 1", with: "rounds: 3")), to: "longer.yaml")
    try sandbox.run(["run", "longer.yaml", "--out", "c", "--quiet"])
    let longer = try #require(sandbox.results("c").first)
    let diff = try sandbox.run(["diff", "a/\(BadInput.id)", "c/\(longer.prefix(4))"])
    #expect(diff.status == 1 && diff.stderr == "")
    let lines = diff.stdout.split(separator: "\n").map(String.init)
    #expect(
      lines.contains("Configuration: 1 key differs.") && lines.contains("federation.rounds  1    3"), "\(diff.stdout)")
    #expect(lines.contains { $0.wholeMatch(of: /rounds +1 +3 +2/) != nil }, "\(diff.stdout)")
    // The first round is the same, and then one of the curves has ended.
    #expect(lines.contains { $0.prefixMatch(of: /test_accuracy +1 +– +0/) != nil }, "\(diff.stdout)")
    #expect(lines.last?.hasPrefix("Files: ") == true && lines.last?.contains("the first array: /") == true)
  }

  @Test("a sweep with another value throughout is paired run by run; what is in one alone is listed")
  func sweeps() throws {
    try sandbox.write(
      TinySweep.four.replacing("latent: 4", with: "latent: 3").replacing("[1, 2]", with: "[1, 2, 3]"), to: "c.yaml")
    try sandbox.run(["run", "c.yaml", "--out", "c", "--quiet"])
    let diff = try sandbox.run(["diff", "a", "c"])
    #expect(diff.status == 1)
    #expect(diff.stdout.contains("paired, disregarding codec.latent (4 in A, 3 in B).\n"))
    #expect(diff.stdout.contains("\nOnly in B:\n") && !diff.stdout.contains("Only in A:"))
    #expect(diff.stdout.contains("4 pairs: 2 equal, 2 differ, 0 without results; 0 only in A, 2 only in B."))
  }

  @Test("a file that was changed is no longer equal; one that cannot be read has the status 2")
  func damage() throws {
    let name = try #require(sandbox.results("b").first)
    try FileManager.default.removeItem(at: sandbox.url("b/\(name)"))
    let missing = try sandbox.run(["diff", "a", "b"])
    #expect(missing.status == 1 && missing.stdout.contains("done in A, pending in B"))
    let pending = try sandbox.run(["diff", "a/\(name)", "b/\(name.prefix(12))"])
    #expect(
      pending.status == 2 && pending.stderr.contains("has no result (pending); compute it with 'featherweight run'"))
    try sandbox.write("nonsense", to: "b/\(name)")
    let damaged = try sandbox.run(["diff", "a/\(name)", "b/\(name)"])
    #expect(
      damaged.status == 2 && damaged.stdout == "" && damaged.stderr.hasPrefix("error: b/\(name): not an HDF5 file"))
  }

  @Test(
    "what names neither a run nor a sweep, or one of each, is refused with the status 2",
    arguments: [
      (["a", "nothing"], "error: nothing: neither a result file nor a sweep's folder nor its spec"),
      (["a", "a/zz"], "error: a/zz: no run of this sweep has an id that begins so; 'featherweight ls' lists them"),
      (["a", "a/\(BadInput.id)"], "error: a and a/\(BadInput.id): one is a run and the other a sweep"),
      (["a", "spec.yaml"], "error: results/tiny: no sweep was started here"),
      (["a", "other.yaml"], "error: other.yaml: "),
    ])
  func refused(arguments: [String], message: String) throws {
    let ended = try sandbox.run(["diff"] + arguments)
    #expect(ended.status == 2 && ended.stderr.hasPrefix(message) && ended.stdout == "", "\(ended)")
  }

  @Test("digits that several ids begin with are refused with those ids")
  func ambiguous() throws {
    let seeds = (1...17).map(String.init).joined(separator: ", ")
    let spec = TinySweep.spec(TinySweep.base + "sweep: {grid: {seed: [\(seeds)]}}\n")
    let plan = try SweepSpec.load(text: spec, file: "many.yaml").plan()
    try sandbox.write(plan.json, to: "many/plan.json")
    // Of seventeen ids, two begin with the same of sixteen digits.
    let first = try #require(
      "0123456789abcdef".first { digit in plan.cells.filter { $0.id.hex.first == digit }.count > 1 })
    let ids = plan.cells.map(\.id.hex).filter { $0.first == first }
    let ended = try sandbox.run(["diff", "many/\(first)", "many/\(ids[0])"])
    #expect(ended.status == 2)
    #expect(
      ended.stderr.hasPrefix("error: many/\(first): \(ids.count) runs have an id that begins so: \(ids[0]), \(ids[1])"))
  }
}
