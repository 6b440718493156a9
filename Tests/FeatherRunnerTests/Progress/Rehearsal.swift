import FeatherRunner

/// A sweep with every kind of event, for tests.
enum Rehearsal {
  /// Events and their times: 8 cells of which 2 were done earlier, on 2 workers; one fails, one diverges.
  static func events(label: String = "codec=autoencoder codec.latent=32 seed=") -> [(event: SweepEvent, at: Double)] {
    var list: [(SweepEvent, Double)] = [(.started(sweep: "mnist-short", cells: 8, done: 2, jobs: 2), 100)]
    var now = 100.0
    func add(_ event: SweepEvent) {
      now += 0.9
      list.append((event, now))
    }
    for pair in 0..<3 {
      let ids = ["\(pair)0a1b2c3d4e5f607", "\(pair)1b2c3d4e5f60718"]
      for worker in 0..<2 { add(.cellStarted(worker: worker, id: ids[worker], label: label + "\(2 * pair + worker)")) }
      for (stage, parts) in [("data", 1), ("prepass", 2), ("fit", 2), ("validation", 2)] {
        // The first cell of each pair has no codec to fit.
        for worker in (stage == "data" ? 0 : 1)..<2 {
          for done in 0...parts {
            add(.cellProgress(worker: worker, id: ids[worker], stage: stage, done: done, of: parts))
          }
        }
      }
      for round in 1...10 {
        for worker in 0..<2 {
          add(.cellRound(worker: worker, id: ids[worker], round: round, of: 10, accuracy: 0.9 + Double(round) / 1000))
        }
      }
      for worker in 0..<2 {
        add(
          .cellFinished(
            worker: worker, id: ids[worker], label: label + "\(2 * pair + worker)",
            outcome: outcome(2 * pair + worker), seconds: 30))
      }
    }
    add(.finished(complete: 4, diverged: 1, failed: 1, seconds: now - 100))
    return list
  }

  private static func outcome(_ cell: Int) -> SweepEvent.Outcome {
    switch cell {
    case 1: .failed("worker 4711 was killed by signal 9;\n\u{1B}[2Jthe machine may be out of memory: try --jobs 1")
    case 4: .diverged("the loss of client 1 became NaN in round 3")
    default: .complete(accuracy: 0.9475)
    }
  }

  /// What a display writes for the events, a tick after each.
  static func play(_ events: [(event: SweepEvent, at: Double)], in style: ProgressStyle) -> [String] {
    var display = ProgressDisplay(style: style)
    return events.flatMap { [display.handle($0.event, at: $0.at), display.tick(at: $0.at + 0.3)] }
  }
}

/// A small terminal: just what the bars need, to see what a reader sees.
struct Emulator {
  /// The rows so far; the cursor is in the last but for moves up.
  private(set) var rows: [[Character]] = [[]]
  private var row = 0
  private var column = 0
  /// Sequences the bars have no business using.
  private(set) var unknown: [String] = []
  /// SGR sequences seen.
  private(set) var colours = 0

  /// The rows as text, without empty ones at the end.
  var text: [String] {
    var lines = rows.map { String($0) }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  mutating func write(_ bytes: String) {
    var rest = Substring(bytes)
    while let character = rest.popFirst() {
      switch character {
      case "\u{1B}":
        let parameter = rest.dropFirst().prefix { !$0.isLetter }
        let sequence = rest.prefix(parameter.count + 2)
        rest = rest.dropFirst(sequence.count)
        control(String(sequence), Int(parameter))
      case "\r": column = 0
      case "\n":
        (row, column) = (row + 1, 0)
        if row == rows.count { rows.append([]) }
      default:
        if column < rows[row].count { rows[row][column] = character } else { rows[row].append(character) }
        column += 1
      }
    }
  }

  private mutating func control(_ sequence: String, _ parameter: Int?) {
    switch sequence.last {
    case "A": row = max(0, row - (parameter ?? 1))
    case "K": rows[row].removeLast(max(0, rows[row].count - column))
    case "J":
      rows[row].removeLast(max(0, rows[row].count - column))
      rows.removeLast(rows.count - row - 1)
    case "m": colours += 1
    default: unknown.append(sequence)
    }
  }
}
