import FeatherRunner
import Foundation
import Testing

@Suite("Progress as lines")
struct LinesTests {
  @Test("only a terminal gets escape codes", arguments: [ProgressStyle.plain, .json, .quiet, .quietJSON])
  func noEscapes(style: ProgressStyle) {
    let text = Rehearsal.play(Rehearsal.events(label: "\u{1B}[31mred\u{7F}\u{9B}"), in: style).joined()
    #expect(!text.isEmpty)
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
  }

  @Test("plain says what starts and ends, and every half minute where the running cells are")
  func plain() {
    let lines = Rehearsal.play(Rehearsal.events(), in: .plain).joined().split(separator: "\n")
    #expect(lines.first == "mnist-short: 8 cells, 2 done earlier, 2 workers")
    #expect(lines.last == "mnist-short: 4 complete, 1 diverged, 1 failed in 1m40s (2 of 8 done earlier)")
    #expect(lines.count { $0.contains("] start ") } == 6)
    #expect(
      lines.contains(
        "[33s] failed 01b2c3d4e5f60718 codec=autoencoder codec.latent=32 seed=1: worker 4711 was killed by signal 9; "
          + "[2Jthe machine may be out of memory: try --jobs 1 (after 30s, cell 4 of 8)"))
    let reports = lines.filter { $0.contains(" %, ") }
    #expect(reports.count == 3, "in 100 seconds: \(reports)")
    #expect(reports.first?.contains("2/8 cells") == true)
    #expect(reports.first?.contains("01b2c3d4e5f60718 rounds 9/10 accuracy 0.909") == true)
  }

  @Test("quiet prints nothing but failures and divergences")
  func quiet() {
    let lines = Rehearsal.play(Rehearsal.events(), in: .quiet).joined().split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.contains(" failed 01b2c3d4e5f60718 ") == true)
    #expect(lines.last?.contains(" diverged 20a1b2c3d4e5f607 ") == true)
    let objects = Rehearsal.play(Rehearsal.events(), in: .quietJSON).joined().split(separator: "\n")
    #expect(objects.count == 2)
    #expect(objects.allSatisfy { $0.hasPrefix(#"{"event":"cell_finished","#) })
  }

  @Test("every event is one JSON object, and another parser reads back what went in")
  func json() throws {
    let events = Rehearsal.events(label: "quote\" back\\slash\ttab\nline é 手 \u{1}")
    let lines = Rehearsal.play(events, in: .json).joined().split(separator: "\n")
    #expect(lines.count == events.count)
    let objects = try lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects[1]["label"] as? String == "quote\" back\\slash\ttab\nline é 手 \u{1}0")
    #expect(objects[1]["time"] as? Double == 0.9)
    #expect(objects[1]["worker"] as? Int == 0)
    let ends = objects.filter { $0["event"] as? String == "cell_finished" }
    #expect(
      ends.map { $0["outcome"] as? String } == ["complete", "failed", "complete", "complete", "diverged", "complete"])
    #expect(ends[0]["accuracy"] as? Double == 0.9475)
    #expect(ends[4]["accuracy"] is NSNull)
    #expect(ends[4]["reason"] as? String == "the loss of client 1 became NaN in round 3")
  }

  /// What happens to a sweep that is not left in peace.
  private static let disturbances: [SweepEvent] = [
    .started(sweep: "s", cells: 6, done: 1, jobs: 2), .cellStarted(worker: 0, id: "a", label: "x=1"),
    .cellTakenOver(worker: 0, id: "a", label: "x=1", from: "node7, process 5, which ended without a result"),
    .cellResumed(worker: 0, id: "a", label: "x=1", stage: "rounds", done: 12, of: 40),
    .cellRetried(worker: 0, id: "a", label: "x=1", reason: "why\n", attempt: 2, of: 3),
    .cellStarted(worker: 0, id: "b", label: "x=2"), .cellDeferred(worker: 0, id: "b"),
    .cellElsewhere(id: "c", label: "x=3", outcome: .complete(accuracy: 0.5)),
    .cellElsewhere(id: "d", label: "x=4", outcome: .failed("why")), .waiting(cells: 2, by: "node7, process 5"),
    .stopping(running: 1), .cellStarted(worker: 1, id: "e", label: "x=5"),
    .cellFinished(worker: 1, id: "e", label: "x=5", outcome: .interrupted("rounds 3/9"), seconds: 2),
    .finished(complete: 0, diverged: 0, failed: 1, elsewhere: 1, interrupted: 1, seconds: 9),
  ]

  private func played(_ style: ProgressStyle) -> [Substring] {
    var display = ProgressDisplay(style: style)
    return Self.disturbances.map { display.handle($0, at: 0) }.joined().split(separator: "\n")
  }

  @Test("what other runs did, what is taken over, resumed, tried again or stopped, is said in words")
  func disturbances() {
    let expected = [
      "s: 6 cells, 1 done earlier, 2 workers", "[0s] start a x=1",
      "[0s] take over a x=1 from node7, process 5, which ended without a result", "[0s] resume a x=1 at rounds 12/40",
      "[0s] retry a x=1, attempt 2 of 3: why", "[0s] start b x=2", "[0s] complete elsewhere c x=3: accuracy 0.500",
      "[0s] failed elsewhere d x=4: why",
      "[0s] waiting for 2 cells that another run computes (node7, process 5)",
      "[0s] stopping: each run ends its round and keeps a checkpoint; press Ctrl-C again to stop now",
      "[0s] start e x=5", "[0s] interrupted e x=5: at rounds 3/9 (after 2s, cell 3 of 6)",
      "s: 0 complete, 1 failed, 1 done elsewhere, 1 interrupted, 2 not run in 9s (1 of 6 done earlier)",
    ]
    #expect(played(.plain).map(String.init) == expected)
    #expect(played(.quiet) == ["[0s] failed elsewhere d x=4: why"])
  }

  @Test("the same as JSON: one object for each")
  func disturbancesAsJSON() throws {
    let events = try played(.json).map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      return try #require(object?["event"] as? String)
    }
    #expect(
      events == [
        "started", "cell_started", "cell_taken_over", "cell_resumed", "cell_retried", "cell_started", "cell_deferred",
        "cell_elsewhere", "cell_elsewhere", "waiting", "stopping", "cell_started", "cell_finished", "finished",
      ])
  }

  @Test("NaN and infinity become null, and keys come in one order", arguments: [Double.nan, .infinity, -.infinity])
  func notANumber(value: Double) {
    var display = ProgressDisplay(style: .json)
    let text = display.handle(.cellRound(worker: 3, id: "a", round: 2, of: 5, accuracy: value), at: 0.25)
    let expected =
      #"{"event":"cell_round","time":0.25,"worker":3,"id":"a","round":2,"of":5,"accuracy":null}"# + "\n"
    #expect(text == expected)
  }

  @Test(
    "numbers that no honest sweep sends crash nothing",
    arguments: [ProgressStyle.plain, .terminal(columns: 80, colour: true)])
  func absurd(style: ProgressStyle) {
    var display = ProgressDisplay(style: style)
    let events: [SweepEvent] = [
      .started(sweep: "s", cells: 0, done: 0, jobs: 0), .cellStarted(worker: 0, id: "a", label: "x"),
      .cellProgress(worker: 0, id: "a", stage: "fit", done: 9, of: 0),
      .cellProgress(worker: 0, id: "a", stage: "a new stage", done: -4, of: -1),
      .cellRound(worker: 0, id: "a", round: 7, of: 5, accuracy: 1e300),
      .cellFinished(worker: 9, id: "b", label: "y", outcome: .complete(accuracy: -.infinity), seconds: .nan),
      .finished(complete: 1, diverged: 0, failed: 0, seconds: .infinity),
    ]
    let texts = zip(events, 0...).map { display.handle($0, at: Double($1)) }
    #expect(texts.last?.contains("s: 1 complete in 0s") == true)
  }
}
