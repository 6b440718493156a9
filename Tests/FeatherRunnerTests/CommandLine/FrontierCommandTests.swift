import FeatherExperiments
import Foundation
import Testing

@testable import FeatherResults

@Suite("Accuracy against bytes from the command line")
struct FrontierCommandTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write(TinySweep.four, to: "spec.yaml")
    try sandbox.run(["run", "spec.yaml", "--quiet"])
  }

  @Test("the frontier of a folder and of its spec is the same; tables are printed and written with the figures")
  func frontier() throws {
    let spec = try sandbox.run(["frontier", "spec.yaml"])
    #expect(spec.status == 0 && spec.stdout.hasPrefix("| codec       |"))
    #expect(spec.stderr.contains("start with results/tiny/frontier/frontier.md\n"))
    for name in ["frontier.md", "frontier.tex", "frontier.csv", "frontier-life.dat", "frontier-uplink.gp"] {
      #expect(sandbox.exists("results/tiny/frontier/\(name)"))
    }
    let folder = try sandbox.run(["frontier", "results/tiny", "--out", "drawn/here", "--metric", "best"])
    #expect(folder.status == 0 && folder.stdout.contains("| best accuracy |"))
    #expect(sandbox.snapshot("drawn/here").count == sandbox.snapshot("results/tiny/frontier").count)
    #expect(try sandbox.run(["status", "results/tiny"]).stdout.contains("4 cells: 4 done\n"))
  }

  @Test("an index of an earlier version, without bytes by purpose, is passed by and left as it is")
  func oldIndex() throws {
    let now = try sandbox.run(["frontier", "results/tiny"])
    let runs = try sandbox.results("results/tiny").map { file in
      var run = try RunFile.open(sandbox.path + "/results/tiny/" + file).summary
      run.scalars.removeAll { $0.name.hasPrefix("bytes_") && $0.name != "bytes_up" && $0.name != "bytes_down" }
      return run
    }
    try sandbox.write(try HDF5Writer.encode(SweepIndex.tree(runs)), to: "results/tiny/sweep.h5")
    let index = try sandbox.bytes("results/tiny/sweep.h5")
    #expect(
      SweepIndex.known(in: sandbox.path + "/results/tiny").values.allSatisfy { $0.scalar("bytes_update_up") == nil })
    #expect(try sandbox.run(["frontier", "results/tiny"]).stdout == now.stdout)
    #expect(now.stdout.contains("1.00x"))
    #expect(try sandbox.bytes("results/tiny/sweep.h5") == index)
  }

  @Test("an unknown metric and a folder without a sweep are refused")
  func refused() throws {
    #expect(try sandbox.run(["frontier", "results/tiny", "--metric", "loss"]).status == 64)
    #expect(try sandbox.run(["frontier", "results/tiny", "--out", ""]).status == 64)
    let absent = try sandbox.run(["frontier", "results/none"])
    #expect(absent.status == 1 && absent.stderr.contains("no sweep was started here"))
    let grey = try sandbox.run(["frontier", "results/tiny", "--metric", "grey"])
    #expect(grey.status == 1 && grey.stderr.contains("no complete run has the accuracy 'grey'") && grey.stdout == "")
  }
}
