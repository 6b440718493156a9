import Foundation

/// A git repository in a sandbox's folder.
struct Repository {
  let sandbox: Sandbox

  /// What keeps the settings of whoever runs the tests, and a repository around the sandbox, out of them.
  var surroundings: [String: String] {
    [
      "GIT_CONFIG_NOSYSTEM": "1", "GIT_CEILING_DIRECTORIES": (sandbox.path as NSString).deletingLastPathComponent,
      "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_COMMITTER_NAME": "A",
      "GIT_COMMITTER_EMAIL": "a@example.com",
    ]
  }

  /// Runs git; what it printed, without the line break at the end.
  @discardableResult
  func git(_ arguments: String...) throws -> String {
    let ended = try sandbox.start(arguments, program: "/usr/bin/git", environment: surroundings).wait()
    guard ended.status == 0 else { throw SandboxError(description: "git \(arguments): \(ended.stderr)") }
    return ended.stdout.trimmingCharacters(in: .newlines)
  }

  /// Makes everything in the sandbox the first commit.
  ///
  /// - Returns: its name.
  func commitAll() throws -> String {
    try git("init", "--quiet", ".")
    try git("add", ".")
    try git("commit", "--quiet", "-m", "first")
    return try git("rev-parse", "HEAD")
  }

  /// The sidecars of a sweep, by their names.
  func sidecars(_ folder: String) throws -> [String: [String: Any]] {
    try sandbox.snapshot(folder).filter { $0.key.wholeMatch(of: /[0-9a-f]{12}\.json/) != nil }
      .mapValues { try JSONSerialization.jsonObject(with: $0) as? [String: Any] ?? [:] }
  }

  /// What `sha256sum` says of a file.
  func sha256(_ path: String) throws -> String {
    String(try sandbox.start([path], program: "/usr/bin/sha256sum").wait().stdout.prefix(64))
  }
}
