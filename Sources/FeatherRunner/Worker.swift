import FeatherDatasets
import FeatherExperiments
import FeatherFederation
import FeatherResults
import FoundationEssentials
import Glibc

/// The body of a worker process: computes one cell of a frozen plan and seals its result file.
enum Worker {
  /// Computes the cell `id` of the plan in `folder`.
  ///
  /// Messages go to standard output; everything else that is printed, a crash included, goes to the cell's log. The process ends
  /// when standard input closes, so that no worker outlives whoever started it.
  /// - Returns: the process's exit status: 0, 1 for a failure, 2 when spec or data were refused.
  static func run(folder: SweepFolder, id: RunID, data: DataLocations, provenance: Provenance) -> Int32 {
    endWithStandardInput()
    do {
      try SweepFolder.createFolder(folder.partialPath(id))
      unlink(folder.failurePath(id))
      try redirectStandardError(to: folder.logPath(id))
      return try compute(folder, id, data, provenance)
    } catch let error as SpecError {
      return fail("\(error)", refused: true)
    } catch let error as DatasetError {
      return fail("\(error)", refused: true)
    } catch {
      return fail("\(error)", refused: false)
    }
  }

  private static func compute(
    _ folder: SweepFolder, _ id: RunID, _ data: DataLocations, _ provenance: Provenance
  ) throws -> Int32 {
    guard let cell = try folder.plan().cells.first(where: { $0.id == id }) else {
      throw RunnerError("\(folder.planPath): has no cell \(id)")
    }
    var sidecar = Sidecar(id: id, provenance: provenance)
    say(.progress(stage: "data", done: 0, of: 1))
    // The federation keeps what it needs of the images, and nothing else does.
    let federation = try Federation(
      cell.spec, data: try Assembly.data(cell.spec.dataset, in: data),
      partitionLists: try partitionLists(cell.spec.partition))
    say(.progress(stage: "data", done: 1, of: 1))
    let live = try LiveMetrics(folder.livePath(id))
    let result = try federation.run { event in
      switch event {
      case .progress(let stage, let done, let count): say(.progress(stage: stage.rawValue, done: done, of: count))
      case .round(let record):
        try live.append(record)
        say(.round(record.round + 1, of: cell.spec.federation.rounds, accuracy: record.testAccuracy))
      }
    }
    let bytes = try RunFile.encode(result, identity: RunIdentity(cell))
    // The sidecar first: where there is a result file there is a sidecar that knows its digest.
    sidecar.seal(fileDigest: RunFile.digest(bytes), environment: result.environment)
    try AtomicFile.write(sidecar.json(), to: folder.sidecarPath(id))
    try AtomicFile.write(bytes, to: folder.resultPath(id))
    folder.removePartial(id)
    switch result.status {
    case .complete: say(.complete(accuracy: result.rounds.last?.testAccuracy ?? .nan))
    case .diverged(let round, let reason):
      say(.diverged(reason: (round.map { "round \($0): " } ?? "before the rounds: ") + reason))
    }
    return 0
  }

  /// What the partition's HDF5 file says, where it has one.
  private static func partitionLists(_ spec: PartitionSpec) throws -> [[Int]]? {
    guard case .fromFile(let file) = spec.scheme, let path = file.path else { return nil }
    do {
      return try PartitionArrays.isHDF5(path) ? PartitionArrays.read(path) : nil
    } catch let error as ResultsError {
      throw DatasetError(error.description)
    }
  }

  private static func fail(_ reason: String, refused: Bool) -> Int32 {
    StandardError.write("\(reason)\n")
    say(.failed(reason: reason, refused: refused))
    return refused ? 2 : 1
  }

  private static func say(_ message: WorkerMessage) {
    writeAll(message.line, to: STDOUT_FILENO)
  }

  private static func redirectStandardError(to path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw RunnerError("cannot create \(path): \(String(cString: strerror(errno)))") }
    dup2(file, STDERR_FILENO)
    close(file)
  }

  /// Ends the process at once when standard input reaches its end.
  private static func endWithStandardInput() {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        var byte: UInt8 = 0
        while true {
          let count = read(STDIN_FILENO, &byte, 1)
          if count == 0 || (count < 0 && errno != EINTR) { _exit(130) }
        }
      }, nil)
    pthread_detach(thread)
  }
}

extension RunIdentity {
  init(_ cell: Cell) {
    self.init(
      runID: cell.id.hex, canonicalJSON: cell.spec.canonicalJSON, yaml: cell.spec.yaml, flattened: cell.spec.flattened)
  }
}

/// The rounds of a run under way, one JSON object per line, for whoever looks in.
struct LiveMetrics: ~Copyable {
  private let file: Int32

  init(_ path: String) throws {
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw RunnerError("cannot create \(path): \(String(cString: strerror(errno)))") }
  }

  func append(_ record: RoundRecord) throws {
    let line =
      "{\"round\":\(record.round),\"test_accuracy\":\(record.testAccuracy),\"test_loss\":\(record.testLoss),"
      + "\"bytes_up\":\(record.bytesUp),\"bytes_down\":\(record.bytesDown)}\n"
    guard writeAll(Array(line.utf8), to: file) else {
      throw RunnerError("cannot write live metrics: \(String(cString: strerror(errno))); free some space")
    }
  }

  deinit {
    close(file)
  }
}
