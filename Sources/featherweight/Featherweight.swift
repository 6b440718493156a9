import ArgumentParser
import FeatherRunner
import Glibc

/// The command; one file per subcommand.
@main
struct Featherweight: AsyncParsableCommand {
  /// This version of Featherweight.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "featherweight",
    abstract: "Runs federated-learning experiments that count every byte and repeat to the bit.",
    discussion: """
      A spec (YAML) says what to run; 'run' computes what is missing into results/NAME, one HDF5 file per run; 'table',
      'ls', 'diff' and 'frontier' read it.

      Exit status: 0 all done, 1 some run failed, 2 spec or data refused, 64 wrong usage, 130 interrupted.
      """,
    version: version,
    subcommands: [
      PlanCommand.self, RunCommand.self, SubmitCommand.self, StatusCommand.self, CancelCommand.self, TableCommand.self,
      ListCommand.self, DiffCommand.self,
      FrontierCommand.self, PaperCommand.self, ReportCommand.self, ExportCommand.self, VerifyCommand.self,
      DataCommand.self, DoctorCommand.self,
    ])

  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    // A worker of a sweep is started by 'run', never by hand, and needs no command line of its own.
    if arguments.first == WorkerCommand.name { Glibc.exit(WorkerCommand.run(Array(arguments.dropFirst()))) }
    await main(arguments)
  }
}
