import FeatherExperiments
import FeatherResults
import Testing

@testable import FeatherReports

@Suite("Tables of results")
struct ResultTableTests {
  private func table() throws -> ResultTable {
    let plan = try SyntheticSweep.plan()
    return try ResultTable(plan: plan, summaries: SyntheticSweep.summaries(plan), folder: "results/tiny_sweep")
  }

  // 63,640 B of weights over 128 B, and over 136 B with header; 20 uploads and 2 decoders of 2,100,128 B:
  // 1,272,800 / 4,202,976 = 0.303; with 20 models of 63,648 B down: 2,545,760 / 5,475,936 = 0.465;
  // a decoder is paid back after 2,100,128 / 63,504 = 33.07 uploads.
  @Test("markdown has means, deviations, sizes and what is missing or diverged")
  func markdown() throws {
    let cells = try SyntheticSweep.plan().cells
    #expect(
      try table().rendered(.markdown) == """
        tiny_sweep: Costs & savings at 100 % participation.

        Parameters: model 15,910; autoencoder 1,034,182, of which decoder 525,030; latent 32. \
        A shipped decoder saves bytes after 33.1 uploads.

        | codec       | centre |    n | test accuracy | rel. error | upload | on wire | life-time | total |
        | ----------- | ------ | ---: | ------------: | ---------: | -----: | ------: | --------: | ----: |
        | identity    | –      |  3/3 | 0.950 ± 0.010 |          0 |  1.00x |   1.00x |     1.00x | 1.00x |
        | autoencoder | true   | 2/3* | 0.925 ± 0.007 |      0.040 | 497.2x |  467.9x |     0.30x | 0.46x |
        | autoencoder | false  | 1/3† |         0.500 |     <0.001 | 497.2x |  467.9x |     0.30x | 0.46x |

        Mean ± sample standard deviation over n runs. Test accuracy and relative error after the last round.

        Times fewer bytes: upload per latent, on wire with header, life-time with decoders, total both ways.

        Marked *: 1 of 9 runs missing (\(cells[5].id)); run with: featherweight run SPEC --out results/tiny_sweep

        Marked †: 1 diverged in round 3, left out of the means (\(cells[7].id)).

        Marked †: 1 diverged before the rounds, left out of the means (\(cells[8].id)).

        """)
  }

  @Test("LaTeX is a booktabs table with everything escaped")
  func latex() throws {
    let cells = try SyntheticSweep.plan().cells
    #expect(
      try table().rendered(.latex) == #"""
        \begin{table}
        \centering
        \caption{tiny\_sweep: Costs \& savings at 100 \% participation. Parameters: model 15,910; \#
        autoencoder 1,034,182, of which decoder 525,030; latent 32. \#
        A shipped decoder saves bytes after 33.1 uploads.}
        \begin{tabular}{llrrrrrrr}
        \toprule
        codec & centre & n & test accuracy & rel. error & upload & on wire & life-time & total \\
        \midrule
        identity & -- & 3/3 & 0.950 $\pm$ 0.010 & 0 & 1.00$\times$ & 1.00$\times$ & 1.00$\times$ & 1.00$\times$ \\
        autoencoder & true & 2/3* & 0.925 $\pm$ 0.007 & 0.040 & \#
        497.2$\times$ & 467.9$\times$ & 0.30$\times$ & 0.46$\times$ \\
        autoencoder & false & 1/3$\dagger$ & 0.500 & $<$0.001 & \#
        497.2$\times$ & 467.9$\times$ & 0.30$\times$ & 0.46$\times$ \\
        \bottomrule
        \end{tabular}

        {\footnotesize Mean $\pm$ sample standard deviation over n runs. \#
        Test accuracy and relative error after the last round.\par}

        {\footnotesize Times fewer bytes: upload per latent, on wire with header, life-time with decoders, \#
        total both ways.\par}

        {\footnotesize Marked *: 1 of 9 runs missing (\#(cells[5].id)); \#
        run with: featherweight run SPEC --out results/tiny\_sweep\par}

        {\footnotesize Marked $\dagger$: 1 diverged in round 3, left out of the means (\#(cells[7].id)).\par}

        {\footnotesize Marked $\dagger$: 1 diverged before the rounds, left out of the means (\#(cells[8].id)).\par}
        \end{table}

        """#)
  }

  @Test("CSV has full precision, one row per group, and empty cells where there is nothing")
  func csv() throws {
    let lines = try table().rendered(.csv).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(lines.count == 4)
    #expect(Set(lines.map(\.count)) == [2 + 4 + 14 + 5])
    func cell(_ row: Int, _ name: String) throws -> Substring {
      lines[row][try #require(lines[0].firstIndex { $0 == name })]
    }
    #expect(try cell(1, "codec.name") == "identity" && cell(1, "codec.centre") == "")
    #expect(try cell(2, "n") == "2" && cell(2, "planned") == "3" && cell(2, "missing") == "1")
    #expect(try cell(3, "diverged") == "2" && cell(3, "n") == "1" && cell(3, "final_test_accuracy_sd") == "")
    #expect(try cell(2, "upload_ratio_mean") == "497.1875" && cell(2, "upload_ratio_sd") == "0.0")
    let deviation = try #require(Double(try cell(2, "final_test_accuracy_sd")))
    #expect(abs(deviation - 0.01 / 2.0.squareRoot()) < 1e-15)  // two numbers: their difference over the root of two
    #expect(try cell(2, "autoencoder_parameters") == "1034182" && cell(2, "decoder_parameters") == "525030")
  }

  @Test("sizes that differ get a table of their own, one row per codec")
  func sizesPerCodec() throws {
    let plan = try SyntheticSweep.plan(
      "name: t\nsweep: {grid: {partition.clients: [2, 5], codec: [{name: autoencoder, latent: 8}, {name: autoencoder}]}}"
    )
    let summaries = try plan.cells.map { try SyntheticSweep.summary($0, accuracy: 0.9) }
    let text = try ResultTable(plan: plan, summaries: summaries, folder: "f").rendered(.markdown)
    #expect(
      text.contains(
        """
        | latent | model parameters | autoencoder | decoder | floats per upload | break-even uploads |
        | ------ | ---------------: | ----------: | ------: | ----------------: | -----------------: |
        | 8      |           15,910 |     270,478 | 143,190 |                 8 |                9.0 |
        | 32     |           15,910 |   1,034,182 | 525,030 |                32 |               33.1 |

        """))
    #expect(text.contains("1,988.8x"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 })
  }

  @Test("byte ratios that differ between seeds have a deviation")
  func differingRatios() throws {
    let plan = try SyntheticSweep.plan("name: t\nbase: {codec: {name: autoencoder}}\nsweep: {grid: {seed: [1, 2]}}")
    let summaries = [
      try SyntheticSweep.summary(plan.cells[0], accuracy: 0.9, rounds: 10),
      try SyntheticSweep.summary(plan.cells[1], accuracy: 0.9, rounds: 20),
    ]
    // 1,272,800 / 4,202,976 = 0.30283 and 2,545,600 / 4,205,696 = 0.60527
    let text = try ResultTable(plan: plan, summaries: summaries, folder: "f").rendered(.markdown)
    #expect(text.contains("| 0.45x ± 0.21x |"))
    #expect(text.contains("| 0.900 ± 0.000 |"))
    #expect(text.contains("| 497.2x |"))
  }

  @Test("a group without a complete run keeps its row, with dashes")
  func emptyGroup() throws {
    let plan = try SyntheticSweep.plan()
    let summaries = [try SyntheticSweep.summary(plan.cells[0], accuracy: 0.94)]
    let table = try ResultTable(plan: plan, summaries: summaries, folder: "f")
    let text = table.rendered(.markdown)
    #expect(
      text.contains(
        """
        | identity    | –      | 1/3* |         0.940 |          0 |  1.00x |   1.00x |     1.00x | 1.00x |
        | autoencoder | true   | 0/3* |             – |          – |      – |       – |         – |     – |
        """))
    let ids = [1, 2, 3, 4].map { plan.cells[$0].id.hex }.joined(separator: ", ")
    #expect(text.contains("Marked *: 8 of 9 runs missing (\(ids) and 4 more); run with:"))
    #expect(text.contains("Parameters: model 15,910.\n"))
    #expect(table.rendered(.csv).contains("\nautoencoder,true,0,3,3,0" + String(repeating: ",", count: 19) + "\n"))
  }

  @Test("a sweep without a finished run says where and what to do")
  func nothingFinished() throws {
    let plan = try SyntheticSweep.plan()
    #expect(
      throws: ReportError(
        "out: no run of 'tiny_sweep' is finished; start them with: featherweight run SPEC --out out")
    ) {
      try ResultTable(plan: plan, summaries: [], folder: "out")
    }
  }

  @Test(
    "text in a CSV is quoted as RFC 4180 asks",
    arguments: [
      ("plain", "plain"), ("[20, 10]", #""[20, 10]""#), (#"a "b""#, #""a ""b""""#), ("a\r\nb", "\"a\r\nb\""), ("", ""),
    ])
  func quoting(text: String, quoted: String) {
    #expect(ResultTable.quoted(text) == quoted)
  }

  @Test("LaTeX's own characters are escaped")
  func escaping() {
    #expect(
      LaTeX.escaped(#"a_b % & # $ {} \ ~ ^ ± × – <"#)
        == ##"a\_b \% \& \# \$ \{\} \textbackslash{} \textasciitilde{} \textasciicircum{} $\pm$ $\times$ -- $<$"##)
  }
}
