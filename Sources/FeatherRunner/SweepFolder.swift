public import FeatherExperiments
import FeatherResults
import FoundationEssentials
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
      throw RunnerError(
        "\(path): no sweep was started here (there is no plan.json): start one with 'featherweight run'")
    }
    let text = String(decoding: try AtomicFile.read(planPath), as: UTF8.self)
    do {
      return try Plan(json: text, file: planPath)
    } catch var error as SpecError {
      error.message += "; restore the file, or remove it and 'run' freezes the spec anew"
      throw error
    }
  }

  /// The frozen plan, known without being read to the end where it is the text of `plan`: of ten thousand cells that takes long.
  public func plan(perhaps plan: Plan) throws -> Plan {
    let isSame = (try? AtomicFile.read(planPath)) == Array(plan.json.utf8)
    return isSame ? plan : try self.plan()
  }

  /// Creates the folder, with those above it.
  func create() throws {
    try Self.createFolder(path)
  }

  /// Removes the folder of a sweep that was frozen just now, unless more than its plan is in it.
  func removeUnlessBegun() {
    rmdir("\(path)/slurm")
    guard Self.names(in: path) == ["plan.json"] else { return }
    unlink(planPath)
    rmdir(path)
  }

  static func createFolder(_ path: String) throws {
    var built = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      built += (built.isEmpty || built.hasSuffix("/") ? "" : "/") + part
      guard mkdir(built, 0o755) != 0, errno != EEXIST else { continue }
      let reason = String(cString: strerror(errno))
      throw RunnerError("cannot create the folder \(built): \(reason); choose another with --out")
    }
  }

  /// Creates a run's partial folder; one that is a link in truth would lead whoever writes to it elsewhere.
  func createPartial(_ id: RunID) throws {
    let folder = partialPath(id)
    try Self.createFolder(folder)
    var status = stat()
    guard lstat(folder, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else { return }
    throw RunnerError("\(folder) is no folder but a link or a file: remove it")
  }

  /// Removes a run's partial folder with all that is in it, but for a checkpoint that is to be kept.
  func removePartial(_ id: RunID, keepingCheckpoint: Bool = false) {
    let folder = partialPath(id)
    // A link in its place goes itself, and nothing that it points to.
    guard AtomicFile.exists(folder), unlink(folder) != 0 else { return }
    for name in Self.names(in: folder) where !keepingCheckpoint || !CheckpointFiles.isOne(name) {
      unlink("\(folder)/\(name)")
    }
    // A folder that still holds something stays.
    rmdir(folder)
  }

  /// Removes half-written files of processes that were killed.
  func removeHalfWritten() { AtomicFile.removeLeftovers(in: path) }

  static func names(in folder: String) -> [String] {
    // A folder that is not there has no names; to ask first is faster.
    guard AtomicFile.exists(folder) else { return [] }
    return (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }
}
