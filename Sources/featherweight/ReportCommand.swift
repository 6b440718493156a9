import ArgumentParser
import FeatherExperiments
import FeatherReports
import FeatherResults
import FeatherRunner

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a sweep's results as one HTML page: tables, figures, failures, every run.",
    discussion: """
      The page needs no other file and no network: open it, mail it, print it. It has the table that 'table' prints, figures \
      (convergence, accuracy against bytes, reconstruction error, the division of the data, what crossed), what failed and why, what \
      the runs were computed with, and a table of all runs that can be sorted and filtered. The same results give the same bytes.
      """)

  @OptionGroup var source: SweepSource

  @OptionGroup var conditions: RunConditions

  @Option(help: "The file to write (default: 'report.html' in the folder of results).", completion: .file())
  var out: String?

  func validate() throws {
    guard out != "" else { throw ValidationError("--out must name a file but is empty") }
  }

  func run() async throws {
    try await reporting {
      let results = try source.results(where: conditions.texts, with: FrontierReport.scalar)
      let folder = SweepFolder(results.folder)
      let facts = results.runs.map { run in
        var facts = SweepPage.Facts()
        if let sidecar = folder.sidecarFacts(of: run.cell.id) {
          facts.seconds = sidecar.seconds
          facts.started = sidecar.started
          facts.finished = sidecar.finished
          facts.provenance = sidecar.provenance
        }
        facts.log = folder.logName(of: run.cell.id)
        return facts
      }
      let path = out ?? "\(results.folder)/report.html"
      try AtomicFile.write(Array(try SweepPage(results, facts: facts).html.utf8), to: path)
      StandardError.write("wrote \(path)\n")
    }
  }
}
