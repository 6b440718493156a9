import Foundation
import Testing

@Suite("Reports from the command line")
struct ReportCommandTests {
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write(TinySweep.four, to: "spec.yaml")
    try sandbox.run(["run", "spec.yaml", "--quiet"])
  }

  private func page(_ name: String) throws -> String { String(decoding: try sandbox.bytes(name), as: UTF8.self) }

  @Test("the report of a folder and of its spec is the same page, beside the results or where it is asked for")
  func report() throws {
    let folder = try sandbox.run(["report", "results/tiny"])
    #expect(folder.status == 0 && folder.stdout == "" && folder.stderr == "wrote results/tiny/report.html\n")
    #expect(try sandbox.run(["report", "spec.yaml", "--out", "page.html"]).status == 0)
    #expect(try sandbox.bytes("page.html") == sandbox.bytes("results/tiny/report.html"))
    let html = try page("page.html")
    #expect(html.contains("<h1>tiny</h1>") && html.contains("4 runs: 4 done"))
    #expect(html.contains("Figure 4. How the data is divided") && html.contains("<dt>Featherweight</dt>"))
    #expect(html.contains("<dt>onednn</dt>") && html.contains("<dt>processor</dt>"))
    #expect(try sandbox.run(["status", "results/tiny"]).stdout.contains("4 cells: 4 done\n"))
  }

  @Test("--where leaves out runs, and says so")
  func filtered() throws {
    #expect(
      try sandbox.run(["report", "results/tiny", "--where", "codec.name=identity", "--out", "page.html"]).status == 0)
    #expect(try page("page.html").contains("Only runs with codec.name=identity: 2 of 4."))
    let unknown = try sandbox.run(["report", "results/tiny", "--where", "codec.nam=identity"])
    #expect(unknown.status == 1 && unknown.stderr.contains("did you mean 'codec.name'?"))
    #expect(!sandbox.exists("results/tiny/report.html"))
  }

  @Test("a damaged result is among the failures, with the reason")
  func damaged() throws {
    let file = try #require(sandbox.results("results/tiny").first)
    // The index is older than the file now, so that the file is read.
    try sandbox.edit("results/tiny/\(file)") { $0.removeLast(100) }
    let damaged = try sandbox.run(["report", "results/tiny", "--out", "page.html"])
    #expect(damaged.status == 0 && damaged.stderr.contains("warning: results/tiny/\(file): cut short"))
    let html = try page("page.html")
    #expect(html.contains("4 runs: ") && html.contains("1 damaged"))
    #expect(html.contains("Of 4 runs, 1 came to no usable result."))
  }

  @Test("a folder without a sweep, and one without a result, are refused")
  func refused() throws {
    let absent = try sandbox.run(["report", "results/none"])
    #expect(absent.status == 1 && absent.stderr.contains("no sweep was started here"))
    #expect(try sandbox.run(["report", "results/tiny", "--out", ""]).status == 64)
    for file in sandbox.results("results/tiny") {
      try FileManager.default.removeItem(at: sandbox.url("results/tiny/\(file)"))
    }
    let empty = try sandbox.run(["report", "results/tiny"])
    #expect(empty.status == 1 && empty.stderr.contains("no run of 'tiny' is finished, and none failed"))
  }
}
