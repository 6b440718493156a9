import ArgumentParser
import FeatherRunner

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "List a sweep's cells, their state, sizes and needs; run nothing.")

  @OptionGroup var spec: SpecOptions

  func run() async throws {
    try await reporting {
      let plan = try spec.plan()
      try Listing.printPlan(plan, in: spec.folder(of: plan))
    }
  }
}
