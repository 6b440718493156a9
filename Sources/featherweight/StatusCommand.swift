import ArgumentParser
import FeatherRunner

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show where each cell of a sweep stands; change nothing.")

  @Argument(help: "The sweep's folder of results.", completion: .directory)
  var folder: String

  func run() async throws {
    try await reporting {
      let folder = SweepFolder(folder)
      Listing.printStatus(try folder.plan(), in: folder)
    }
  }
}
