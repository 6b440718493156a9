public import ArgumentParser
public import FeatherReports
import FeatherRunner

struct FrontierCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "frontier", abstract: "Draw accuracy against bytes for every codec of a sweep; print its table.",
    discussion: """
      Codecs are compared under equal conditions, which are all keys that vary and are not the codec's. Bytes are counted three \
      ways: of the updates alone, of everything but the broadcast of the model, and of everything. Whatever no other codec \
      beats in accuracy and bytes is marked: the Pareto front.

      Writes Markdown, LaTeX and CSV tables, and figures as data, gnuplot script, SVG and PDF. The same runs give the same bytes.
      """)

  @OptionGroup var source: SweepSource

  @Option(help: "The folder to write to (default: 'frontier' in the folder of results).", completion: .directory)
  var out: String?

  @Option(
    help:
      "The test accuracy that is compared: final (after the last round), best (of any), colour or grey images alone.")
  var metric = FrontierReport.Score.final

  func validate() throws {
    guard out != "" else { throw ValidationError("--out must name a folder but is empty") }
  }

  func run() async throws {
    try await reporting {
      let folder = try source.folder()
      let plan = try folder.plan()
      let summaries = source.summaries(of: plan, in: folder, with: FrontierReport.scalar)
      let report = try FrontierReport(plan: plan, summaries: summaries, folder: folder.path, score: metric)
      let written = try report.write(to: out ?? "\(folder.path)/frontier")
      print(report.text, terminator: "")
      if let reason = written.undrawn { StandardError.write("warning: \(reason)\n") }
      StandardError.write("wrote \(written.paths.count) files; start with \(written.page)\n")
    }
  }
}

extension FrontierReport.Score: ExpressibleByArgument {}
