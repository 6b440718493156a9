import FeatherExperiments
import FeatherResults
import Testing

@testable import FeatherReports

@Suite("Pages of sweeps")
struct PageTests {
  private func html(_ results: SweepResults) throws -> String { try PageFixture.page(results).html }

  @Test("a page has what was asked, the table, figures, failures, provenance and every run, in this order")
  func order() throws {
    let html = try html(PageFixture.results())
    let parts = [
      "<!DOCTYPE html>", "<h1>tiny_sweep</h1>", "Costs &amp; savings at 100 % participation.",
      "9 runs: 6 done, 1 pending, 2 diverged", "40 rounds", "2 clients", "Settings that all runs share",
      "<summary>The spec</summary>",
      "<h2>Results</h2>", "0.950 ± 0.010", "2/3*", "1/3†", "Marked *: 1 of 9 runs missing", "<h2>Figures</h2>",
      "Figure 1. Convergence", "Figure 2. Accuracy against bytes", "Figure 3. Reconstruction error",
      "Figure 4. What crossed", "<h2>Failures</h2>", "loss is NaN", "<h2>Provenance</h2>", "<h2>Every run</h2>",
      "<tbody><tr><td class=\"t\">", "</html>",
    ]
    var rest = html[...]
    for part in parts {
      let range = try #require(rest.firstRange(of: part), "'\(part)' is not there, or too early")
      rest = rest[range.upperBound...]
    }
  }

  @Test("the same results give the same page")
  func deterministic() throws {
    #expect(try html(PageFixture.results()) == html(PageFixture.results()))
  }

