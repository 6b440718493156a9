import Subprocess
import SystemPackage

/// Questions to git about the repository around the working directory; none changes anything in it.
enum Git {
  /// Why git gives no answer, in a few words.
  struct Silence: Error {
    let reason: String
  }

  /// Runs git and gives what it prints piece by piece to `body`.
  static func stream(_ arguments: [String], to body: (UnsafeRawBufferPointer) -> Void) async throws(Silence) {
    // Messages in English, which are read below; and no lock, which somebody else's git might wait for.
    let environment = Environment.inherit.updating(["LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0"])
    do {
      let result = try await Subprocess.run(
        .name("git"), arguments: Arguments(arguments), environment: environment, input: .none, output: .sequence,
        error: .string(limit: 1 << 20)
      ) { execution in
        for try await piece in execution.standardOutput { piece.withUnsafeBytes(body) }
      }
      guard !result.terminationStatus.isSuccess else { return }
      throw Silence(reason: reason(result.standardError))
    } catch let silence as Silence {
      throw silence
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw Silence(reason: "git is not installed")
    } catch {
      throw Silence(reason: "git cannot be run: \(error)")
    }
  }

  /// What git prints, without the line break at the end.
  static func text(_ arguments: [String]) async throws(Silence) -> String {
    var bytes: [UInt8] = []
    try await stream(arguments) { bytes += $0 }
    if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func reason(_ message: String) -> String {
    if message.contains("not a git repository") { return "not a repository" }
    if message.contains("dubious ownership") {
      return "a repository of another user, which git does not read without safe.directory"
    }
    if message.contains("must be run in a work tree") { return "a repository without a working tree" }
    let line = message.split(separator: "\n").first.map(String.init) ?? "no reason given"
    return "git refuses: \(line)"
  }
}
