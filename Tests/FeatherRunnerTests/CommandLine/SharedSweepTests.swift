import Foundation
import Glibc
import Testing

/// One after the other: what these tests wait for comes in time only where the machine is not busy with itself.
@Suite("A sweep that several runs share", .serialized)
struct SharedSweepTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write(TinySweep.one, to: "spec.yaml")
  }

  private var names: Set<String> { Set(sandbox.snapshot("r").keys.map(sandbox.generic)) }

  @Test(
    "several runs of a folder compute every cell once between them, and leave what one alone leaves",
    arguments: [2, 4])
  func together(runs: Int) throws {
    try sandbox.write(TinySweep.slow, to: "spec.yaml")
    let all = try (0..<runs).map { _ in try sandbox.start(["run", "spec.yaml", "--out", "r"]) }
    let ended = try all.map { try $0.wait() }
    #expect(ended.allSatisfy { $0.status == 0 }, "\(ended)")
    #expect(try sandbox.attempts("r") == Array(repeating: ["complete"], count: 6))
    let computed = ended.map { $0.stderr.matches(of: /\] complete [0-9a-f]{12}/).count }
    let shared = ended.map { $0.stderr.components(separatedBy: "] complete elsewhere ").count - 1 }
    #expect(computed.reduce(0, +) == 6, "\(computed)")
    #expect(shared.reduce(0, +) <= 6 * (runs - 1))
    #expect(computed.count { $0 > 0 } > 1, "they did work together: \(computed)")
    try sandbox.run(["run", "spec.yaml", "--out", "alone"])
    #expect(sandbox.sealed("r") == sandbox.sealed("alone") && sandbox.sealed("r").count == 7)
    #expect(Set(sandbox.snapshot("r").keys) == Set(sandbox.snapshot("alone").keys), "no stray files")
    #expect(try FileManager.default.contentsOfDirectory(atPath: sandbox.path + "/r").count == 20, "no stray folder")
  }

  /// A claim of the only cell, as the process of another machine, or a dead one of this, has it.
  private func claim(boot: String, age: Int) throws -> String {
    let name = "r/\(BadInput.id).partial/claim-3"
    try sandbox.write(
      "{\"boot\":\"\(boot)\",\"host\":\"node7\",\"job\":\"77\",\"lease_s\":60,\"locked\":true,\"pid\":4711,"
        + "\"started\":\"2026-01-01T00:00:00Z\"}\n", to: name)
    try sandbox.age(name, by: age)
    return name
  }

  private static func thisBoot() throws -> String {
    try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8).replacing("\n", with: "")
  }

  @Test("a claim of a dead process of this machine is taken over at once, however fresh it is")
  func deadHere() throws {
    _ = try claim(boot: Self.thisBoot(), age: 0)
    let ended = try sandbox.run(["run", "spec.yaml", "--out", "r"])
    let from = "node7, process 4711, job 77, which ended without a result"
    #expect(
      ended.status == 0 && ended.stderr.contains("take over \(BadInput.id) tiny from \(from)\n"), "\(ended.stderr)")
    #expect(try sandbox.attempts("r") == [["lost", "complete"]])
    let log = String(decoding: try sandbox.bytes("r/\(BadInput.id).log"), as: UTF8.self)
    #expect(log.hasPrefix("--- attempt 2, ") && log.contains("\ntook over from \(from)\n"), "\(log)")
    #expect(names == ["ID.h5", "ID.json", "ID.log", "plan.json", "sweep.h5"])
  }

  @Test("a claim of another machine is taken over when it was not heard of for the length of its lease")
  func goneElsewhere() throws {
    _ = try claim(boot: "another", age: 95)
    let ended = try sandbox.run(["run", "spec.yaml", "--out", "r"])
    #expect(
      ended.status == 0 && ended.stderr.contains(/, job 77, which was last heard of 9\d s ago\n/), "\(ended.stderr)")
    #expect(try sandbox.attempts("r") == [["lost", "complete"]])
  }

  @Test("a fresh claim of another machine is waited for; when it falls silent, its cell is taken over")
  func busyElsewhere() throws {
    let name = try claim(boot: "another", age: 0)
    let started = try sandbox.start(["run", "spec.yaml", "--out", "r"])
    #expect(
      eventually {
        (try? String(contentsOfFile: started.output + ".err", encoding: .utf8))?.contains("waiting") ?? false
      })
    #expect(try sandbox.run(["status", "r"]).stdout.contains("1 cell: 1 running\n"))
    #expect(sandbox.results("r").isEmpty)
    try sandbox.age(name, by: 61)
    let ended = try started.wait()
    #expect(ended.status == 0, "\(ended.stderr)")
    #expect(ended.stderr.contains("] waiting for 1 cell that another run computes (node7, process 4711, job 77)\n"))
    #expect(ended.stderr.contains("tiny: 1 complete in") && sandbox.results("r").count == 1)
  }

  @Test("a cell that fails elsewhere while it is waited for counts as failed, and is not tried again")
  func failsElsewhere() throws {
    let name = try claim(boot: "another", age: 0)
    let started = try sandbox.start(["run", "spec.yaml", "--out", "r"])
    #expect(
      eventually {
        (try? String(contentsOfFile: started.output + ".err", encoding: .utf8))?.contains("waiting") ?? false
      })
    let folder = "r/\(BadInput.id).partial/"
    try sandbox.write(
      "{\"end\":\"2026-01-01T00:01:00Z\",\"host\":\"node7\",\"outcome\":\"failed\",\"pid\":4711,\"reason\":\"why\","
        + "\"start\":\"2026-01-01T00:00:00Z\"}\n", to: folder + "attempts.jsonl")
    try sandbox.write("why", to: folder + "failure.txt")
    try FileManager.default.removeItem(at: sandbox.url(name))
    let ended = try started.wait()
    #expect(
      ended.status == 1 && ended.stderr.contains("] failed elsewhere \(BadInput.id) tiny: why\n"), "\(ended.stderr)")
    #expect(ended.stderr.contains("tiny: 0 complete, 1 failed in") && sandbox.results("r").isEmpty)
    let again = try sandbox.run(["run", "spec.yaml", "--out", "r"])
    #expect(again.status == 0, "a failure of an earlier session is tried again")
    #expect(try sandbox.attempts("r") == [["failed: why", "complete"]])
  }

  @Test("an orphan that wakes after its cell was taken over writes nothing")
  func orphan() throws {
    try sandbox.write(TinySweep.slow, to: "spec.yaml")
    // Absolute, so that this sandbox's worker is known by it; long enough to be caught.
    let folder = sandbox.path + "/r"
    let run = [
      "run", "spec.yaml", "--out", folder, "--set", "codec.name=identity", "--set", "seed=1", "--set",
      "federation.rounds=100",
    ]
    let started = try sandbox.start(run)
    var workers: [pid_t] = []
    let claims = { (try? FileManager.default.subpathsOfDirectory(atPath: sandbox.path + "/r")) ?? [] }
    let isClaimed = eventually {
      workers = processes(naming: "worker\0" + folder)
      return workers.count == 1 && claims().contains { $0.hasSuffix("claim-1") }
    }
    try #require(isClaimed)
    workers.forEach { kill($0, SIGSTOP) }
    let claim = try #require(claims().first { $0.hasSuffix("claim-1") })
    // What another machine does when it takes over.
    try sandbox.write(
      "{\"boot\":\"another\",\"host\":\"node7\",\"lease_s\":60,\"locked\":true,\"pid\":4711,"
        + "\"started\":\"2026-01-01T00:00:00Z\"}\n", to: "r/" + claim.replacing("claim-1", with: "claim-2"))
    workers.forEach { kill($0, SIGCONT) }
    #expect(
      eventually {
        (try? String(contentsOfFile: started.output + ".err", encoding: .utf8))?.contains("waiting") ?? false
      })
    #expect(sandbox.results("r").isEmpty, "the orphan gave its cell up")
    try sandbox.age("r/" + claim.replacing("claim-1", with: "claim-2"), by: 61)
    #expect(try started.wait().status == 0 && sandbox.results("r").count == 1)
  }
}
