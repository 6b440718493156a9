public import FeatherExperiments
import FeatherFederation
import FeatherResults
import FoundationEssentials
import Glibc

extension SweepFolder {
  /// Why a cell stands where it does, in a few words on one line; empty where its state says it all.
  public func explanation(of cell: Cell, _ state: CellState) -> String {
    switch state {
    case .complete, .pending: ""
    case .diverged(_, let reason), .damaged(let reason): Self.firstLine(reason)
    case .failed(let reason):
      switch attempts(cell.id).count {
      case ...1: Self.firstLine(reason)
      case let count: "\(count) attempts, the last: \(Self.firstLine(reason))"
      }
    case .running:
      "in \(position(of: cell))" + (ClaimFile(highestIn: partialPath(cell.id))?.owner.map { ", \($0.words)" } ?? "")
    case .interrupted: "stopped in \(position(of: cell)), \(continuation(of: cell.id))"
    }
  }

  /// Where a cell that was stopped goes on.
  private func continuation(of id: RunID) -> String {
    guard let checkpoint = CheckpointFiles.position(in: partialPath(id)) else { return "begins anew" }
    guard checkpoint.stage == RunEvent.Stage.rounds.rawValue else {
      return "goes on from \(checkpoint.stage) \(checkpoint.done)/\(checkpoint.of)"
    }
    return "goes on after round \(checkpoint.done)"
  }

  /// The round that a cell under way is in, which is the one after the last of its live metrics.
  private func position(of cell: Cell) -> String {
    let rounds = cell.spec.federation.rounds
    guard let line = Self.lastLine(of: livePath(cell.id)),
      let done = try? JSONDecoder().decode(LiveRound.self, from: Data(line))
    else { return "what comes before round 1 of \(rounds)" }
    return done.round + 1 < rounds ? "round \(done.round + 2) of \(rounds)" : "what comes after round \(rounds)"
  }

  /// What is read of a line of live metrics; rounds count from 0 there.
  private struct LiveRound: Decodable {
    let round: Int
  }

  /// The last whole line of a file that may be long, without its end.
  private static func lastLine(of path: String) -> [UInt8]? {
    guard let file = fopen(path, "rbe") else { return nil }
    defer { fclose(file) }
    // No line of live metrics is nearly as long.
    if fseek(file, -4096, SEEK_END) != 0 { rewind(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
    let newline = UInt8(ascii: "\n")
    guard let end = bytes.lastIndex(of: newline) else { return nil }
    return Array(bytes[..<end].split(separator: newline).last ?? [])
  }

  private static func firstLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  }
}