  @Test("a row per run has its state, keys and numbers, and what to sort by")
  func rows() throws {
    let results = try PageFixture.results()
    let html = try html(results)
    let table = try #require(PageFixture.between("<table id=\"runs\">", "</table>", in: html)).description
    #expect(PageFixture.count("<tr>", in: table) == 10)
    #expect(
      table.contains(
        "<tr><td class=\"t\">\(results.runs[3].cell.id)</td><td class=\"t\">done</td><td class=\"t\">autoencoder</td>"
          + "<td class=\"t\">true</td><td>1</td><td data-v=\"0.92\">0.9200</td><td data-v=\"0.99\">0.9900</td>"
          + "<td data-v=\"0.03\">0.0300</td><td data-v=\"497.1875\">497.2×</td>"))
    // Not a number, and no result at all.
    #expect(
      table.contains(
        "<td class=\"t\">pending</td><td class=\"t\">autoencoder</td><td class=\"t\">true</td><td>3</td><td>–</td>"))
  }

  @Test("nothing from a spec, a note or a sidecar becomes an element")
  func escaping() throws {
    let evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    let plan = try SyntheticSweep.plan(
      "name: t\nabout: '\(evil)'\nbase: {codec: {name: identity}}\nsweep: {grid: {seed: [1, 2]}} # \(evil)")
    let runs = plan.cells.map { SweepResults.Run(cell: $0, summary: nil, state: "failed", note: evil) }
    var facts = SweepPage.Facts()
    facts.provenance = [(name: evil, value: evil)]
    facts.log = evil
    facts.started = evil
    facts.finished = evil
    let results = SweepResults(plan: plan, folder: "f\(evil)", runs: runs)
    let html = try SweepPage(results, facts: [facts, facts]).html
    #expect(PageFixture.count("<script>", in: html) == 1 && !html.contains("<img"))
    #expect(PageFixture.count("&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(2)&gt;", in: html) >= 9)
  }

  @Test("the policy allows the page's own style and script and nothing else, and the page names no other address")
  func policy() throws {
    let html = try html(PageFixture.results())
    let policy = try #require(PageFixture.between("http-equiv=\"Content-Security-Policy\" content=\"", "\"", in: html))
    // The digests of both texts, as openssl dgst -sha256 -binary | base64 has them, have 43 letters and a sign.
    #expect(
      policy.wholeMatch(
        of:
          /default-src &#39;none&#39;; style-src &#39;sha256-[\w+\/]{43}=&#39;; script-src &#39;sha256-[\w+\/]{43}=&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;/
      ) != nil)
    for word in ["http:", "https:", "@import", "src=", "href", "style=", "onclick", "url("] {
      #expect(!html.contains(word), "\(word)")
    }
  }

  @Test("without a result but with failures the page says so and has no figures")
  func allFailed() throws {
    let plan = try SyntheticSweep.plan()
    let runs = plan.cells.map { SweepResults.Run(cell: $0, summary: nil, state: "failed", note: "out of memory") }
    let html = try html(SweepResults(plan: plan, folder: "f", runs: runs))
    #expect(html.contains("No run has a result: there is nothing to tabulate or draw."))
    #expect(html.contains("Of 9 runs, 9 came to no usable result. Logs are in f."))
    #expect(PageFixture.count("out of memory", in: html) == 9)
    #expect(!html.contains("<h2>Figures</h2>") && !html.contains("<figure"))
  }

  @Test("where every run diverged there is a table and no figure of curves")
  func allDiverged() throws {
    let plan = try SyntheticSweep.plan()
    let runs = try plan.cells.map { cell in
      let summary = try SyntheticSweep.summary(cell, accuracy: .nan, status: .diverged(round: 2, reason: "loss is NaN"))
      return SweepResults.Run(cell: cell, summary: summary, state: "diverged", note: "round 2: loss is NaN")
    }
    let html = try html(SweepResults(plan: plan, folder: "f", runs: runs))
    #expect(html.contains("0/3†") && html.contains("No run is complete: there are no curves to draw."))
    #expect(!html.contains("<figure"))
  }

  @Test("a sweep of which nothing ended is refused, with the way out")
  func nothing() throws {
    let plan = try SyntheticSweep.plan()
    let runs = plan.cells.map { SweepResults.Run(cell: $0, summary: nil, state: "pending") }
    #expect(
      throws: ReportError(
        "f: no run of 'tiny_sweep' is finished, and none failed; start them with: featherweight run SPEC --out f")
    ) { try PageFixture.page(SweepResults(plan: plan, folder: "f", runs: runs)) }
  }

  @Test("a metric that is not a number is a dash in tables and absent in figures")
  func notANumber() throws {
    let results = try PageFixture.complete(
      "name: t\nbase: {codec: {name: identity}}\nsweep: {grid: {training.momentum: [0.1, 0.2], seed: [1, 2]}}",
      accuracy: { $0 < 2 ? .nan : 0.9 })
    let html = try html(results)
    let figures = try #require(PageFixture.between("<h2>Figures</h2>", "<h2>", in: html)).description
    #expect(!figures.contains("NaN") && !figures.contains("nan"))
    // Nine of the ten rounds of the other runs are numbers.
    #expect(figures.contains("momentum 0.1") && figures.contains("momentum 0.2"))
    #expect(html.contains("<td>0.1</td><td>1</td><td>–</td>"))
  }

  @Test("files that cannot be read are named among the failures, and the next run of a division is drawn")
  func unreadable() throws {
    let results = try PageFixture.results()
    let bad = results.runs[0].cell.id
    let page = try PageFixture.page(results) { id throws(ReportError) in
      guard id != bad else { throw ReportError("f/\(bad).h5: cut short") }
      guard let histogram = LabelHistogram(clients: 2, classes: 2, counts: [1, 2, 3, 4]) else { throw ReportError("") }
      return histogram
    }
    #expect(page.html.contains("<li>\(bad): f/\(bad).h5: cut short</li>"))
    #expect(page.html.contains("Figure 4. How the data is divided"))
  }

  @Test("a page of some runs says which")
  func filtered() throws {
    let all = try PageFixture.results()
    let some = try all.matching(RunFilter(["seed=1"], of: all))
    let html = try html(some)
    #expect(html.contains("Only runs with seed=1: 3 of 9.") && html.contains("3 runs: 2 done, 1 diverged") == false)
    #expect(
      PageFixture.count("<tr>", in: try #require(PageFixture.between("id=\"runs\"", "</table>", in: html)).description)
        == 4)
  }

  @Test("provenance has distinct values, with counts where not all runs have them")
  func provenance() throws {
    let results = try PageFixture.results()
    let facts = results.runs.enumerated().map { i, run in
      var facts = SweepPage.Facts()
      guard run.summary != nil, i > 0 else { return facts }
      facts.provenance = [("Featherweight", "0.1.0"), ("processor", i < 3 ? "A" : "B")]
      facts.seconds = 60
      (facts.started, facts.finished) = ("2026-01-0\(i)", "2026-02-0\(i)")
      return facts
    }
    let html = try SweepPage(results, facts: facts) { _ in throw ReportError("is not there") }.html
    #expect(html.contains("<dt>Featherweight</dt><dd>0.1.0</dd>"))
    #expect(
      html.contains(
        "<dt>processor</dt><dd>A<span class=\"count\"> 2 runs</span></dd><dd>B<span class=\"count\"> 5 runs</span></dd>"
      ))
    #expect(html.contains("Computed between 2026-01-01 and 2026-02-08."))
    #expect(html.contains("1 of the runs with a result have no sidecar") && html.contains("7 min of computing"))
  }
}
