import FeatherExperiments
import FeatherResults
import FoundationEssentials
import Glibc

/// One process's turn at a cell: `<id>.partial/attempts.jsonl` has a line for each, and the sidecar all of them in the end.
struct Attempt: Codable, Sendable {
  /// How it ended.
  enum Outcome: String, Codable {
    case complete, diverged, failed, interrupted
    /// Its process was gone before it could say.
    case lost
  }

  let start: Date
  private(set) var end: Date
  let host: String
  let pid: Int32
  private(set) var outcome: Outcome
  /// Why, or where it stopped.
  private(set) var reason: String?

  /// One that this process begins now.
  static func begin() -> Attempt {
    Attempt(start: Date(), end: Date(), host: Machine.host, pid: getpid(), outcome: .lost)
  }

  private init(start: Date, end: Date, host: String, pid: Int32, outcome: Outcome) {
    (self.start, self.end, self.host, self.pid, self.outcome) = (start, end, host, pid, outcome)
  }

  /// One of another process of this machine that ended by itself, or was ended.
  init(of pid: Int32, since start: Date) {
    self.init(start: start, end: Date(), host: Machine.host, pid: pid, outcome: .lost)
  }

  /// The one of a claim that is void; nil for a claim that does not say whose it was.
  init?(lost claim: ClaimFile) {
    guard let owner = claim.owner else { return nil }
    self.init(start: owner.started, end: claim.lastSign, host: owner.host, pid: owner.pid, outcome: .lost)
  }

  /// The same, ended now.
  func ended(_ outcome: Outcome, _ reason: String?) -> Attempt {
    var attempt = self
    (attempt.end, attempt.outcome, attempt.reason) = (Date(), outcome, reason)
    return attempt
  }

  /// The line by which its part of the log begins.
  func header(number: Int) -> String {
    "\(Self.headerStart) \(number), \(start.ISO8601Format()), \(host), process \(pid) ---\n"
  }

  /// How such a line begins.
  static let headerStart = "--- attempt"
}

extension SweepFolder {
  private func attemptsPath(_ id: RunID) -> String { "\(partialPath(id))/attempts.jsonl" }

  /// The attempts at a cell that came to no result so far, in order.
  func attempts(_ id: RunID) -> [Attempt] {
    guard let bytes = try? AtomicFile.read(attemptsPath(id)) else { return [] }
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    // A line that a crash cut short tells nothing.
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap { try? decoder.decode(Attempt.self, from: Data($0)) }
  }

  /// Notes an attempt that came to no result.
  func note(_ attempt: Attempt, _ id: RunID) {
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // A folder that cannot take the line, on a full disk, is no reason to fail once more.
    let file = open(attemptsPath(id), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard file >= 0, let json = try? encoder.encode(attempt) else { return }
    writeAll(Array(json) + [UInt8(ascii: "\n")], to: file)
    close(file)
  }

  /// Notes an attempt that failed, and why, for the next one and for `status`.
  func keepFailure(_ reason: String, _ attempt: Attempt, _ id: RunID) {
    // A folder that cannot take the reason (a full disk) leaves the cell 'interrupted', which is true as well.
    guard (try? createPartial(id)) != nil else { return }
    note(attempt.ended(.failed, reason), id)
    try? AtomicFile.write(Array(reason.utf8), to: failurePath(id))
  }
}
