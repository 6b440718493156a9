import Testing

@Suite("Exports from the command line")
struct ExportCommandTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write(TinySweep.four, to: "spec.yaml")
    try sandbox.run(["run", "spec.yaml", "--quiet"])
  }

  @Test("a spec, its folder and one run's file are exported; the paths are printed")
  func sources() throws {
    let spec = try sandbox.run(["export", "spec.yaml", "--to", "csv"])
    #expect(spec.status == 0 && spec.stderr == "wrote 6 files of 4 runs to results/tiny/exports/csv\n")
    #expect(spec.stdout.hasPrefix("results/tiny/exports/csv/runs.csv\n"))
    let folder = try sandbox.run(["export", "results/tiny", "--to", "csv", "--out", "other/place"])
    #expect(folder.status == 0)
    #expect(sandbox.snapshot("other/place") == sandbox.snapshot("results/tiny/exports/csv"))
    let file = sandbox.results("results/tiny")[0]
    let one = try sandbox.run(["export", "results/tiny/\(file)", "--to", "npz", "--out", "one"])
    #expect(one.status == 0 && one.stdout == "one/\(file.replacing(".h5", with: ".npz"))\n")
  }

  @Test("conditions choose the runs; one that no run fulfils is an error")
  func conditions() throws {
    let some = try sandbox.run([
      "export", "results/tiny", "--to", "npz", "--where", "seed=1", "--where", "codec.latent=4",
    ])
    #expect(some.status == 0 && some.stderr == "wrote 1 file of 1 run to results/tiny/exports/npz\n")
    let none = try sandbox.run(["export", "results/tiny", "--to", "npz", "--where", "id=fff", "--out", "none"])
    #expect(none.status == 1 && none.stderr.contains("none of 4 runs") && !sandbox.exists("none"))
  }

  @Test("a damaged run is named and the others are exported, with exit status 1; a missing one is a warning")
  func damaged() throws {
    let files = sandbox.results("results/tiny")
    try sandbox.edit("results/tiny/\(files[0])") { $0[$0.count / 2] ^= 255 }
    let damaged = try sandbox.run(["export", "results/tiny", "--to", "jsonl"])
    #expect(damaged.status == 1 && damaged.stderr.contains(files[0]) && damaged.stderr.contains("of 3 runs"))
    let status = try sandbox.run(["export", "results/tiny", "--to", "jsonl", "--where", "state=done"]).status
    #expect(status == 0)
  }

  @Test("a format that is none, and a checkpoint that is none, are wrong usage")
  func usage() throws {
    #expect(try sandbox.run(["export", "results/tiny", "--to", "xlsx"]).status == 64)
    #expect(try sandbox.run(["export", "results/tiny", "--to", "npz", "--checkpoint", "first"]).status == 64)
    #expect(try sandbox.run(["export", "results/tiny"]).status == 64)
  }
}
