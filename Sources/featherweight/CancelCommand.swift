import ArgumentParser
import FeatherRunner

struct CancelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel", abstract: "Cancel the jobs of a sweep that was submitted to a cluster, and no other.",
    discussion: "Tasks at work keep a checkpoint; 'submit' goes on from there.")

  @Argument(help: "The sweep's folder of results.", completion: .directory)
  var folder: String

  func run() async throws {
    try await reporting {
      let folder = SweepFolder(folder)
      guard folder.exists else {
        throw RunnerError("\(folder.path): no sweep was started here (there is no plan.json)")
      }
      print(try await SweepJobs(of: folder).cancel())
    }
  }
}
