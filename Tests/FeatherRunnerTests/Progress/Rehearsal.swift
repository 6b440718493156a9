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
