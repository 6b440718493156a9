import FeatherDatasets
import FeatherExperiments
import FeatherFederation
import FeatherResults
import FoundationEssentials
import Glibc

/// The body of a worker process: computes the cells that come in on standard input, one line of JSON each, and seals their result
/// files.
///
/// Messages go to standard output; everything else that is printed, a crash included, goes to the cell's log. The process ends when
/// standard input closes, so that no worker outlives whoever started it.
struct Worker {
  let folder: SweepFolder
  let data: DataLocations
  let threads: Int
  let checkpointEvery: CheckpointCadence
  let keepsCheckpoints: Bool
  let provenance: Provenance
  /// The data set that was read last, unless it is large; cells of a sweep mostly have the same.
  private var known: (spec: DatasetSpec, splits: DatasetSplits)?

  init(
    folder: SweepFolder, data: DataLocations, threads: Int, checkpointEvery: CheckpointCadence, keepsCheckpoints: Bool,
    provenance: Provenance
  ) {
    self.folder = folder
    self.data = data
    self.threads = threads
    self.checkpointEvery = checkpointEvery
    self.keepsCheckpoints = keepsCheckpoints
    self.provenance = provenance
  }

  /// Computes cell after cell.
  ///
  /// - Returns: the process's exit status.
  mutating func run() -> Int32 {
    StopRequest.listen()
    let cells = CellInput()
    while let line = cells.next() {
      do {
        let order = try CellOrder(line: line)
        let id = RunID(order.spec)
        switch try Claim.take(id, in: folder, replacing: order.replaces) {
        case .taken(let claim, let before): attempt(order.spec, id, claim, after: before)
        case .elsewhere(let owner): Self.say(.elsewhere(by: owner))
        case .done: Self.say(.elsewhere(by: ""))
        }
      } catch {
        Self.say(.failed(reason: "\(error)", refused: error is SpecError || error is DatasetError))
      }
    }
    return 0
  }

  /// Computes a claimed cell and says how that ended; what did not come to a result is noted before the cell is given back.
  private mutating func attempt(_ spec: RunSpec, _ id: RunID, _ claim: consuming Claim, after before: ClaimFile?) {
    let attempt = Attempt.begin()
    do {
      try begin(id, attempt, after: before)
      try compute(spec, id, claim, attempt)
      return
    } catch let stop as RunInterrupted {
      let position = stop.position
      let place = "\(position.stage) \(position.done)/\(position.of)"
      folder.note(attempt.ended(.interrupted, place), id)
      claim.release()
      Self.say(.interrupted(stage: position.stage, done: position.done, of: position.of))
    } catch let lost as ClaimLost {
      StandardError.write("\(lost)\n")
      Self.say(.elsewhere(by: lost.owner))
    } catch {
      StandardError.write("\(error)\n")
      folder.keepFailure("\(error)", attempt, id)
      claim.release()
      Self.say(.failed(reason: "\(error)", refused: error is SpecError || error is DatasetError))
    }
  }

  /// Begins the attempt's part of the log, and notes the end of one that could not do that itself.
  private func begin(_ id: RunID, _ attempt: Attempt, after before: ClaimFile?) throws {
    unlink(folder.failurePath(id))
    let lost = before.map { (ending: $0.ending(by: .fileSystem), attempt: Attempt(lost: $0)) }
    if let attempt = lost?.attempt { folder.note(attempt, id) }
    try Self.redirectStandardError(to: folder.logPath(id))
    StandardError.write(attempt.header(number: folder.attempts(id).count + 1))
    guard let lost else { return }
    AtomicFile.removeLeftovers(of: [folder.sidecarPath(id), folder.resultPath(id)])
    StandardError.write("took over from \(lost.ending)\n")
    Self.say(.tookOver(from: lost.ending))
  }

