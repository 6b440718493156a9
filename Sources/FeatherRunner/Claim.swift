import FeatherExperiments
import FeatherResults
import FoundationEssentials
import Glibc

/// The right to compute a cell, which one process has at a time.
///
/// It is a file `claim-<n>` in the cell's partial folder; the highest number holds. The system gives its lock back when its process dies;
/// where other machines cannot see that, the file is touched now and then, and void when it was not for the length of a lease.
struct Claim: ~Copyable {
  /// How an attempt to take a claim ended.
  enum Taking: ~Copyable {
    /// The cell is this process's; in words from whom it was taken over, where somebody had begun it.
    case taken(Claim, from: ClaimFile?)
    /// Another process computes it; who.
    case elsewhere(by: String)
    /// There is a result by now.
    case done
  }

  private let folder: String
  private let number: Int
  private let file: Int32
  private let heartbeat: Heartbeat

  /// Claims a cell, unless another process has it or has finished it.
  ///
  /// - Parameters:
  ///   - lease: seconds without a sign of life after which other machines may take the cell over.
  ///   - replacing: whether the cell is to be computed though it has a result.
  /// - Throws: `RunnerError` when the folder takes no files.
  static func take(_ id: RunID, in folder: SweepFolder, lease: Double = 60, replacing: Bool = false) throws -> Taking {
    let partial = folder.partialPath(id)
    while true {
      try folder.createPartial(id)
      let before = ClaimFile(highestIn: partial)
      if let before, before.isAlive(by: .fileSystem) { return .elsewhere(by: before.owner?.words ?? "another process") }
      let number = (before?.number ?? 0) + 1
      let file = open(ClaimFile.path(partial, number), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      guard file >= 0 else {
        // Somebody was quicker, or has just finished and removed the folder.
        if errno == EEXIST || errno == ENOENT { continue }
        throw RunnerError("cannot claim \(id) in \(partial): \(String(cString: strerror(errno)))")
      }
      let claim = try Claim(partial, number, file, lease)
      for old in ClaimFile.numbers(in: partial) where old < number { unlink(ClaimFile.path(partial, old)) }
      guard claim.isStillMine else {
        claim.release()
        continue
      }
      if !replacing && AtomicFile.exists(folder.resultPath(id)) {
        claim.release()
        folder.removePartial(id)
        return .done
      }
      return .taken(claim, from: before)
    }
  }

  private init(_ folder: String, _ number: Int, _ file: Int32, _ lease: Double) throws {
    var lock = ClaimFile.wholeFile(F_WRLCK)
    // On a file system without locks the lease decides alone.
    let isLocked = fcntl(file, ClaimFile.take, &lock) == 0
    let encoder = JSONEncoder()
    encoder.dateEncodingStrategy = .iso8601
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = Array(try encoder.encode(ClaimOwner.current(lease: lease, locked: isLocked))) + [UInt8(ascii: "\n")]
    guard writeAll(line, to: file), fsync(file) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(ClaimFile.path(folder, number))
      close(file)
      throw RunnerError("cannot write a claim in \(folder): \(reason); free some space or choose another with --out")
    }
    self.folder = folder
    self.number = number
    self.file = file
    heartbeat = Heartbeat(touching: file, every: lease / 6)
  }

  /// Whether nobody has taken the cell over.
  var isStillMine: Bool { ClaimFile.numbers(in: folder).max() == number }

  /// Makes sure that the cell is still this process's: to be asked before anything of it is written.
  ///
  /// - Throws: `ClaimLost` when another process has taken it over.
  func check() throws { try checking() }

  /// The same to take along.
  var checking: () throws -> Void {
    { [folder, number] in
      guard ClaimFile.numbers(in: folder).max() != number else { return }
      throw ClaimLost(by: ClaimFile(highestIn: folder)?.owner?.words ?? "another process")
    }
  }

  /// Gives the cell back; what its folder holds otherwise, stays.
  consuming func release() {
    unlink(ClaimFile.path(folder, number))
  }

  deinit {
    heartbeat.stop()
    close(file)
  }
}

/// A process found, after a pause that was too long, that another had taken its cell over.
struct ClaimLost: Error, CustomStringConvertible {
  /// Who has it now.
  let owner: String

  init(by owner: String) { self.owner = owner }

  var description: String {
    "\(owner) has taken this cell over, since this process gave no sign of life; it computes it, and nothing is lost"
  }
}

/// A thread that touches a file now and then, so that other machines see its process alive.
private struct Heartbeat {
  private let thread: pthread_t
  private let far: Int32

  init(touching file: Int32, every seconds: Double) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { preconditionFailure("a process has a pipe for its heartbeat") }
    // A worker starts no other programs; should it ever, they must not hold the pipe open.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    far = ends[1]
    let near = ends[0]
    thread = startThread { Self.touch(file, every: Int32(seconds * 1000), until: near) }
  }

  /// Touches a file until the other end of a pipe is closed.
  private static func touch(_ file: Int32, every milliseconds: Int32, until end: Int32) {
    while true {
      var request = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
      let count = poll(&request, 1, milliseconds)
      if count > 0 { break }
      // The file system's clock, not this machine's.
      if count == 0 { futimens(file, nil) }
    }
    close(end)
  }

  func stop() {
    close(far)
    pthread_join(thread, nil)
  }
}
