import ArgumentParser
import FeatherReports
import FeatherRunner

struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Compare two runs, or two sweeps run by run.",
    discussion: """
      Each of A and B is a result file, FOLDER/ID (the first digits of the id will do), a sweep's folder, or its spec.

      Of two runs: the keys that differ (of another codec only its name), numbers, the first round where each curve parts, and whether the files are the \
      same to the byte. Of two sweeps: runs are paired by their ids, then by equal configurations apart from keys that have \
      one value in each sweep.

      Exit status: 0 nothing differs, 1 something does, 2 something cannot be read.
      """)

  @Argument(help: "The first run or sweep.", completion: .file())
  var a: String

  @Argument(help: "The second one.", completion: .file())
  var b: String

  @Flag(help: "Show all lines of each part, not the first 20.")
  var all = false

  func run() async throws {
    try await reporting(failure: 2) {
      let limit = all ? nil : 20
      let (text, isEmpty) = try difference(limit)
      print(text, terminator: "")
      guard isEmpty else { throw ExitCode(1) }
    }
  }

  private func difference(_ limit: Int?) throws -> (text: String, isEmpty: Bool) {
    switch (try DiffSource(a), try DiffSource(b)) {
    case (.run(let a), .run(let b)):
      let difference = try RunDifference(a, b)
      return (difference.rendered(limit: limit), difference.isEmpty)
    case (.sweep(let a), .sweep(let b)):
      let difference = try SweepDifference(a.results(), b.results())
      return (difference.rendered(limit: limit), difference.isEmpty)
    case (.run, .sweep), (.sweep, .run):
      throw ReportError("\(a) and \(b): one is a run and the other a sweep; compare two runs or two sweeps")
    }
  }
}
