import FeatherCodecs
import FeatherExperiments
import FeatherResults
import FoundationEssentials
import Glibc

/// What varies between equal runs, and therefore stays out of the result file: `<id>.json`.
struct Sidecar: Encodable {
  private let run_id: String
  private let started: Date
  private var finished: Date?
  private var seconds: Double?
  private var peak_resident_bytes: Int?
  private let process = getpid()
  private let threads: Int
  private let machine = MachineFacts()
  private let provenance: Code
  private let environment = RecordedEnvironment.variables(of: ProcessEnvironment.current)
  private let data: [DataFile]
  private var partition: [String: String]?
  private var availability: [String: String]?
  private var libraries: [String: String] = [:]
  private var file_sha256 = ""
  private var attempts: [Attempt] = []

  /// What was started, and what git says of its code, side by side.
  private struct Code: Encodable {
    let provenance: Provenance

    private enum Keys: String, CodingKey { case version, command, program }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(provenance.version, forKey: .version)
      try container.encode(provenance.command, forKey: .command)
      try container.encode(provenance.program, forKey: .program)
      try provenance.git.encode(to: encoder)
    }
  }

  /// Notes the beginning of a run that `threads` threads compute.
  init(_ spec: RunSpec, id: RunID, threads: Int, provenance: Provenance) {
    PeakMemory.reset()
    run_id = id.hex
    self.threads = threads
    started = Date()
    self.provenance = Code(provenance: provenance)
    data = provenance.data[spec.dataset.name.rawValue] ?? []
    let known = { (file: PartitionFile) in ["path": file.path ?? "", "sha256": file.digest] }
    if case .fromFile(let file) = spec.partition.scheme { partition = known(file) }
    if spec.federation.availability.isGiven { availability = known(spec.federation.availability) }
  }

  /// Notes the end of the run, the digest of its file, and all attempts at it.
  mutating func seal(fileDigest: String, environment: [EnvironmentFact], attempts: [Attempt]) {
    self.attempts = attempts
    let now = Date()
    finished = now
    seconds = now.timeIntervalSince(started)
    peak_resident_bytes = PeakMemory.bytes
    file_sha256 = fileDigest
    libraries["zlib"] = DeflatedCodec.libraryVersion
    for fact in environment + RunFile.libraries { libraries[fact.name] = fact.value }
  }

  func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    return Array(try encoder.encode(self)) + [UInt8(ascii: "\n")]
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
