public import FeatherExperiments
import FeatherResults
import Glibc

/// The folder of a sweep's results: `plan.json`, `sweep.h5`, and for each run `<id>.h5`, `<id>.json`, `<id>.log`.
public struct SweepFolder: Sendable {
  /// Where it is.
  public let path: String

  /// A sweep's folder, which need not exist.
  public init(_ path: String) {
    self.path = path
  }

  /// The frozen plan's file.
  public var planPath: String { "\(path)/plan.json" }
  /// A run's result file.
  public func resultPath(_ id: RunID) -> String { "\(path)/\(id).h5" }
  /// A run's sidecar: when, where, how long, versions.
  public func sidecarPath(_ id: RunID) -> String { "\(path)/\(id).json" }
  /// What a run's worker said.
  public func logPath(_ id: RunID) -> String { "\(path)/\(id).log" }
  /// The folder of a run under way, or of one that did not end.
  public func partialPath(_ id: RunID) -> String { "\(path)/\(id).partial" }
  /// A run's live metrics.
  func livePath(_ id: RunID) -> String { "\(partialPath(id))/metrics.jsonl" }
  /// Why a run's last attempt failed.
  func failurePath(_ id: RunID) -> String { "\(partialPath(id))/failure.txt" }

  /// Whether a sweep was started here.
  public var exists: Bool { AtomicFile.exists(planPath) }

  /// The frozen plan.
  ///
  /// - Throws: `RunnerError` where no sweep was started, `SpecError` when the plan cannot be read.
  public func plan() throws -> Plan {
    guard exists else {
      throw RunnerError("\(path): no sweep was started here (there is no plan.json): start one with 'featherweight run'")
    }
    return try Plan(json: String(decoding: AtomicFile.read(planPath), as: UTF8.self), file: planPath)
  }

  /// Creates the folder, with those above it.
  func create() throws {
    try Self.createFolder(path)
  }

  static func createFolder(_ path: String) throws {
    var built = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      built += (built.isEmpty || built.hasSuffix("/") ? "" : "/") + part
      guard mkdir(built, 0o755) != 0, errno != EEXIST else { continue }
      throw RunnerError("cannot create the folder \(built): \(String(cString: strerror(errno))); choose another with --out")
    }
  }

  /// Removes a run's partial folder with all that is in it; its files are known.
  func removePartial(_ id: RunID) {
    unlink(livePath(id))
    unlink(failurePath(id))
    rmdir(partialPath(id))
  }
}

/// The right to write to a sweep's folder; one process has it at a time, and the system takes it back when that process dies.
struct SweepLock: ~Copyable {
  private let file: Int32

  /// - Throws: `RunnerError` when another process has it.
  init(_ folder: SweepFolder) throws {
    let path = "\(folder.path)/.lock"
    file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw RunnerError("cannot write to \(folder.path): \(String(cString: strerror(errno))); choose another with --out")
    }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      throw RunnerError("another 'featherweight run' is at work in \(folder.path): wait for it, or choose another with --out")
    }
  }

  deinit {
    close(file)
  }
}
