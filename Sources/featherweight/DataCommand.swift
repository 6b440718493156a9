import ArgumentParser
import FeatherDatasets
import FeatherRunner

struct DataCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Known data sets: where they are, getting them, checking them.",
    subcommands: [List.self, Fetch.self, Check.self])

  /// Where data is looked for.
  struct Location: ParsableArguments {
    @Option(help: "The folder with data sets, before $FEATHERWEIGHT_DATA and the cache folder.", completion: .directory)
    var data: String?

    var locations: DataLocations { DataLocations(commandLine: data, environment: ProcessEnvironment.current) }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the known data sets and where they are.")

    @OptionGroup var location: Location

    func run() async throws {
      for entry in DatasetCatalogue.all {
        print("\(entry.name): \(entry.about)")
        if entry.isBuiltIn { print("  built in") }
        for located in entry.located(in: location.locations) {
          print("  \(located.file.name): \(located.path ?? "missing: featherweight data fetch \(entry.name)")")
        }
      }
    }
  }

  struct Fetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Download a data set from its public mirrors, verified and resumable.",
      discussion: "It goes to --data, else to $FEATHERWEIGHT_DATA, else to the user's cache folder.")

    @Argument(help: "The data set's name.")
    var name: String

    @OptionGroup var location: Location

    @Option(help: "The address of a folder with the files, instead of the public mirrors; may be repeated.")
    var mirror: [String] = []

    func run() async throws {
      try await reporting {
        let entry = try DatasetCatalogue.entry(named: name)
        guard !entry.isBuiltIn else { return print("\(entry.name) is built in: there is nothing to fetch") }
        let folder = try location.locations.destination()
        let files = try DatasetDownload.fetch(entry, into: folder, mirrors: mirror.isEmpty ? nil : mirror) {
          StandardError.write("\($0)\n")
        }
        for file in files {
          switch file.outcome {
          case .kept: print("\(file.path): was there and is valid")
          case .downloaded(let mirror): print("\(file.path): downloaded from \(mirror) and valid")
          }
        }
      }
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Hash what is there and compare with the published digests.")

    @Argument(help: "The data sets' names (default: all that are not built in).")
    var names: [String] = []

    @OptionGroup var location: Location

    func run() async throws {
      try await reporting {
        let all = DatasetCatalogue.all.filter { !$0.isBuiltIn }
        let entries = names.isEmpty ? all : try names.map { try DatasetCatalogue.entry(named: $0) }
        var valid = true
        for entry in entries {
          for report in DatasetCheck.files(of: entry, in: location.locations) {
            print("\(entry.name)/\(report.file.name): \(report.state)")
            valid = valid && report.state.isUsable
          }
        }
        guard valid else { throw ExitCode(2) }
      }
    }
  }
}
