public import FeatherExperiments
import FeatherResults
import FoundationEssentials

/// What a run's sidecar says that reports show.
public struct SidecarFacts: Sendable {
  /// How long the computation took, seconds.
  public let seconds: Double?
  /// When it was started, as an ISO 8601 text of UTC.
  public let started: String?
  /// When it was finished, in the same way.
  public let finished: String?
  /// Names and values of the code, the libraries and the machine, in a fixed order.
  public let provenance: [(name: String, value: String)]
}

extension SweepFolder {
  /// What a run's sidecar says; nil where there is none, or it cannot be read.
  ///
  /// Sidecars of earlier versions say less.
  public func sidecarFacts(of id: RunID) -> SidecarFacts? {
    let path = sidecarPath(id)
    guard AtomicFile.exists(path), let bytes = try? AtomicFile.read(path),
      let sidecar = try? JSONDecoder().decode(ReadSidecar.self, from: Data(bytes))
    else { return nil }
    return SidecarFacts(
      seconds: sidecar.seconds, started: sidecar.started, finished: sidecar.finished, provenance: sidecar.facts)
  }

  /// The name of the file of what a run's worker said; nil where there is none.
  public func logName(of id: RunID) -> String? { AtomicFile.exists(logPath(id)) ? "\(id).log" : nil }
}

/// The parts of a sidecar that are read again.
private struct ReadSidecar: Decodable {
  struct Code: Decodable {
    var version: String?
    var command: [String]?
    var commit: String?
    var git: String?
    var program: Program?
  }

  struct Program: Decodable {
    var sha256: String?
    var compiler: String?
  }

  struct Machine: Decodable {
    var processor: String?
    var processors: Int?
    var memory_bytes: Int?
    var kernel: String?
    var container: String?
  }

  struct File: Decodable {
    var name: String?
    var sha256: String?
  }

  var seconds: Double?
  var started: String?
  var finished: String?
  var threads: Int?
  var provenance: Code?
  var machine: Machine?
  var libraries: [String: String]?
  var data: [File]?

  /// What there is of them, in a fixed order; digests by their first digits.
  var facts: [(name: String, value: String)] {
    let processor = machine?.processor.map { name in name + (machine?.processors.map { ", \($0) processors" } ?? "") }
    let memory = machine?.memory_bytes.map { "\($0 / 1_000_000) MB" }
    let libraries = (libraries ?? [:]).sorted { $0.key < $1.key }.map {
      ($0.key.replacing("_", with: " "), Optional($0.value))
    }
    let data = (data ?? []).map { file in
      ("data", file.name.map { name in name + (file.sha256.map { ", SHA-256 \($0.prefix(12))…" } ?? "") })
    }
    let facts: [(String, String?)] =
      [
        ("Featherweight", provenance?.version),
        (
          "commit",
          provenance?.commit.map { commit in commit + (provenance?.git.map { ", \($0)" } ?? "") } ?? provenance?.git
        ),
        ("program", provenance?.program?.sha256.map { "SHA-256 \($0.prefix(12))…" }),
        ("compiler", provenance?.program?.compiler), ("command", provenance?.command?.joined(separator: " ")),
      ] + libraries + [
        ("processor", processor), ("memory", memory), ("kernel", machine?.kernel), ("container", machine?.container),
        ("threads", threads.map { "\($0)" }),
      ] + data
    return facts.compactMap { name, value in value.map { (name: name, value: $0) } }
  }
}
