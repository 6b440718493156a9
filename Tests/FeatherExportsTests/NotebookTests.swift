import FeatherExperiments
import FeatherReports
import Foundation
import Testing

@testable import FeatherExports

@Suite("Notebooks") struct NotebookTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func results(_ plan: Plan) -> SweepResults {
    SweepResults(
      plan: plan, folder: "results/\(plan.name)",
      runs: plan.cells.map { .init(cell: $0, summary: nil, state: "pending") })
  }

  private static func notebook(_ body: String, where conditions: [String] = []) throws -> Notebook {
    let plan = try SweepSpec.load(text: "featherweight: 1\nname: tiny\n\(body)\n", file: "tiny.yaml").plan()
    let results = results(plan)
    let chosen = try results.matching(RunFilter(conditions, of: results))
    return SweepNotebook(chosen, path: "../results/tiny").notebook
  }

  private static func text(_ id: String, in notebook: Notebook) throws -> String {
    try #require(notebook.cells.first { $0.id == id }).text
  }

  @Test("notebooks-export/quickstart.ipynb is what the spec of the quickstart gives")
  func committed() throws {
    let plan = try SweepSpec.load(path: Self.root.appending(path: "experiments/quickstart.yaml").path).plan()
    let expected = SweepNotebook(Self.results(plan), path: "../results/quickstart").notebook.json
    let committed = try String(
      contentsOf: Self.root.appending(path: "notebooks-export/quickstart.ipynb"), encoding: .utf8)
    #expect(
      committed == expected,
      "write it anew: featherweight export experiments/quickstart.yaml --to notebook --out notebooks-export")
  }

  @Test("a notebook is JSON of nbformat 4.5, whose cells have names of their own and have not been run")
  func format() throws {
    let awkward = #"about: "A \"quoted\" | barred \\ about, ½ ✓.""#
    let notebook = try Self.notebook("\(awkward)\nsweep: {grid: {seed: [1, 2]}}")
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(notebook.json.utf8)) as? [String: Any])
    #expect(json["nbformat"] as? Int == 4 && json["nbformat_minor"] as? Int == 5)
    let cells = try #require(json["cells"] as? [[String: Any]])
    #expect(cells.count == notebook.cells.count && Set(notebook.cells.map(\.id)).count == cells.count)
    for (cell, expected) in zip(cells, notebook.cells) {
      #expect(cell["id"] as? String == expected.id && expected.id.contains(/^[a-z-]{1,64}$/))
      #expect((cell["source"] as? [String])?.joined() == expected.text)
      #expect((cell["outputs"] as? [Any])?.isEmpty == (expected.kind == .code ? true : nil))
      #expect((cell["execution_count"] is NSNull) == (expected.kind == .code))
    }
    #expect(try Self.text("about", in: notebook).contains(#"A "quoted" | barred \ about, ½ ✓."#))
  }

  @Test(
    "a section is there where the sweep has its data, and nowhere else",
    arguments: [
      ("", ["convergence", "partition"]),
      ("base: {codec: {name: topk}}", ["convergence", "ratio", "error", "partition"]),
      ("base: {codec: [{name: identity}, {name: quantise, bits: 8}]}", ["convergence", "ratio", "error", "partition"]),
      ("base: {codec: {name: pca}}", ["convergence", "ratio", "error", "latents", "partition"]),
      ("base: {codec: {name: pca}, store: {latents: none}}", ["convergence", "ratio", "error", "partition"]),
      ("base: {codec: {name: pca}, federation: {rounds: 1}}", ["convergence", "ratio", "error", "partition"]),
    ])
  func sections(body: String, expected: [String]) throws {
    let figures = ["convergence", "ratio", "error", "latents", "partition"]
    let ids = try Self.notebook(body).cells.map(\.id)
    #expect(ids.filter(figures.contains) == expected)
    #expect(expected.allSatisfy { ids.contains("about-\($0)") })
  }

  @Test("codecs are lines and other keys panels; of a single codec, the other keys are lines; seeds are neither")
  func labels() throws {
    let clients = "partition.clients: [2, 5]"
    let codecs = "codec: [{name: stc}, {name: pca, latent: 8}, {name: pca}]"
    let both = try Self.text("table", in: Self.notebook("sweep: {grid: {\(clients), \(codecs), seed: [1, 2]}}"))
    #expect(both.contains(#"runs["panel"] = runs.apply(label, axis=1, words={"partition.clients": "{:g} clients"})"#))
    #expect(both.contains(#"runs["line"] = runs.apply(label, axis=1, words={"codec.name": "{}", "codec.latent": "#))
    #expect(both.contains(#""codec.latent": "latent {:g}"})"#))
    let one = try Self.text("table", in: Self.notebook("sweep: {grid: {\(clients), seed: [1, 2]}}"))
    #expect(one.contains(#"runs["panel"] = "tiny""#) && one.contains(#"runs["line"] = runs.apply"#))
    let none = try Self.text("table", in: Self.notebook("sweep: {grid: {seed: [1, 2]}}"))
    #expect(none.contains(#"runs["line"] = runs["codec.name"]"#))
  }

  @Test("what follows from other keys goes unsaid: the input of each codec, the samples of each data set")
  func needed() throws {
    let notebook = try Self.notebook(
      "sweep: {grid: {dataset: [{name: mnist}, {name: cifar10}], codec: [{name: stc}, {name: pca}, {name: pca, latent: 8}]}}"
    )
    #expect(try Self.text("about", in: notebook).contains("codec.input"))
    let table = try Self.text("table", in: notebook)
    #expect(!table.contains("codec.input") && !table.contains("dataset.train"))
    #expect(table.contains("codec.latent") && table.contains("dataset.name"))
  }

  @Test("a filter's runs are named, and a key that they agree in is no longer one that varies")
  func filter() throws {
    let body = "sweep: {grid: {codec: [{name: identity}, {name: stc}], seed: [1, 2]}}"
    let notebook = try Self.notebook(body, where: ["codec.name=stc"])
    let plan = try SweepSpec.load(text: "featherweight: 1\nname: tiny\n\(body)\n", file: "tiny.yaml").plan()
    let load = try Self.text("load", in: notebook)
    #expect(plan.cells.map { load.contains($0.id.hex) } == [false, false, true, true])
    #expect(try !Self.text("about", in: notebook).contains("codec.name"))
    #expect(try !Self.text("load", in: Self.notebook(body)).contains("chosen"))
  }

  @Test(
    "the notebook finds the results from its own folder",
    arguments: [
      ("results/a", "results/a/exports/notebook", "../.."), ("results/a", "notebooks", "../results/a"),
      ("./results/a/", "results/../out", "../results/a"), ("/data/a", "/data/a", "."), ("/data/a", "n", "../../data/a"),
      ("a", "/work/n", "../a"),
    ])
  func relativePath(path: String, folder: String, expected: String) {
    #expect(RelativePath.of(path, from: folder, workingDirectory: "/work") == expected)
  }

  @Test("one run's file is refused, for it has no index")
  func singleFile() throws {
    let plan = try SweepSpec.load(text: "featherweight: 1\nname: tiny\n", file: "tiny.yaml").plan()
    let error = #expect(throws: ExportError.self) { try NotebookExport(SweepExport(Self.results(plan), file: "x.h5")) }
    #expect(error?.description.contains("x.h5: a notebook draws a sweep") == true)
  }
}
