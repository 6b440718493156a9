import Foundation
import Testing

@testable import FeatherReports

@Suite("Tables and figures of the paper")
struct PaperReportTests {
  /// Where gnuplot is; drawing is tested only there.
  private static let hasGnuplot = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/gnuplot") }

  @Test("without any finished run there is no report, and the way to one is named")
  func nothing() throws {
    let fixture = try PaperFixture()
    let error = #expect(throws: ReportError.self) { try PaperReport(results: fixture.folder) }
    #expect(error?.description.contains("make paper") == true)
  }

  @Test("sizes and ratios stand beside the published ones")
  func sizes() throws {
    let fixture = try PaperFixture.all()
    let table = try #require(try PaperReport(results: fixture.folder).sizesTable)
    #expect(
      table.csv == """
        quantity,"MNIST, published","MNIST, measured","CIFAR-10, published","CIFAR-10, measured"
        classifier parameters,"15,910","15,910","550,570","550,570"
        autoencoder parameters,"1,034,182","1,034,182","352,915,690","352,915,690"
        encoder parameters,"509,152","509,152","176,182,720","176,182,720"
        decoder parameters,"525,030","525,030","176,732,970","176,732,970"
        floats per upload,32,32,320,320
        upload ratio,"497.2x (""500x"")",497.2x,"1,720.5x (""1720x"")","1,720.5x"
        upload ratio on the wire,–,467.9x,–,"1,709.8x"
        decoder in model sizes,33.0,33.0,321.0,321.0
        uploads to break even,33.1,33.1,321.2,321.2

        """)
    #expect(table.markdown.contains("CIFAR-10 measured in sweep paper-cifar10-short"))
    #expect(table.latex.contains("\\begin{tabular}{lrrrr}\n\\toprule\n"))
  }

  @Test("what has not run is called that, never made up")
  func absent() throws {
    let fixture = try PaperFixture()
    try fixture.add(PaperFixture.mnist)
    let report = try PaperReport(results: fixture.folder)
    let sizes = try #require(report.sizesTable).csv
    #expect(sizes.contains("classifier parameters,\"15,910\",\"15,910\",\"550,570\",not run\n"))
    #expect(report.figures.map(\.name) == ["figure-fit", "figure-validation", "figure-savings"])
    #expect(try report.tables.map(\.name) == ["table-sizes", "table-mnist"])
    _ = try report.write(to: "\(fixture.folder)/paper", drawing: false)
    let index = try fixture.text("paper/README.md")
    for spec in ["cifar10", "colour-imbalance", "latents", "savings"] {
      #expect(index.contains("**Not run:** `featherweight run experiments/paper/\(spec)-short.yaml`"))
    }
    #expect(!index.contains("paper/mnist-short.yaml"))
  }

  @Test("the paper's scale takes the short one's place once every run of it is there", arguments: [0, 1])
  func precedence(missing: Int) throws {
    let fixture = try PaperFixture()
    try fixture.add(PaperFixture.mnist)
    let full = PaperFixture.mnist.replacingOccurrences(of: "paper-mnist-short", with: "paper-mnist")
      .replacingOccurrences(of: "rounds: 4", with: "rounds: 6")
    try fixture.add(full, missing: missing)
    let sweep = try #require(try PaperReport(results: fixture.folder).mnist)
    #expect(sweep.name == (missing == 0 ? "paper-mnist" : "paper-mnist-short"))
    #expect(sweep.conditions(note: "").hasPrefix(missing == 0 ? "Paper scale (" : "Short scale ("))
  }

  @Test(
    "the formula gives the published savings",
    arguments: [
      (PublishedSizes.cifar10, 40.0, 2.0, 0.25, 0.12), (.cifar10, 40, 10, 1.25, 0.12), (.cifar10, 40, 1000, 116, 0.12),
      (.cifar10, 320, 1, 1.00, 1.00), (.cifar10, 1000, 1000, 1108, 3.11), (.mnist, 40, 2, 2.41, 1.21),
    ])
  func formula(sizes: PublishedSizes, rounds: Double, clients: Double, shared: Double, perClient: Double) {
    // Rounded as the table of published figures is: three digits above one hundred, two decimals below.
    func matches(_ decoders: Double, _ stated: Double) -> Bool {
      let ratio = PublishedSizes.savings(sizes.sizes, rounds: rounds, clients: clients, decoders: decoders)
      return abs(ratio - stated) <= (stated > 100 ? 0.5 : 0.005)
    }
    #expect(matches(1, shared) && matches(clients, perClient))
  }

  @Test("the ledger's savings stand beside the formula's and agree with it")
  func savings() throws {
    let fixture = try PaperFixture()
    try fixture.add(PaperFixture.savings)
    let report = try PaperReport(results: fixture.folder)
    let rows = try #require(report.savingsTable).csv.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    #expect(rows.count == 6)
    for row in rows { #expect(row[3] == row[4], "\(row)") }
    // 15,910 · 80 / (32 · 80 + 525,030) and / (32 · 80 + 2 · 525,030)
    #expect(rows[1].map(String.init) == ["one shared decoder", "40", "2", "2.4125", "2.4125"])
    #expect(rows[4].map(String.init) == ["a decoder per collaborator", "40", "2", "1.2092", "1.2092"])
    let data = try #require(report.savingsFigure).data
    #expect(data.contains("# index 1: MNIST: 2 collaborators: shared, ledger\n"))
    let measured = try #require(data.components(separatedBy: "\n\n\n").first { $0.hasPrefix("# index 1:") })
    #expect(measured.split(separator: "\n").dropFirst(2).map { $0.prefix(4) } == ["10.0", "40.0"])
  }

  @Test("curves are means over seeds between the lowest and the highest")
  func bands() throws {
    let fixture = try PaperFixture()
    try fixture.add(PaperFixture.colour)
    let figure = try #require(try PaperReport(results: fixture.folder, dataNote: "made up").colourFigure)
    #expect(figure.panels.map(\.title) == ["all test images", "in colour", "in grey"])
    #expect(figure.panels[0].series.map(\.title) == ["no codec", "AE 320", "AE 320 + 8 bit", "AE 320 + 4 bit"])
    let point = try #require(figure.panels[0].series[0].points.last)
    // 0.9 + seed / 100 − 0.4 / 5 for seeds 1 and 2
    #expect(point.x == 5 && abs(point.y - 0.835) < 1e-12)
    #expect(abs((point.low ?? 0) - 0.83) < 1e-12 && abs((point.high ?? 0) - 0.84) < 1e-12)
    #expect(figure.caption.contains("CIFAR-10 (made up), 50,000 training images; seeds 1, 2."))
    #expect(figure.caption.contains("partition.conversion luminance") && !figure.caption.contains("codec.latent"))
    #expect(figure.latex.contains("\\includegraphics[width=\\linewidth]{figure-colour-imbalance.pdf}"))
  }

  @Test("the saw-tooth starts every round at the global model and ends it at the last local epoch")
  func sawTooth() throws {
    let fixture = try PaperFixture()
    try fixture.add(PaperFixture.colour)
    let panel = try #require(try PaperReport(results: fixture.folder).sawToothFigure?.panels.first)
    #expect(panel.series.map(\.title) == ["collaborator 0, 0 % grey", "collaborator 1, 100 % grey", "global model"])
    #expect(panel.series[0].points.prefix(6).map(\.x) == [0.5, 1, 1, 1.5, 2, 2])
    // Seed 1: 0.91 − 0.4 / (round + 1) globally; client 1's first epoch 0.07 below that.
    #expect(abs(panel.series[1].points[2].y - 0.51) < 1e-12 && abs(panel.series[1].points[3].y - 0.64) < 1e-12)
    #expect(panel.series[2].points.map(\.x) == [1, 2, 3, 4, 5])
  }

  @Test("ratio against accuracy has a point per latent and number of bits, with its deviation")
  func latents() throws {
    let fixture = try PaperFixture()
    try fixture.add(PaperFixture.latents)
    let panel = try #require(try PaperReport(results: fixture.folder).latentsFigure?.panels.first)
    #expect(panel.series.map(\.title) == ["float32", "8 bits per float", "4 bits per float"])
    #expect(panel.series[0].points.map(\.label) == ["640", "64", "8"])
    #expect(panel.series[1].points.map(\.x) == [640.0, 64, 8].map { 4 * 15910 / $0 })
    let point = panel.series[0].points[2]
    // Two seeds 0.01 apart: a deviation of 0.01 over the root of two.
    #expect(abs((point.high ?? 0) - point.y - 0.01 / 2.0.squareRoot()) < 1e-12)
    #expect(abs((panel.reference?.value ?? 0) - (0.9 + 0.015 - 0.2)) < 1e-12)
  }

  @Test("scores in colour and in grey get columns where there are some")
  func colourColumns() throws {
    let fixture = try PaperFixture()
    try fixture.add(PaperFixture.colour)
    let table = try #require(
      try PaperReport(results: fixture.folder).tables.first { $0.name == "table-colour-imbalance" })
    #expect(table.markdown.contains("| test accuracy |     in colour |       in grey |"))
    #expect(
      table.csv.split(separator: "\n")[0].contains("final_test_accuracy_colour_mean,final_test_accuracy_colour_sd"))
  }

  @Test(
    "two reports of the same runs have the same bytes, drawings included", .enabled(if: hasGnuplot, "needs gnuplot"))
  func repeats() throws {
    let fixture = try PaperFixture.all()
    let report = try PaperReport(results: fixture.folder)
    func files(_ folder: String) throws -> [Data] {
      let paths = try report.write(to: "\(fixture.folder)/\(folder)")
      #expect(paths.count == 6 * 3 + 6 * 5 + 1)
      return try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    }
    let first = try files("it's one")
    Thread.sleep(forTimeInterval: 1.1)  // a clock in a file would show
    #expect(try first == files("two"))
    #expect(first.allSatisfy { !$0.isEmpty })
  }

  @Test("without gnuplot the error names Debian's package")
  func noGnuplot() throws {
    let fixture = try PaperFixture()
    try fixture.add(PaperFixture.savings)
    let error = #expect(throws: ReportError.self) {
      try PaperReport(results: fixture.folder)
        .write(to: "\(fixture.folder)/paper", gnuplot: Gnuplot(program: "gnuplot-that-is-not-there"))
    }
    #expect(error?.description.contains("gnuplot-nox") == true)
  }
}