  private mutating func compute(_ spec: RunSpec, _ id: RunID, _ claim: borrowing Claim, _ attempt: Attempt) throws {
    var sidecar = Sidecar(spec, id: id, threads: threads, provenance: provenance)
    let result = try federate(spec, id, claim.checking)
    let bytes = try RunFile.encode(result, identity: RunIdentity(spec, id))
    let outcome: Attempt.Outcome = result.status == .complete ? .complete : .diverged
    sidecar.seal(
      fileDigest: RunFile.digest(bytes), environment: result.environment,
      attempts: folder.attempts(id) + [attempt.ended(outcome, nil)])
    try claim.check()
    // The sidecar first: where there is a result file there is a sidecar that knows its digest.
    do {
      try AtomicFile.write(sidecar.json(), to: folder.sidecarPath(id))
      try AtomicFile.write(bytes, to: folder.resultPath(id))
    } catch {
      // Whoever takes a cell over removes what was half-written of it.
      try claim.check()
      throw error
    }
    folder.removePartial(id, keepingCheckpoint: keepsCheckpoints)
    let divergence = result.status.divergence
    Self.say(
      divergence.map { .diverged(reason: $0) } ?? .complete(accuracy: result.rounds.last?.testAccuracy ?? .nan))
  }

  /// What the partition's HDF5 file says, where it has one.
  static func partitionLists(_ spec: PartitionSpec) throws -> [[Int]]? {
    guard case .fromFile(let file) = spec.scheme, let path = file.path else { return nil }
    do {
      return try PartitionArrays.isHDF5(path) ? PartitionArrays.read(path) : nil
    } catch {
      throw DatasetError(error.description)
    }
  }

  private mutating func federate(_ spec: RunSpec, _ id: RunID, _ checkClaim: @escaping () throws -> Void) throws
    -> RunResult
  {
    Self.say(.progress(stage: "data", done: 0, of: 1))
    var federation = try Federation(
      spec, data: try splits(spec.dataset), partitionLists: try Self.partitionLists(spec.partition),
      threads: threads)
    Self.say(.progress(stage: "data", done: 1, of: 1))
    let checkpoints = RunCheckpoints(
      in: folder.partialPath(id), key: "\(id) \(provenance.program?.sha256 ?? provenance.version)",
      every: checkpointEvery, mayWrite: checkClaim)
    let start = checkpoints.resume(&federation)
    if let start { Self.say(.resumed(stage: start.stage, done: start.done, of: start.of)) }
    let live = try LiveMetrics(
      folder.livePath(id), after: start?.stage == RunEvent.Stage.rounds.rawValue ? start?.done ?? 0 : 0)
    return try federation.run(checkpointing: checkpoints.checkpointing) { event in
      switch event {
      case .progress(let stage, let done, let count):
        Self.say(.progress(stage: stage.rawValue, done: done, of: count))
      case .round(let record):
        try live.append(record)
        Self.say(.round(record.round + 1, of: spec.federation.rounds, accuracy: record.testAccuracy))
      }
    }
  }

  private mutating func splits(_ spec: DatasetSpec) throws -> DatasetSplits {
    if let known, known.spec == spec { return known.splits }
    // Never two at a time.
    known = nil
    let splits = try Assembly.data(spec, in: data)
    if Assembly.isKept(spec) { known = (spec, splits) }
    return splits
  }

  private static func say(_ message: WorkerMessage) {
    writeAll(message.line, to: STDOUT_FILENO)
  }

  private static func redirectStandardError(to path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw RunnerError("cannot create \(path): \(String(cString: strerror(errno)))") }
    dup2(file, STDERR_FILENO)
    close(file)
  }
}

/// The rounds of a run under way, one JSON object per line, for whoever looks in.
struct LiveMetrics: ~Copyable {
  private let file: Int32

  /// - Parameter rounds: how many of the rounds that are there already the run goes on after.
  init(_ path: String, after rounds: Int) throws {
    let lines = rounds == 0 ? [] : ((try? AtomicFile.read(path)) ?? []).split(separator: UInt8(ascii: "\n"))
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw RunnerError("cannot create \(path): \(String(cString: strerror(errno)))") }
    for line in lines.prefix(rounds) { try write(Array(line)) }
  }

  func append(_ record: RoundRecord) throws {
    let line =
      "{\"round\":\(record.round),\"test_accuracy\":\(record.testAccuracy),\"test_loss\":\(record.testLoss),"
      + "\"bytes_up\":\(record.bytesUp),\"bytes_down\":\(record.bytesDown)}"
    try write(Array(line.utf8))
  }

  private func write(_ line: [UInt8]) throws {
    guard writeAll(line + [UInt8(ascii: "\n")], to: file) else {
      throw RunnerError("cannot write live metrics: \(String(cString: strerror(errno))); free some space")
    }
  }

  deinit {
    close(file)
  }
}
