import ArgumentParser
import FeatherResults
import FeatherRunner

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check result files: every digest, and with --rerun every byte.")

  @Argument(help: "Result files.", completion: .file(extensions: ["h5"]))
  var files: [String]

  @Flag(help: "Compute each run again and compare the files byte for byte.")
  var rerun = false

  @Option(help: "The folder with data sets, for --rerun.", completion: .directory)
  var data: String?

  @OptionGroup var computing: ThreadOptions

  func run() async throws {
    try await reporting {
      let interruption = rerun ? Interruption.handle(atOnce: true) : nil
      defer { interruption?.cancel() }
      var sound = true
      for file in files {
        do {
          sound = try await check(file) && sound
        } catch let error where error is ResultsError || error is RunnerError {
          // The other files are checked all the same.
          StandardError.write("error: \(error)\n")
          sound = false
        }
      }
      guard sound else { throw ExitCode(1) }
    }
  }

  private func check(_ file: String) async throws -> Bool {
    let report = try RunFile.verify(file)
    for finding in report.findings { print("\(file): \(finding)") }
    guard report.isSound else { return false }
    print("\(file): sound: every byte matches its seal\(report.checkedSidecar ? " and its sidecar" : "")")
    guard rerun else { return true }
    guard file.split(separator: "/").last != "sweep.h5" else {
      print("\(file): the index of a sweep, which 'run' makes from the result files: nothing to compute again")
      return true
    }
    let differences = try await Rerun.differences(
      file, data: data, threads: computing.threads, version: Featherweight.version)
    for difference in differences { print("\(file): computed again: \(difference)") }
    if differences.isEmpty { print("\(file): computed again: the same bytes") }
    return differences.isEmpty
  }
}
