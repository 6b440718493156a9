import FeatherExperiments
import FeatherResults
import Testing

@testable import FeatherReports

@Suite("Tables of any metric by any keys")
struct MetricTableTests {
  private func text(
    _ metrics: [String] = [], by keys: [String]? = nil, pivot: String? = nil, where conditions: [String] = [],
    spread: MetricTable.Spread = .sd, layout: MetricTable.Layout = .wide, best: Bool = true,
    _ format: TableFormat = .markdown, of results: SweepResults? = nil
  ) throws -> String {
    var query = MetricTable.Query()
    (query.metrics, query.groupBy, query.pivot) = (metrics, keys, pivot)
    (query.spread, query.layout, query.marksBest) = (spread, layout, best)
    var results = try results ?? SyntheticSweep.results()
    if !conditions.isEmpty { results = try results.matching(RunFilter(conditions, of: results)) }
    return try MetricTable(results, query).rendered(format)
  }

  /// The lines of a table's rows.
  private func rows(_ text: String) -> [Substring] { text.split(separator: "\n").filter { $0.hasPrefix("| ") } }

  @Test("by default rows are all keys but the seed, best means are bold, and what is missing or diverged is named")
  func usual() throws {
    let cells = try SyntheticSweep.plan().cells
    #expect(
      try text() == """
        tiny_sweep: Costs & savings at 100 % participation.

        | codec       | centre |    n |     test accuracy | upload ratio | lifetime ratio |
        | ----------- | ------ | ---: | ----------------: | -----------: | -------------: |
        | identity    | –      |  3/3 | **0.950 ± 0.010** |        1.00x |      **1.00x** |
        | autoencoder | true   | 2/3* |     0.925 ± 0.007 |   **497.2x** |          0.30x |
        | autoencoder | false  | 1/3† |             0.500 |   **497.2x** |          0.30x |

        Mean ± sample standard deviation over n runs, which differ in seed.

        Curves by their value after the last round. Bold: the best mean of its column.

        Marked *: 1 of 9 runs missing (\(cells[5].id)); run with: featherweight run SPEC --out results/tiny_sweep

        Marked †: 1 diverged in round 3, left out of the means (\(cells[7].id)).

        Marked †: 1 diverged before the rounds, left out of the means (\(cells[8].id)).

        """)
  }

  @Test(
    "the best is the highest accuracy or ratio and the lowest loss or error; ties are all bold, and nothing where all are alike"
  )
  func best() throws {
    let table = rows(try text(["mean_relative_error", "test_accuracy@0", "model_parameters"]))
    #expect(table[2].contains("|               **0** |") && !table[3].contains("**") && !table[4].contains("**"))
    #expect(try text(["upload_ratio"]).components("**497.2x**") == 2)
    #expect(!(try text(["test_accuracy"], best: false).contains("**")))
    #expect(!(try text(["test_accuracy"], .csv).contains("**")))
    #expect(try text(["test_accuracy"], .latex).contains("\\textbf{0.950 $\\pm$ 0.010}"))
  }

  // Over all six complete runs: 0.94 0.95 0.96 0.92 0.93 0.5, of which the mean is 0.8666…
  @Test("means over other keys than the seed say which")
  func averaged() throws {
    let text = try text(["test_accuracy"], by: ["codec.name"])
    #expect(text.contains("which differ in codec.centre, seed.\n"))
    #expect(rows(text).last == "| autoencoder | 3/6*† |     0.783 ± 0.245 |", "\(text)")
    let all = try self.text(["test_accuracy"], by: ["model.name"])
    #expect(rows(all).last == "| mlp   | 6/9*† | 0.867 ± 0.180 |")
    #expect(all.contains("which differ in codec.name, codec.centre, seed.\n"))
  }

  @Test("a pivot makes a column of each value, marks each cell, and leaves blank what the plan does not have")
  func pivot() throws {
    let cells = try SyntheticSweep.plan().cells
    #expect(
      try text(pivot: "codec.name") == """
        tiny_sweep: Costs & savings at 100 % participation.

        | centre |      identity |        autoencoder |
        | ------ | ------------: | -----------------: |
        | –      | 0.950 ± 0.010 |                    |
        | true   |               | **0.925 ± 0.007*** |
        | false  |               |             0.500† |

        Mean ± sample standard deviation over 1 to 3 runs, which differ in seed.

        Curves by their value after the last round. Bold: the best mean of its column. Blank: the plan has no such run.

        Marked *: 1 of 9 runs missing (\(cells[5].id)); run with: featherweight run SPEC --out results/tiny_sweep

        Marked †: 1 diverged in round 3, left out of the means (\(cells[7].id)).

        Marked †: 1 diverged before the rounds, left out of the means (\(cells[8].id)).

        """)
    let seeds = rows(try text(["test_accuracy", "latent_size"], pivot: "seed", where: ["codec.name=identity"]))
    #expect(seeds[0].hasPrefix("| test accuracy, seed 1 | latent size, seed 1 | test accuracy, seed 2 |"))
  }

  @Test("95 % intervals are wider than deviations of few runs; none prints means alone")
  func spreads() throws {
    // t(0.975, 2) / √3 = 2.484 times 0.01, and t(0.975, 1) / √2 = 8.985 times 0.00707
    let text = try text(["test_accuracy"], spread: .ci95)
    #expect(text.contains("**0.950 ± 0.025**") && text.contains("0.925 ± 0.064") && text.contains("Student's t"))
    #expect(!(try self.text(["test_accuracy"], spread: .none).contains("±")))
  }

  @Test("a round that runs do not reach is marked, and a dash where none does")
  func lacking() throws {
    let plan = try SyntheticSweep.plan(
      "name: t\nsweep: {grid: {codec: [{name: identity}, {name: sign}], seed: [1, 2]}}")
    var summaries = try zip(plan.cells, [5, 10, 3, 3]).map { try SyntheticSweep.summary($0, accuracy: 0.9, rounds: $1) }
    summaries[2].curves.removeAll { $0.name == "mean_relative_error" }
    summaries[3].curves = summaries[3].curves.map { ($0.name, $0.name == "test_loss" ? [0, 0, .nan] : $0.values) }
    let results = SyntheticSweep.results(plan, summaries)
    let text = try text(["test_accuracy@7", "mean_relative_error", "test_loss"], of: results)
    let table = rows(text)
    #expect(table[2] == "| identity | 2/2 |                  0.990‡ |                   0 |         0 |", "\(text)")
    #expect(table[3] == "| sign     | 2/2 |                       – |                  0‡ |        0‡ |", "\(text)")
    #expect(
      text.contains(
        "Marked ‡: 1 run without a value of test_accuracy@7, left out of its means (\(plan.cells[0].id)).\n"))
    #expect(
      text.contains(
        "Marked ‡: 1 run without a value of mean_relative_error, left out of its means (\(plan.cells[2].id)).\n"))
    #expect(
      text.contains("Marked ‡: 1 run without a value of test_loss, left out of its means (\(plan.cells[3].id)).\n"))
    #expect(text.contains("Rounds count from 0."))
    let csv = try self.text(["test_accuracy@7"], .csv, of: results)
    #expect(
      csv == """
        codec.name,n,planned,missing,diverged,test_accuracy@7_n,test_accuracy@7_mean,test_accuracy@7_sd
        identity,2,2,0,0,1,0.99,
        sign,2,2,0,0,0,,

        """)
  }

  @Test("a long table has a row per group and metric, in CSV with full precision and what lo and hi are")
  func long() throws {
    let csv = try text(["test_accuracy", "upload_ratio"], spread: .ci95, layout: .long, .csv)
    let lines = csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(
      lines[0].joined(separator: ",")
        == "codec.name,codec.centre,metric,n,planned,missing,diverged,without_value,mean,sd,lo,hi,spread")
    #expect(lines.count == 7 && lines.allSatisfy { $0.count == 13 })
    #expect(lines[3].prefix(8) == ["autoencoder", "true", "test_accuracy", "2", "3", "1", "0", "0"])
    // Half is t(0.975, 1) · 0.01 / 2.
    let numbers = lines[3][8...11].compactMap { Double($0) }
    #expect(abs(numbers[0] - 0.925) < 1e-15 && abs(numbers[3] - numbers[2] - 2 * 0.06353102368087347) < 1e-12)
    #expect(lines[5].suffix(8) == ["0", "2", "0", "0.5", "", "", "", "ci95"])
    let text = rows(try self.text(["test_accuracy"], layout: .long))
    #expect(
      text[0] == "| codec       | centre | metric        |   n | planned |      mean |    sd |    lo |    hi |",
      "\(text)")
    #expect(
      text[3] == "| autoencoder | true   | test accuracy |  2* |       3 |     0.925 | 0.007 | 0.918 | 0.932 |",
      "\(text)")
    let bare = try self.text(["test_accuracy"], spread: .none, layout: .long, .csv)
    #expect(bare.hasPrefix("codec.name,codec.centre,metric,n,planned,missing,diverged,without_value,mean\n"))
  }

  @Test("a CSV with a pivot names key and value of each column, and quotes what has a comma")
  func pivotCSV() throws {
    let csv = try text(["test_accuracy"], by: [], pivot: "codec.centre", where: ["codec.name=autoencoder"], .csv)
    #expect(
      csv == """
        n[codec.centre=true],planned[codec.centre=true],missing[codec.centre=true],diverged[codec.centre=true],\
        test_accuracy_n[codec.centre=true],test_accuracy_mean[codec.centre=true],test_accuracy_sd[codec.centre=true],\
        n[codec.centre=false],planned[codec.centre=false],missing[codec.centre=false],diverged[codec.centre=false],\
        test_accuracy_n[codec.centre=false],test_accuracy_mean[codec.centre=false],test_accuracy_sd[codec.centre=false]
        2,3,1,0,2,0.925,0.007071067811865481,1,3,0,2,1,0.5,

        """)
  }

  @Test("a filter is named, keys that it leaves no choice in get no column, and counts are of the runs that it leaves")
  func filter() throws {
    let text = try text(["test_accuracy"], where: ["codec.name=autoencoder", "codec.centre=true"])
    #expect(rows(text)[0] == "|    n | test accuracy |" && rows(text)[2] == "| 2/3* | 0.925 ± 0.007 |", "\(text)")
    #expect(text.contains("Only runs with codec.name=autoencoder and codec.centre=true: 3 of 9.\n"))
    let usual = try SyntheticSweep.results()
    let filtered = try ResultTable(usual.matching(RunFilter(["codec.name=identity"], of: usual))).rendered(.markdown)
    #expect(filtered.contains("Only runs with codec.name=identity: 3 of 9.\n") && !filtered.contains("Marked"))
  }

  @Test("LaTeX says what it needs and escapes everything")
  func latex() throws {
    let text = try text(["test_accuracy@best"], where: ["codec.name=identity"], .latex)
    #expect(
      text == #"""
        % needs \usepackage{booktabs}
        \begin{table}
        \centering
        \caption{tiny\_sweep: Costs \& savings at 100 \% participation.}
        \small
        \begin{tabular}{rr}
        \toprule
        n & test accuracy (best) \\
        \midrule
        3/3 & 0.990 \\
        \bottomrule
        \end{tabular}

        \smallskip

        {\footnotesize Mean $\pm$ sample standard deviation over n runs, which differ in seed.\par}

        {\footnotesize Only runs with codec.name=identity: 3 of 9.\par}

        {\footnotesize Best: of all rounds.\par}
        \end{table}

        """#)
  }

  @Test(
    "what cannot be tabulated is one clear error",
    arguments: [
      (["acc"], nil, nil, "no run has the metric 'acc'; expected one of: "),
      (["test_acuracy"], nil, nil, "no run has the metric 'test_acuracy'; did you mean 'test_accuracy'?"),
      ([], "codec.latnt", nil, "--group-by codec.latnt: no configuration has that key; did you mean 'codec.latent'?"),
      (
        [], "training", nil,
        "--group-by training: that is a section; name one of its keys, such as training.optimizer, "
      ),
      ([], nil, "sed", "--pivot sed: no configuration has that key; did you mean 'seed'?"),
      (
        [], nil, "codec.latent",
        "--pivot codec.latent: that key does not vary over these runs; those that do: codec.name, codec.centre, seed"
      ),
      (
        [], "seed", "seed",
        "seed is in both --pivot and --group-by; it makes either columns or rows: leave one out"
      ),
    ] as [([String], String?, String?, String)])
  func refused(metrics: [String], key: String?, pivot: String?, message: String) throws {
    let error = #expect(throws: ReportError.self) { try text(metrics, by: key.map { [$0] }, pivot: pivot) }
    #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
  }

  @Test("a pivot of a long table is refused, and so is a sweep without a finished run")
  func refusedSweeps() throws {
    #expect(throws: ReportError("--pivot makes a wide table, and --layout long is none: leave one out")) {
      try text(pivot: "seed", layout: .long)
    }
    let nothing = SyntheticSweep.results(try SyntheticSweep.plan(), [], folder: "out")
    #expect(
      throws: ReportError(
        "out: no run of 'tiny_sweep' is finished; start them with: featherweight run SPEC --out out")
    ) { try text(["nonsense"], of: nothing) }
  }

  @Test(
    "numbers are printed by what they are",
    arguments: [
      ("test_accuracy", 0.91234, 0.01, "0.912 ± 0.010"), ("upload_ratio", 497.1875, 0, "497.2x"),
      ("bytes_up", 63_640, 1200, "63.6 kB ± 1.2 kB"), ("test_loss", 0.4, 0.02, "0.400 ± 0.020"),
      ("test_loss", 0.000_032, 0.000_001, "3.20e-05 ± 1.0e-06"), ("latent_size", 15_910, nil, "15,910"),
      ("latent_size", 24, 11.3, "24.00 ± 11.30"), ("break_even_uploads", .infinity, .nan, "∞"),
      ("mean_relative_error", 0, 0, "0"), ("break_even_uploads", 322.3, nil, "322.3"),
    ] as [(String, Double, Double?, String)])
  func numbers(name: String, mean: Double, half: Double?, text: String) {
    #expect(MetricText(name).text(mean, half: half) == text)
  }

  @Test(
    "what is far from one has one digit before the point",
    arguments: [(0.000_032, "3.20e-05"), (-9.999e-10, "-1.00e-09"), (1.5e120, "1.50e+120"), (0, "0")])
  func scientific(value: Double, text: String) {
    #expect(NumberText.scientific(value, 2) == text)
  }
}

extension String {
  /// How often a text is in it.
  fileprivate func components(_ text: String) -> Int { ranges(of: text).count }
}
