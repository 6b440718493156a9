import Foundation
import Testing

@Suite("A sweep from the command line")
struct SweepLifeTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write(TinySweep.four, to: "spec.yaml")
  }

  private func count(_ word: String, in text: String) -> Int { text.components(separatedBy: word).count - 1 }

  @Test("plan, run, status and table agree about what is done, and a second run changes nothing")
  func mainPath() throws {
    let plan = try sandbox.run(["plan", "spec.yaml"])
    #expect(plan.status == 0 && plan.stdout.contains("4 cells: 4 pending\n") && plan.stderr == "")
    #expect(!sandbox.exists("results"), "plan writes nothing")
    let rehearsal = try sandbox.run(["run", "spec.yaml", "--dry-run"])
    #expect(rehearsal.status == 0 && rehearsal.stdout == plan.stdout && !sandbox.exists("results"))

    let run = try sandbox.run(["run", "spec.yaml", "--jobs", "2"])
    #expect(run.status == 0 && run.stdout == "" && run.stderr.contains("tiny: 4 complete in"))
    #expect(sandbox.results("results/tiny").count == 4 && sandbox.exists("results/tiny/sweep.h5"))
    #expect(try sandbox.run(["plan", "spec.yaml"]).stdout.contains("4 cells: 4 done\n"))
    let status = try sandbox.run(["status", "results/tiny"])
    #expect(status.status == 0 && status.stdout.contains("4 cells: 4 done\n"))

    let (before, times) = (sandbox.snapshot("results"), sandbox.times("results"))
    let again = try sandbox.run(["run", "spec.yaml", "--jobs", "2", "--quiet"])
    #expect(again.status == 0 && again.stdout == "" && again.stderr == "", "--quiet says nothing")
    #expect(sandbox.snapshot("results") == before && sandbox.times("results") == times)
    let names = Set(before.keys.map(sandbox.generic))
    #expect(names == Set(["ID.h5", "ID.json", "ID.log", "plan.json", "sweep.h5"].map { "tiny/" + $0 }))
  }

  @Test("the table of a folder and of its spec is the same, in each of three formats")
  func tables() throws {
    try sandbox.run(["run", "spec.yaml"])
    for (format, start) in [("markdown", "| codec "), ("latex", "\\begin{tabular}"), ("csv", "codec")] {
      let folder = try sandbox.run(["table", "results/tiny", "--format", format])
      let spec = try sandbox.run(["table", "spec.yaml", "--format", format])
      #expect(folder.status == 0 && folder.stderr == "" && folder.stdout == spec.stdout)
      #expect(folder.stdout.contains(start), "\(format)")
    }
  }

  @Test("one job and two give the same bytes")
  func jobs() throws {
    #expect(try sandbox.run(["run", "spec.yaml", "--out", "one", "--jobs", "1"]).status == 0)
    #expect(try sandbox.run(["run", "spec.yaml", "--out", "two", "--jobs", "2"]).status == 0)
    #expect(sandbox.sealed("one").count == 5 && sandbox.sealed("one") == sandbox.sealed("two"))
    let all = sandbox.sealed("one").keys.sorted().map { "one/" + $0 }
    #expect(try sandbox.run(["verify"] + all).status == 0, "the index is a sound file too")
  }

  @Test("a run file serves as partition file: clients have the same samples, and so the same weights")
  func partitionOfARun() throws {
    try sandbox.run(["run", "spec.yaml", "--out", "drawn", "--set", "codec.name=identity", "--set", "seed=1"])
    let drawn = "drawn/" + (try #require(sandbox.results("drawn").first))
    let read = try sandbox.run([
      "run", "spec.yaml", "--out", "read", "--set", "codec.name=identity", "--set", "seed=1", "--set",
      "partition.scheme=from-file", "--set", "partition.file=\(drawn)",
    ])
    #expect(read.status == 0, "\(read.stderr)")
    let files = [drawn, "read/" + (try #require(sandbox.results("read").first))]
    let weights = try files.map { try digest(of: "/weights/global", in: $0) }
    #expect(weights[0] == weights[1])
    let bad = try sandbox.run([
      "run", "spec.yaml", "--out", "bad", "--set", "codec.name=identity", "--set", "seed=1", "--set",
      "partition.scheme=from-file", "--set", "partition.file=\(drawn)", "--set", "dataset.train=30",
    ])
    #expect(bad.status == 2 && bad.stderr.contains(", client 0, entry "), "\(bad.stderr)")
    #expect(bad.stderr.contains("is out of range; the 30 training samples are 0...29"))
  }

  /// The digest that a file's seal gives for an array's values.
  private func digest(of array: String, in file: String) throws -> Substring {
    let text = String(decoding: try sandbox.bytes(file), as: UTF8.self)
    let line = try #require(text.split(separator: "\n").last { $0.hasSuffix(" " + array) })
    return try #require(line.split(separator: " ").dropLast().last)
  }

  @Test("a run that diverges is a result: recorded with its round, exit status 0, and the others go on")
  func diverging() throws {
    let command = [
      "run", "spec.yaml", "--set", "training.learningRate=0.05,1000", "--set", "codec.name=identity", "--quiet",
      "--set", "federation.rounds=4", "--set", "training.localEpochs=8", "--set", "model.activation=linear",
    ]
    let run = try sandbox.run(command)
    #expect(run.status == 0)
    #expect(run.stderr.split(separator: "\n").allSatisfy { $0.contains("diverged") && $0.contains(": round 0: ") })
    let status = try sandbox.run(["status", "results/tiny"]).stdout
    #expect(status.contains("4 cells: 2 done, 2 diverged\n"))
    #expect(count("diverged", in: status) == 3 && status.contains("  round 0: "))
    for file in sandbox.results("results/tiny") {
      #expect(try sandbox.run(["verify", "results/tiny/" + file]).status == 0)
    }
    let (sealed, times) = (sandbox.sealed("results/tiny"), sandbox.times("results/tiny"))
    #expect(try sandbox.run(command + ["--only", "diverged"]).status == 0)
    let again = sandbox.times("results/tiny")
    #expect(sandbox.results("results/tiny").count { times[$0] != again[$0] } == 2, "the diverged are computed again")
    #expect(sandbox.sealed("results/tiny") == sealed)
    #expect(try sandbox.run(["run", "spec.yaml", "--only", "failed", "--refreeze"]).status == 0)
  }

  @Test("an edited spec is refused, plan names the key, and --refreeze accepts it and keeps what is done")
  func refreezing() throws {
    try sandbox.run(["run", "spec.yaml"])
    let first = sandbox.snapshot("results")
    try sandbox.write(TinySweep.four.replacing("seed: [1, 2]", with: "seed: [1, 3]"), to: "spec.yaml")
    let refused = try sandbox.run(["run", "spec.yaml"])
    #expect(refused.status == 2 && refused.stderr.contains("  seed: frozen 1, 2, now 1, 3\n"))
    #expect(sandbox.snapshot("results") == first)
    let plan = try sandbox.run(["plan", "spec.yaml"])
    #expect(plan.status == 0 && plan.stdout.contains("2 done, 2 pending") == true)
    #expect(plan.stdout.contains("  seed: frozen 1, 2, now 1, 3\n"))
    let accepted = try sandbox.run(["run", "spec.yaml", "--refreeze"])
    #expect(accepted.status == 0 && accepted.stderr.contains("2 complete"))
    #expect(sandbox.results("results/tiny").count == 6)
    #expect(
      first.filter { $0.key.contains(/[0-9a-f]{12}/) }.allSatisfy { sandbox.snapshot("results")[$0.key] == $0.value })
  }

  @Test("--log-format json writes one JSON object a line, warnings included")
  func jsonLines() throws {
    let run = try sandbox.run(["run", "spec.yaml", "--log-format", "json", "--set", "training.batch=64"])
    #expect(run.status == 0)
    let events = try run.stderr.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object?["event"] as? String, "\(line)")
    }
    #expect(events.first == "warning" && events.last == "finished")
    #expect(events.filter { $0 == "cell_finished" }.count == 4)
  }

  @Test("a batch larger than a client's data is a warning that says what happens, and the run succeeds")
  func largeBatch() throws {
    let run = try sandbox.run(["run", "spec.yaml", "--set", "training.batch=64"])
    let warning =
      "warning: training.batch 64 is larger than the 20 samples of a client: each epoch is then one step over all of them\n"
    #expect(run.status == 0 && run.stderr.hasPrefix(warning))
    #expect(try sandbox.run(["plan", "spec.yaml", "--set", "training.batch=64"]).stdout.contains(warning))
  }

  @Test("--only runs what failed or what is pending, and --fail-fast stops after the first failure")
  func onlyFailed() throws {
    let spec = TinySweep.spec(
      TinySweep.base.replacing("synthetic-digits, train: 40, test: 20", with: "mnist, train: 20, test: 10")
        + "sweep: {grid: {seed: [1, 2, 3]}}\n")
    try sandbox.write(spec, to: "spec.yaml")
    try IDXFiles(label: { $0 == 7 ? 10 : 1 }).write(into: sandbox)
    let run = ["run", "spec.yaml", "--data", "data"]
    let first = try sandbox.run(run + ["--fail-fast"])
    #expect(first.status == 2 && first.stderr.contains("tiny: 0 complete, 1 failed, 2 not run"))
    #expect(try sandbox.run(["status", "results/tiny"]).stdout.contains("3 cells: 1 failed, 2 pending\n"))
    try IDXFiles().write(into: sandbox)
    let second = try sandbox.run(run + ["--only", "pending"])
    #expect(second.status == 0 && second.stderr.contains("tiny: 2 complete, 1 not run"))
    #expect(try sandbox.run(["status", "results/tiny"]).stdout.contains("3 cells: 1 failed, 2 done\n"))
    #expect(try sandbox.run(run + ["--only", "failed"]).stderr.contains("tiny: 1 complete"))
    #expect(try sandbox.run(["status", "results/tiny"]).stdout.contains("3 cells: 3 done\n"))
    try FileManager.default.removeItem(at: sandbox.url("data"))
    #expect(try sandbox.run(run).status == 0, "data are not missed where nothing needs them")
  }
}
