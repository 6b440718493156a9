import FeatherExperiments
import FeatherResults
import Testing

@testable import FeatherReports

@Suite("Lists of runs")
struct RunListTests {
  private func results() throws -> SweepResults {
    let plan = try SyntheticSweep.plan(
      "name: t\nsweep: {grid: {codec: [{name: identity}, {name: autoencoder}], seed: [1, 2]}}")
    let summaries = try [0, 2].map { try SyntheticSweep.summary(plan.cells[$0], accuracy: 0.9) }
    var runs = SyntheticSweep.results(plan, summaries).runs
    runs[3] = SweepResults.Run(cell: plan.cells[3], summary: nil, state: "failed", note: "out of\n  memory, \"all\"")
    return SweepResults(plan: plan, folder: "r", runs: runs)
  }

  // 20 uploads of 63,640 B and 8 B of header; 20 latents of 128 B and 2 decoders of 2,100,120 B, each with its header.
  @Test("every run has a line with its state, the keys that vary, the usual metrics and a note")
  func plain() throws {
    let results = try results()
    let ids = results.plan.cells.map(\.id.hex)
    #expect(
      try RunList(results, metrics: []).rendered(.plain) == """
        id            codec        seed  state    test_accuracy  upload_ratio  lifetime_ratio  bytes_up  note
        \(ids[0])  identity     1     done             0.900         1.00x           1.00x    1.3 MB
        \(ids[1])  identity     2     pending              –             –               –         –
        \(ids[2])  autoencoder  1     done             0.900        497.2x           0.30x    4.2 MB
        \(ids[3])  autoencoder  2     failed               –             –               –         –  out of memory, "all"

        """)
  }

  @Test("CSV has full precision, dotted keys and quotes; Markdown has pipes")
  func formats() throws {
    let list = try RunList(results(), metrics: ["test_accuracy@best", "upload_ratio"])
    let ids = try results().plan.cells.map(\.id.hex)
    #expect(
      list.rendered(.csv) == """
        id,codec.name,seed,state,test_accuracy@best,upload_ratio,note
        \(ids[0]),identity,1,done,0.99,1.0,
        \(ids[1]),identity,2,pending,,,
        \(ids[2]),autoencoder,1,done,0.99,497.1875,
        \(ids[3]),autoencoder,2,failed,,,"out of memory, ""all""\u{22}

        """)
    #expect(list.rendered(.markdown).hasPrefix("| id           | codec       | seed | state   | test_accuracy@best |"))
  }

  @Test("a sweep that has just begun is listed without metrics; a metric that is asked for must be there")
  func nothingYet() throws {
    let results = SyntheticSweep.results(try SyntheticSweep.plan(), [])
    #expect(
      try RunList(results, metrics: []).rendered(.plain).hasPrefix("id            codec        centre  seed  state\n"))
    #expect(throws: ReportError("no run has the metric 'test_loss', for none has a result yet")) {
      try RunList(results, metrics: ["test_loss"])
    }
  }
}
