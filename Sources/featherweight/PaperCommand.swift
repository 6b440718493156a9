import ArgumentParser
import FeatherReports

struct PaperCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paper", abstract: "Write every table and figure of arXiv:2108.05670 from finished runs.",
    discussion: """
      Reads the sweeps of experiments/paper that have run: at the paper's scale where complete, else the short ones. Writes Markdown, \
      LaTeX and CSV tables, and figures as data, gnuplot script, SVG and PDF. The same runs give the same bytes.
      """)

  @Argument(help: "The folder that holds the sweeps' folders.", completion: .directory)
  var results = "results"

  @Option(help: "The folder to write to (default: RESULTS/paper).", completion: .directory)
  var out: String?

  @Option(help: "How the CIFAR-10 images came about, for captions, such as 'pixels re-encoded by JPEG'.")
  var dataNote = ""

  func run() async throws {
    try await reporting {
      let folder = out ?? "\(results)/paper"
      let written = try PaperReport(results: results, dataNote: dataNote).write(to: folder)
      print("wrote \(written.count) files; start with \(folder)/README.md")
    }
  }
}
