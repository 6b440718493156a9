import Crypto
import FeatherExperiments
import FeatherResults
import Glibc
import Subprocess

/// The code in the repository around the working directory, as git tells.
public struct GitState: Sendable {
  /// `clean`, `changed`, or why there is no more to say, such as `not a repository`.
  public var summary: String
  /// The commit that is checked out; nil where there is none.
  public var commit: String?
  /// Whether the working tree differs from the commit; nil where there is no repository to ask.
  public var dirty: Bool?
  /// The change of tracked files, where there is any.
  public var changes: Changes?
  /// Names of files that git does not track and does not ignore, from the repository's root: the first few dozen.
  public var untracked: [String] = []
  /// How many those files are.
  public var untrackedCount = 0
  /// Every file that differs, for messages; stays in the process that asked.
  var changedFiles: [String] = []
  /// What `changes` describes; stays in the process that asked.
  var diff: [UInt8] = []

  init(summary: String) {
    self.summary = summary
  }

  /// The text of `git diff HEAD --binary`, known by its digest.
  public struct Changes: Codable, Sendable {
    /// Its file in the sweep's folder, for `git apply`; nil where it is too large to be kept.
    public var file: String?
    /// Its size.
    public var bytes: Int
    /// Its digest.
    public var sha256: String
    /// Why there is no file.
    public var note: String?
  }

  /// Writes the change into a sweep's folder, once: its name is that of its content, so that all runs of the sweep share it.
  func keepChanges(in folder: SweepFolder) throws {
    guard let file = changes?.file else { return }
    let path = "\(folder.path)/\(file)"
    if !AtomicFile.exists(path) { try AtomicFile.write(diff, to: path) }
  }
}

extension GitState {
  /// The most bytes of a change that are kept.
  private static let mostDiffBytes = 4_000_000

  /// Asks git; whatever keeps it from answering is the answer.
  ///
  /// - Parameter results: a folder whose files do not count: what a sweep writes is no change of its code.
  static func current(apartFrom results: String) async -> GitState {
    var state = GitState(summary: "clean")
    do {
      let root = try await Git.text(["rev-parse", "--show-toplevel"])
      state.commit = try? await Git.text(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"])
      try await state.readStatus(apartFrom: Self.path(of: results, from: root))
      if state.commit == nil {
        state.summary = "a repository without commits"
      } else if state.dirty == true {
        state.summary = "changed"
        try await state.readDiff()
      }
    } catch {
      state.summary = error.reason
    }
    return state
  }

  /// A folder's path from the repository's root, with a slash at its end; nil for one outside, or the root itself.
  private static func path(of folder: String, from root: String) -> String? {
    guard let resolved = realpath(folder, nil) else { return nil }
    defer { free(resolved) }
    let path = String(cString: resolved)
    return path.hasPrefix(root + "/") ? path.dropFirst(root.count + 1) + "/" : nil
  }

  private mutating func readStatus(apartFrom results: String?) async throws(Git.Silence) {
    let text = try await Git.text(["status", "--porcelain", "-z", "--untracked-files=all", "--no-renames"])
    // Two letters, a space and a path, from the root; a zero after each.
    let entries = text.split(separator: "\0").map { (mark: $0.prefix(2), path: String($0.dropFirst(3))) }
      .filter { entry in results.map { !entry.path.hasPrefix($0) } ?? true }
    changedFiles = entries.map(\.path)
    let names = entries.filter { $0.mark == "??" }.map(\.path)
    (untracked, untrackedCount) = (names.leading(bytes: 4000), names.count)
    dirty = !entries.isEmpty
  }

  private mutating func readDiff() async throws(Git.Silence) {
    var hash = SHA256()
    var count = 0
    // Nothing in the user's settings may turn the text into one that 'git apply' does not take.
    let options = [
      "--binary", "--full-index", "--no-ext-diff", "--no-textconv", "--no-color", "--no-relative", "--src-prefix=a/",
      "--dst-prefix=b/",
    ]
    try await Git.stream(["diff", "HEAD"] + options) { piece in
      hash.update(bufferPointer: piece)
      count += piece.count
      if count <= Self.mostDiffBytes { diff += piece }
    }
    guard count > 0 else { return }
    let digest = hash.finalize().hexadecimal
    changes = Changes(file: "changes-\(digest.prefix(12)).diff", bytes: count, sha256: digest)
    guard count > Self.mostDiffBytes else { return }
    changes?.file = nil
    changes?.note = "not kept: larger than \(Self.mostDiffBytes) bytes"
    diff = []
  }
}

extension GitState: Codable {
  private enum CodingKeys: String, CodingKey {
    case summary = "git"
    case commit, dirty, changes, untracked
    case untrackedCount = "untracked_count"
  }

  /// Writes what is not known as null, so that it is not taken for forgotten.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(summary, forKey: .summary)
    try container.encode(commit, forKey: .commit)
    try container.encode(dirty, forKey: .dirty)
    try container.encodeIfPresent(changes, forKey: .changes)
    guard untrackedCount > 0 else { return }
    try container.encode(untracked, forKey: .untracked)
    try container.encode(untrackedCount, forKey: .untrackedCount)
  }

  /// Reads what `encode(to:)` wrote.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    summary = try container.decode(String.self, forKey: .summary)
    commit = try container.decodeIfPresent(String.self, forKey: .commit)
    dirty = try container.decodeIfPresent(Bool.self, forKey: .dirty)
    changes = try container.decodeIfPresent(Changes.self, forKey: .changes)
    untracked = try container.decodeIfPresent([String].self, forKey: .untracked) ?? []
    untrackedCount = try container.decodeIfPresent(Int.self, forKey: .untrackedCount) ?? 0
  }
}
