import FeatherExperiments
import FeatherFederation
import Glibc

/// Which cells may run together: those whose memory and disk, as estimated from their specs, there is room for.
struct Admission {
  private struct Need {
    let memory: Int
    let disk: Int
  }
  /// The memory that all cells together may take, bytes.
  private let memory: Int
  private let folder: String
  private let threads: Int
  private var running: [RunID: Need] = [:]
  private var known: [RunID: Need] = [:]

  init(memory: Int, folder: String, threads: Int) {
    self.memory = memory
    self.folder = folder
    self.threads = threads
  }

  /// How many cells run.
  var count: Int { running.count }

  /// Whether any cell runs.
  var isBusy: Bool { !running.isEmpty }

  /// What those that run leave.
  struct Room {
    fileprivate let memory: Double
    fileprivate let disk: Double
  }

  /// The room that there is now.
  var room: Room {
    Room(
      memory: running.values.reduce(Double(memory)) { $0 - Double($1.memory) },
      disk: running.values.reduce(freeDisk) { $0 - Double($1.disk) })
  }

  /// Whether there is room for a cell beside those that run.
  mutating func fits(_ cell: Cell, _ room: Room) -> Bool {
    let need = need(of: cell)
    return Double(need.memory) <= room.memory && Double(need.disk) <= room.disk
  }

  /// Notes that a cell begins.
  mutating func enter(_ cell: Cell) { running[cell.id] = need(of: cell) }

  /// Notes that it has ended.
  mutating func leave(_ cell: Cell) { running[cell.id] = nil }

  /// Why a cell does not fit though nothing else runs; nil when it does.
  mutating func refusal(_ cell: Cell) -> String? {
    guard !fits(cell, room) else { return nil }
    let need = need(of: cell)
    guard need.memory <= memory else { return Self.memoryRefusal(need.memory, memory) }
    return "needs up to \(MemorySize.words(need.disk)) of disk, and \(MemorySize.words(Int(freeDisk))) are free in "
      + "\(folder); free some space or choose another folder with --out"
  }

  /// What keeps a cell from running with so much memory.
  static func memoryRefusal(_ need: Int, _ memory: Int) -> String {
    "needs about \(MemorySize.words(need)) of memory, and there are \(MemorySize.words(memory)); take fewer --threads, or make "
      + "the model, the autoencoder or partition.clients smaller"
  }

  private mutating func need(of cell: Cell) -> Need {
    if let need = known[cell.id] { return need }
    let estimate = ResourceEstimate(of: cell.spec, threads: threads)
    let need = Need(memory: estimate.peakBytes, disk: estimate.diskBytes)
    known[cell.id] = need
    return need
  }

  /// What is free on the results' file system, bytes; a system that does not tell has room.
  private var freeDisk: Double {
    var status = statvfs()
    guard statvfs(folder, &status) == 0, status.f_blocks > 0 else { return .infinity }
    return Double(status.f_bavail) * Double(status.f_frsize)
  }
}
