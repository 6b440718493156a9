import Subprocess

/// A program of Slurm's, such as `sbatch`.
enum SlurmProgram {
  /// Runs it and gives what it prints.
  ///
  /// - Throws: `RunnerError` with the program's own words when it refuses, or says that there is no Slurm here.
  static func run(_ name: String, _ arguments: [String]) async throws(RunnerError) -> String {
    let reason: String
    do {
      // What it prints is read by us, and is to look as the manual says whatever the user's own settings are.
      let result = try await Subprocess.run(
        .name(name), arguments: Arguments(arguments),
        environment: .inherit.updating(["LC_ALL": "C", "SQUEUE_FORMAT": nil, "SINFO_FORMAT": nil]), input: .none,
        output: .string(limit: 1 << 28), error: .string(limit: 1 << 20))
      guard !result.terminationStatus.isSuccess else { return result.standardOutput }
      reason = Self.words(result.standardError, of: name)
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw RunnerError(
        "there is no Slurm on this machine: '\(name)' was not found; go to a machine from which jobs are submitted, or compute here "
          + "with 'run'")
    } catch {
      throw RunnerError("'\(name)' cannot be run: \(error)")
    }
    throw RunnerError("\(name) refuses: \(reason)")
  }

  /// What a program of Slurm's says of an error, on one line, without its own name before each sentence.
  static func words(_ text: String, of name: String) -> String {
    let lines = text.split(separator: "\n").map { line in
      String(line).replacing("\(name): ", with: "").replacing("error: ", with: "")
    }
    return lines.isEmpty ? "it does not say why" : lines.joined(separator: "; ")
  }
}
