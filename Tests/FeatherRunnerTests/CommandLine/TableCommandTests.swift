import FeatherExperiments
import Foundation
import Testing

@testable import FeatherResults

@Suite("Tables and lists from the command line")
struct TableCommandTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write(TinySweep.four, to: "spec.yaml")
    try sandbox.run(["run", "spec.yaml", "--quiet"])
  }

  /// The rows of a Markdown table.
  private func rows(_ arguments: [String]) throws -> [Substring] {
    try sandbox.run(arguments).stdout.split(separator: "\n").filter { $0.hasPrefix("| ") }
  }

  @Test("a table without options is the usual one, of a folder as of its spec; with --out it goes into a file")
  func usual() throws {
    let table = try sandbox.run(["table", "results/tiny"])
    #expect(table.status == 0 && table.stdout.contains("| life-time | total |") && !table.stdout.contains("**"))
    #expect(try sandbox.run(["table", "spec.yaml"]).stdout == table.stdout)
    let written = try sandbox.run(["table", "spec.yaml", "--out", "table.md"])
    #expect(written.status == 0 && written.stdout == "")
    #expect(try sandbox.bytes("table.md") == Array(table.stdout.utf8))
    let some = try sandbox.run(["table", "spec.yaml", "--where", "codec.name=identity"])
    #expect(some.stdout.contains("Only runs with codec.name=identity: 2 of 4.\n"))
  }

  @Test("metrics, keys and formats are as they are asked for")
  func asked() throws {
    let metrics = try rows(["table", "spec.yaml", "--metric", "test_loss@0, upload_ratio", "--metric", "latent_size"])
    #expect(metrics[0] == "| codec       |   n | test loss (round 0) | upload ratio | latent size |", "\(metrics)")
    #expect(metrics.count == 4)
    let pivot = try rows(["table", "spec.yaml", "--pivot", "codec.name", "--group-by", "seed", "--no-best"])
    #expect(pivot[0] == "| seed | identity | autoencoder |" && pivot.count == 4, "\(pivot)")
    let long = try sandbox.run(["table", "spec.yaml", "--layout", "long", "--spread", "ci95", "--format", "csv"])
    #expect(long.stdout.split(separator: "\n").count == 7 && long.stdout.contains(",ci95\n"))
    let latex = try sandbox.run(["table", "spec.yaml", "--metric", "test_accuracy", "--format", "latex"])
    #expect(latex.stdout.hasPrefix("% needs \\usepackage{booktabs}\n\\begin{table}\n"))
  }

  @Test("what a run lacks is in the table, never left out in silence")
  func gaps() throws {
    let names = sandbox.results("results/tiny")
    try FileManager.default.removeItem(at: sandbox.url("results/tiny/\(names[0])"))
    try sandbox.edit("results/tiny/\(names[1])") { $0.removeLast(10) }
    let table = try sandbox.run(["table", "spec.yaml", "--metric", "test_accuracy"])
    #expect(table.status == 0)
    #expect(
      table.stdout.contains("Marked *: 2 of 4 runs missing (") && table.stdout.contains("run with: featherweight run"))
    #expect(
      table.stderr.hasPrefix("warning: results/tiny/\(names[1]): cut short") && table.stderr.components("warning") == 1)
    let list = try sandbox.run(["ls", "spec.yaml", "--where", "state!=done"])
    #expect(list.stdout.contains("  damaged  ") && list.stdout.split(separator: "\n").count == 3)
  }

  @Test("an index or a file of another version gives one warning; runs of the former are read, the latter is missing")
  func otherVersions() throws {
    let before = try sandbox.run(["table", "spec.yaml"]).stdout
    let folder = sandbox.path + "/results/tiny"
    func rewrite(_ name: String) throws {
      var tree = try HDF5Reader.decode(AtomicFile.read("\(folder)/\(name)"))
      for group in tree.groups.indices where tree.groups[group].path == "/" {
        let changed = ["format_version", ResultDigest.contentAttribute]
        let rest = tree.groups[group].attributes.filter { !changed.contains($0.name) }
        tree.groups[group] = ResultGroup("/", rest + [ResultAttribute("format_version", .integer(99))])
      }
      try sandbox.write(try HDF5Writer.encode(tree), to: "results/tiny/\(name)")
    }
    try rewrite("sweep.h5")
    let index = try sandbox.run(["table", "spec.yaml"])
    #expect(index.stdout == before)
    #expect(
      index.stderr
        == "warning: results/tiny/sweep.h5: its format version is 99, but this program reads version 1; read it with the "
        + "program version that wrote it; the result files are read in its place\n")
    try FileManager.default.removeItem(at: sandbox.url("results/tiny/sweep.h5"))
    let name = try #require(sandbox.results("results/tiny").first)
    try rewrite(name)
    let file = try sandbox.run(["table", "spec.yaml"])
    #expect(
      file.stderr.hasPrefix("warning: results/tiny/\(name): its format version is 99")
        && file.stderr.components("warning") == 1)
    #expect(file.stdout.contains("Marked *: 1 of 4 runs missing (\(name.prefix(12)))"))
  }

  @Test("runs are listed with their metrics, also in a folder that is all pending")
  func list() throws {
    let list = try sandbox.run(["ls", "results/tiny"])
    let lines = list.stdout.split(separator: "\n")
    #expect(list.status == 0 && lines.count == 5)
    #expect(
      lines[0].hasPrefix(
        "id            codec        seed  state  test_accuracy  upload_ratio  lifetime_ratio  bytes_up"))
    let csv = try sandbox.run(["ls", "spec.yaml", "--metric", "test_loss", "--where", "seed=2", "--format", "csv"])
    #expect(
      csv.stdout.hasPrefix("id,codec.name,seed,state,test_loss,note\n") && csv.stdout.split(separator: "\n").count == 3)
    for name in sandbox.results("results/tiny") {
      try FileManager.default.removeItem(at: sandbox.url("results/tiny/\(name)"))
    }
    let pending = try sandbox.run(["ls", "results/tiny"])
    #expect(pending.status == 0 && pending.stdout.components("pending") == 4)
  }

  @Test(
    "what cannot be made is one clear error and nothing else",
    arguments: [
      (
        ["table", "spec.yaml", "--metric", "test_acuracy"], 1,
        "error: no run has the metric 'test_acuracy'; did you mean"
      ),
      (
        ["table", "spec.yaml", "--group-by", "codec.nam"], 1,
        "error: --group-by codec.nam: no configuration has that key"
      ),
      (["table", "spec.yaml", "--pivot", "model.name"], 1, "error: --pivot model.name: that key does not vary"),
      (["table", "spec.yaml", "--where", "seed=9"], 1, "error: results/tiny: none of 4 runs is one of seed=9"),
      (["table", "nowhere", "--metric", "test_loss"], 1, "error: nowhere: no sweep was started here"),
      (["ls", "nowhere"], 1, "error: nowhere: no sweep was started here"),
      (["ls", "spec.yaml", "--metric", "x@y"], 1, "error: no run has the metric 'x'"),
      (["table", "spec.yaml", "--spread", "se"], 64, "Error: The value 'se' is invalid for '--spread <spread>'"),
      (["table", "spec.yaml", "--out", ""], 64, "Error: --out must name a file but is empty"),
      (["table", "spec.yaml", "--out", "no/where.md"], 1, "error: cannot create a file in no: No such file"),
    ] as [([String], Int32, String)])
  func refused(arguments: [String], status: Int32, message: String) throws {
    let ended = try sandbox.run(arguments)
    #expect(ended.status == status && ended.stderr.hasPrefix(message) && ended.stdout == "", "\(ended)")
  }
}

extension String {
  /// How often a text is in it.
  fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
