import Subprocess

extension Provenance {
  /// Where the code around the working directory stands, as git tells; without git or a repository, nothing about it.
  public static func current(version: String, command: [String]) async -> Provenance {
    var provenance = Provenance(version: version, command: command)
    guard let commit = await git(["rev-parse", "HEAD"]) else { return provenance }
    provenance.commit = commit
    provenance.dirty = await git(["status", "--porcelain"]).map { !$0.isEmpty }
    return provenance
  }

  private static func git(_ arguments: [String]) async -> String? {
    let result = try? await Subprocess.run(
      .name("git"), arguments: Arguments(arguments), output: .string(limit: 1 << 20), error: .discarded)
    guard let result, result.terminationStatus.isSuccess else { return nil }
    return result.standardOutput.split(separator: "\n").joined(separator: "\n")
  }
}
