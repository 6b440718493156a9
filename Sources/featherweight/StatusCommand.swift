import ArgumentParser
import FeatherExperiments
import FeatherReports
import FeatherRunner

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show where each cell of a sweep stands; change nothing.",
    discussion:
      "Of a sweep that was submitted to a cluster, also which job each cell waits in, runs in or was lost with.")

  @Argument(help: "The sweep's folder of results.", completion: .directory)
  var folder: String

  func run() async throws {
    try await reporting {
      let folder = SweepFolder(folder)
      let plan = try folder.plan()
      let states = folder.states(of: plan.cells)
      let jobs = await jobs(of: zip(plan.cells, states).filter { !$1.isDone }.map(\.0.id), in: folder)
      let rows = zip(plan.cells, states).map { cell, state in
        let (word, note) = jobs?.standing(of: cell, state) ?? (state.word, folder.explanation(of: cell, state))
        return StatusTable.Row(cell: cell, state: word, note: note)
      }
      print(StatusTable(plan: plan, rows: rows).rendered, terminator: "")
      if let warning = jobs?.warning { StandardError.write("warning: \(warning)\n") }
    }
  }

  /// What Slurm says, of a sweep that was ever submitted; where it does not answer, files alone tell.
  private func jobs(of unfinished: [RunID], in folder: SweepFolder) async -> SweepJobs? {
    guard SweepJobs.exist(of: folder), !unfinished.isEmpty else { return nil }
    do {
      return try await SweepJobs(of: folder, unfinished: unfinished)
    } catch {
      StandardError.write("warning: \(error); what follows is what the files tell\n")
      return nil
    }
  }
}
