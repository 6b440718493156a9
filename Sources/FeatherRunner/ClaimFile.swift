import FeatherExperiments
import FeatherResults
import FoundationEssentials
import Glibc
import Synchronization

/// Who computes a cell, as the first line of a claim tells.
struct ClaimOwner: Codable, Sendable {
  let host: String
  /// The machine's boot id: locks are seen by those who have the same.
  let boot: String
  let pid: Int32
  /// The scheduler's number for the job, where there is one.
  let job: String?
  let started: Date
  /// After so many seconds without a sign of life the claim is void, where locks do not tell.
  let lease_s: Double
  /// Whether the file system could lock the claim.
  let locked: Bool

  /// This process.
  static func current(lease: Double, locked: Bool) -> ClaimOwner {
    let variables = ProcessEnvironment.current
    let job = ["SLURM_JOB_ID", "PBS_JOBID", "LSB_JOBID", "JOB_ID"].lazy.compactMap { variables[$0] }.first
    return ClaimOwner(
      host: Machine.host, boot: Machine.boot, pid: getpid(), job: job, started: Date(), lease_s: lease, locked: locked)
  }

  /// In words for a message.
  var words: String { "\(host), process \(pid)" + (job.map { ", job \($0)" } ?? "") }
}

/// A claim as it lies in a cell's partial folder, seen from outside.
struct ClaimFile: Sendable {
  /// By which clock the age of a claim's last sign of life is told.
  enum Clock {
    /// This machine's: for those who only look.
    case local
    /// That of the file system, asked with a new file: machines' clocks differ.
    case fileSystem
  }

  // F_OFD_GETLK and F_OFD_SETLK of Linux, which the Glibc module does not show: locks of an open file, not of a process.
  static let ask: Int32 = 36
  static let take: Int32 = 37
  /// A claim without its line is one that is being made; it does not take longer.
  private static let making = 5.0

  /// The cell's partial folder.
  private let folder: String
  let number: Int
  /// Who made it; nil when it was not written to the end.
  let owner: ClaimOwner?
  fileprivate let isLocked: Bool?
  private let touched: Double

  /// The claim with the highest number in a folder: the one that counts; nil where there is none.
  init?(highestIn folder: String) {
    guard let number = Self.numbers(in: folder).max() else { return nil }
    self.init(folder, number)
  }

  private init?(_ folder: String, _ number: Int) {
    self.folder = folder
    self.number = number
    let file = open(Self.path(folder, number), O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { return nil }
    touched = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(file, &bytes, bytes.count)
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    owner = try? decoder.decode(ClaimOwner.self, from: Data(bytes.prefix(max(0, count))))
    // Asking for a shared lock tells of an exclusive one, and takes nothing from anybody.
    var lock = Self.wholeFile(F_RDLCK)
    isLocked = fcntl(file, Self.ask, &lock) == 0 ? lock.l_type != Int16(F_UNLCK) : nil
  }

  /// Whether its owner is at work.
  ///
  /// On the same machine the lock tells exactly; elsewhere the last sign of life does.
  func isAlive(by clock: Clock) -> Bool {
    guard let owner else { return isLocked == true || age(by: clock) < Self.making }
    if owner.boot == Machine.boot, owner.locked, let isLocked { return isLocked }
    return age(by: clock) < owner.lease_s
  }

  /// How it came to its end, in words, for whoever takes the cell over.
  func ending(by clock: Clock) -> String {
    guard let owner else { return "a process that was lost while it claimed the cell" }
    guard owner.boot == Machine.boot, owner.locked, isLocked != nil else {
      return "\(owner.words), which was last heard of \(Int(age(by: clock))) s ago"
    }
    return "\(owner.words), which ended without a result"
  }

  /// When it last showed a sign of life.
  var lastSign: Date { Date(timeIntervalSince1970: touched) }

  private func age(by clock: Clock) -> Double {
    Date().timeIntervalSince1970 + (clock == .fileSystem ? Self.clockDifference(folder) : 0) - touched
  }

  /// By how many seconds the file system's clock is ahead of this machine's; asked now and then, in the folder of the sweep, since the
  /// owner of a cell may be about to remove its own.
  private static func clockDifference(_ folder: String) -> Double {
    difference.withLock { known in
      if let known, ContinuousClock.now - known.asked < .seconds(5) { return known.seconds }
      let local = Date().timeIntervalSince1970
      let seconds = (AtomicFile.time(in: folder + "/..") ?? local) - local
      known = (seconds, ContinuousClock.now)
      return seconds
    }
  }

  private static let difference = Mutex<(seconds: Double, asked: ContinuousClock.Instant)?>(nil)

  /// Where the claim of a number is.
  static func path(_ folder: String, _ number: Int) -> String { "\(folder)/claim-\(number)" }

  /// The numbers of all claims in a folder.
  static func numbers(in folder: String) -> [Int] {
    SweepFolder.names(in: folder).compactMap { $0.hasPrefix("claim-") ? Int($0.dropFirst(6)) : nil }
  }

  /// A lock of a file from end to end.
  static func wholeFile(_ kind: Int32) -> flock {
    var lock = flock()
    lock.l_type = Int16(kind)
    lock.l_whence = Int16(SEEK_SET)
    return lock
  }
}

extension SweepFolder {
  /// Removes what a dead process of this machine claimed, or was about to.
  func removeClaims(of process: Int32, _ id: RunID) {
    let folder = partialPath(id)
    guard let claim = ClaimFile(highestIn: folder), claim.isLocked != true else { return }
    if let owner = claim.owner, owner.pid != process || owner.boot != Machine.boot { return }
    for number in ClaimFile.numbers(in: folder) where number <= claim.number { unlink(ClaimFile.path(folder, number)) }
  }
}
