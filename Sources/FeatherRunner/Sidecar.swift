import FeatherExperiments
import FoundationEssentials
import Glibc

/// Where a sweep's code stood when it was started.
public struct Provenance: Codable, Sendable {
  /// Featherweight's version.
  public var version: String
  /// The command line.
  public var command: [String]
  /// The commit of the repository around the working directory; nil outside of one.
  public var commit: String?
  /// Whether that repository had changes; nil outside of one.
  public var dirty: Bool?

  /// Where the code stands.
  public init(version: String, command: [String], commit: String? = nil, dirty: Bool? = nil) {
    self.version = version
    self.command = command
    self.commit = commit
    self.dirty = dirty
  }
}

/// What varies between equal runs, and therefore stays out of the result file: `<id>.json`.
struct Sidecar: Encodable {
  private let run_id: String
  private let started: Date
  private var finished: Date?
  private var seconds: Double?
  private var peak_resident_bytes: Int?
  private let host: String
  private let process: Int32
  private let processor: String
  private let threads: Int
  private let provenance: Provenance
  private var libraries: [String: String] = [:]
  private var file_sha256 = ""
  private var attempts: [Attempt] = []

  /// Notes the beginning of a run that `threads` threads compute.
  init(id: RunID, threads: Int, provenance: Provenance) {
    PeakMemory.reset()
    run_id = id.hex
    self.threads = threads
    started = Date()
    host = Machine.host
    process = getpid()
    processor = Self.processorName()
    self.provenance = provenance
  }

  /// Notes the end of the run, the digest of its file, and all attempts at it.
  mutating func seal(fileDigest: String, environment: [EnvironmentFact], attempts: [Attempt]) {
    self.attempts = attempts
    let now = Date()
    finished = now
    seconds = now.timeIntervalSince(started)
    peak_resident_bytes = PeakMemory.bytes
    file_sha256 = fileDigest
    for fact in environment { libraries[fact.name] = fact.value }
  }

  func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
  }

  private static func processorName() -> String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    guard let value = line?.split(separator: ":", maxSplits: 1).last else { return "unknown" }
    return value.drop { $0 == " " }.description
  }
}

/// The most memory that this process had resident at a time.
private enum PeakMemory {
  /// Counts anew from what is resident now; where the system does not offer that, the process's peak goes on.
  static func reset() {
    let file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    writeAll([UInt8(ascii: "5")], to: file)
    close(file)
  }

  /// The peak since the last reset; nil where the system does not tell.
  static var bytes: Int? {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
