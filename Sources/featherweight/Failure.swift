import ArgumentParser
import FeatherDatasets
import FeatherExperiments
import FeatherRunner

/// Runs a command's body; an error becomes one message on standard error and the exit status that fits it.
///
/// - Parameter failure: the status of errors that are not in a spec or data.
func reporting(failure: Int32 = 1, _ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let exit as ExitCode {
    throw exit
  } catch {
    StandardError.write("error: \(error)\n")
    throw ExitCode(error is SpecError || error is DatasetError ? 2 : failure)
  }
}
