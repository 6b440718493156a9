import ArgumentParser
import FeatherDatasets
import FeatherExperiments
import FeatherFederation
import FeatherResults
import FeatherRunner

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Show libraries, versions, instruction set, memory and data found.")

  @OptionGroup var location: DataCommand.Location

  func run() async throws {
    print("featherweight: \(Featherweight.version)")
    for fact in Federation.environment + RunFile.libraries { print("\(fact.name): \(fact.value)") }
    print("processors: \(Machine.processors)")
    print("memory: \(ResourceEstimate.physicalMemory / 1_000_000) MB")
    print("data folders: \(location.locations.folders.joined(separator: ", "))")
    for entry in DatasetCatalogue.all where !entry.isBuiltIn {
      let files = entry.located(in: location.locations)
      let found = files.filter { $0.path != nil }.count
      let advice = found == files.count ? "" : ": featherweight data fetch \(entry.name)"
      print("\(entry.name): \(found) of \(files.count) files found\(advice)")
    }
  }
}
