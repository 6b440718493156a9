import FeatherExperiments
public import FeatherResults
import FoundationEssentials
import Glibc

/// Computes a finished run again and compares.
public enum Rerun {
  /// What differs between a result file and the same run computed now; empty when the bytes are the same.
  ///
  /// - Parameter threads: how many threads compute it; nil takes one per processor.
  /// - Throws: `RunnerError` when the run cannot be computed here, with the reason.
  public static func differences(_ file: String, data: String?, threads: Int?, version: String) async throws
    -> [Finding]
  {
    let spec = try RunSpec(canonicalJSON: try RunFile.open(file).summary.canonicalJSON)
    var template = Array("\(temporaryFolder)/featherweight-rerun-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw RunnerError("cannot create a folder in \(temporaryFolder): \(String(cString: strerror(errno)))")
    }
    let folder = SweepFolder(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    let plan = Plan(rerunning: spec)
    let path = folder.path
    let remove: @Sendable () -> Void = {
      // A killed worker's last thread may still put a file there; that takes moments.
      for _ in 0..<100 where AtomicFile.exists(path) {
        try? FileManager.default.removeItem(atPath: path)
        if AtomicFile.exists(path) { usleep(10_000) }
      }
    }
    Interruption.beforeEnd(remove)
    defer {
      Interruption.beforeEnd({})
      remove()
    }
    var options = SweepRunner.Options()
    options.dataFolder = data
    options.threads = threads
    let outcome = try await SweepRunner(
      plan, into: folder, options: options, provenance: Provenance(version: version, command: CommandLine.arguments)
    ).run(progress: .quiet)
    if let failure = outcome.failed.first { throw RunnerError("\(file): cannot be computed again: \(failure.reason)") }
    return try RunFile.compare(file, folder.resultPath(plan.cells[0].id))
  }

  private static var temporaryFolder: String { ProcessEnvironment.current["TMPDIR"] ?? "/tmp" }
}
