import Foundation
import Glibc
import Testing

/// One after the other: what these tests wait for comes in time only where the machine is not busy with itself.
@Suite("Runs that go on from checkpoints", .serialized)
struct CheckpointedRunTests {
  private let sandbox: Sandbox
  private let run = ["run", "spec.yaml", "--out", "r", "--set", "seed=1", "--checkpoint-every", "1 round"]

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write(TinySweep.slow, to: "spec.yaml")
  }

  private func names() -> [String] {
    ((try? FileManager.default.subpathsOfDirectory(atPath: sandbox.path + "/r")) ?? []).sorted()
  }

  /// Kills the sweep when a run has been set down.
  ///
  /// - Returns: the checkpoint's path.
  private func killAfterCheckpoint() throws -> String {
    let started = try sandbox.start(run)
    #expect(eventually { names().contains { $0.hasSuffix("/checkpoint") } })
    started.signal(SIGKILL)
    _ = try started.wait()
    #expect(eventually { processes(naming: "worker\0r\0").isEmpty })
    return "r/" + (try #require(names().first { $0.hasSuffix("/checkpoint") }))
  }

  /// The files of the same sweep, left in peace.
  private func expectUndisturbed() throws {
    let alone = run.map { $0 == "r" ? "alone" : $0 } + ["--checkpoint-every", "never"]
    #expect(try sandbox.run(alone).status == 0)
    #expect(sandbox.sealed("r").count == 3 && sandbox.sealed("r") == sandbox.sealed("alone"))
  }

  @Test(
    "a killed run goes on from its checkpoint and says so; status tells how far it is; nothing is left of it in the end"
  )
  func resumed() throws {
    _ = try killAfterCheckpoint()
    #expect(try sandbox.run(["status", "r"]).stdout.contains(" interrupted"))
    let before = sandbox.snapshot("r")
    #expect(try sandbox.run(["plan", "spec.yaml", "--out", "r", "--set", "seed=1"]).status == 0)
    #expect(sandbox.snapshot("r") == before, "neither changes anything")
    let again = try sandbox.run(run + ["--log-format", "json"])
    #expect(again.status == 0 && again.stderr.contains("\"event\":\"cell_resumed\""), "\(again.stderr)")
    #expect(!names().contains { $0.contains(".partial") })
    try expectUndisturbed()
  }

  @Test("a checkpoint that is damaged, or that another program wrote, costs time and no results; the log says why")
  func useless() throws {
    let path = try killAfterCheckpoint()
    try sandbox.edit(path) { $0[$0.count / 2] ^= 1 }
    let again = try sandbox.run(run + ["--log-format", "json"])
    #expect(again.status == 0 && !again.stderr.contains("cell_resumed"), "\(again.stderr)")
    let log = String(decoding: try sandbox.bytes(path.prefix(while: { $0 != "." }) + ".log"), as: UTF8.self)
    #expect(log.contains("checkpoint is damaged: it does not match its digest: the run begins anew\n"), "\(log)")
    try expectUndisturbed()
  }

  @Test("--keep-checkpoints keeps the last checkpoint of a run that is done, until a run without it")
  func kept() throws {
    #expect(try sandbox.run(run + ["--keep-checkpoints"]).status == 0)
    let kept = names().filter { $0.contains(".partial/") }.map { String($0.split(separator: "/")[1]) }
    #expect(kept.filter { $0 == "checkpoint" }.count == 2, "\(kept)")
    #expect(kept.allSatisfy { $0 == "checkpoint" || $0.hasPrefix("parts-") }, "\(kept)")
    #expect(try sandbox.run(["status", "r"]).stdout.contains("2 cells: 2 done\n"))
    #expect(try sandbox.run(run).status == 0)
    #expect(!names().contains { $0.contains(".partial") })
    try expectUndisturbed()
  }

  @Test("a partial folder or a log that is a link leads nobody out of the results folder")
  func links() throws {
    try sandbox.write(TinySweep.one, to: "one.yaml")
    try sandbox.write("untouched", to: "elsewhere/file")
    try FileManager.default.createDirectory(atPath: sandbox.path + "/o", withIntermediateDirectories: true)
    for name in ["\(BadInput.id).partial", "\(BadInput.id).log"] {
      let target = name.hasSuffix(".log") ? "../elsewhere/file" : "../elsewhere"
      #expect(symlink(target, sandbox.path + "/o/" + name) == 0)
      let ended = try sandbox.run(["run", "one.yaml", "--out", "o"])
      #expect(ended.status == 1 && ended.stderr.contains(name), "\(ended.stderr)")
      #expect(sandbox.snapshot("elsewhere") == ["file": Data("untouched".utf8)])
      #expect(unlink(sandbox.path + "/o/" + name) == 0)
    }
    #expect(try sandbox.run(["run", "one.yaml", "--out", "o"]).status == 0)
  }

  @Test(
    "a cadence that is none is refused as wrong usage", arguments: ["", "0s", "-1s", "5", "0 rounds", "soon", "1 rod"])
  func cadences(text: String) throws {
    let ended = try sandbox.run(["run", "spec.yaml", "--checkpoint-every=" + text])
    #expect(ended.status == 64 && ended.stderr.contains("--checkpoint-every"), "\(ended.stderr)")
  }
}
