public import ArgumentParser
import FeatherDatasets
import FeatherExperiments
public import FeatherReports
import FeatherResults
import FeatherRunner

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "List a sweep's cells, their state, sizes and needs; run nothing.",
    discussion: """
      With --partition: how the samples are divided among the clients, for every different division among the cells. The data \
      must be there.
      """)

  @OptionGroup var spec: SpecOptions

  @OptionGroup var memory: MemoryOptions

  @Flag(help: "Show which client has how many samples of which class instead of the cells.")
  var partition = false

  @Option(help: "With --partition: text, or csv with a row for every client.")
  var format = PartitionTable.Format.text

  @Option(help: "With --partition: a file of SVG to write, with a heat map of each division.", completion: .file())
  var svg: String?

  @Option(
    help: "With --partition: the folder with data sets, before $FEATHERWEIGHT_DATA and the cache folder.",
    completion: .directory)
  var data: String?

  func validate() throws {
    guard partition || format == .text && svg == nil && data == nil else {
      throw ValidationError("--format, --svg and --data belong to --partition; add it")
    }
    guard svg != "" else { throw ValidationError("--svg must name a file but is empty") }
  }

  func run() async throws {
    try await reporting {
      let plan = try spec.plan()
      try memory.check(plan.cells, of: spec.spec)
      guard partition else { return try Listing.printPlan(plan, in: spec.folder(of: plan)) }
      let table = try Listing.partitions(
        of: plan, in: DataLocations(commandLine: data, environment: ProcessEnvironment.current))
      print(table.rendered(format), terminator: "")
      guard let svg else { return }
      try AtomicFile.write(Array(table.svg.utf8), to: svg)
      StandardError.write("wrote \(svg)\n")
    }
  }
}

extension PartitionTable.Format: ExpressibleByArgument {}
