import Testing

@testable import FeatherRunner

@Suite("How far a sweep is")
struct FractionTests {
  private func sweep(_ events: [(SweepEvent, Double)]) -> SweepProgress {
    var sweep = SweepProgress()
    for (event, at) in events { sweep.apply(event, at: at) }
    return sweep
  }

  private func cell(_ id: String, worker: Int, from start: Double, to end: Double) -> [(SweepEvent, Double)] {
    [
      (.cellStarted(worker: worker, id: id, label: id), start),
      (
        .cellFinished(worker: worker, id: id, label: id, outcome: .complete(accuracy: 0.9), seconds: end - start), end
      ),
    ]
  }

  @Test("a cell with a codec spends 2, 15, 15, 8 and 60 % on its stages; one without goes from data to rounds")
  func stages() {
    var fitted = CellProgress(id: "a", label: "a", start: 0)
    let half = ["data": 0.01, "prepass": 0.095, "fit": 0.245, "validation": 0.36, "rounds": 0.7]
    for stage in ["data", "prepass", "fit", "validation", "rounds"] {
      fitted.advance(stage: stage, done: 1, of: 2)
      #expect(abs(fitted.fraction - (half[stage] ?? -1)) < 1e-12)
    }
    var identity = CellProgress(id: "b", label: "b", start: 0)
    identity.advance(stage: "data", done: 1, of: 1)
    identity.advance(stage: "rounds", done: 1, of: 2)
    #expect(abs(identity.fraction - 0.51) < 1e-12)
    identity.advance(stage: "rounds", done: 2, of: 2)
    #expect(identity.fraction == 1)
  }

  @Test("the bar never goes back, not even when a cell is lost and starts again, and is full only at the end")
  func monotone() {
    var sweep = SweepProgress()
    var last = 0.0
    var events = Rehearsal.events()
    events.insert((.cellStarted(worker: 1, id: "again", label: "again"), events[40].at), at: 41)
    events.insert((.cellProgress(worker: 1, id: "again", stage: "data", done: 0, of: 1), events[40].at), at: 42)
    for (event, at) in events {
      sweep.apply(event, at: at)
      #expect(sweep.fraction >= last)
      #expect((sweep.percent == 100) == (sweep.ended == 8))
      last = sweep.fraction
    }
    #expect(last == 1)
  }

  @Test("two cells of 50 s on two workers leave four cells: 100 s, whatever was done earlier", arguments: [0, 4, 90])
  func remaining(skipped: Int) {
    let start: [(SweepEvent, Double)] = [(.started(sweep: "s", cells: 6 + skipped, done: skipped, jobs: 2), 7)]
    let done = sweep(start + cell("a", worker: 0, from: 7, to: 57) + cell("b", worker: 1, from: 7, to: 57))
    #expect(done.remainingSeconds(at: 57) == 100)
    #expect(sweep(start).remainingSeconds(at: 57) == nil, "nothing is known before something was computed")
  }

  @Test("the last cell is not shared between workers")
  func lastCell() {
    var events: [(SweepEvent, Double)] = [(.started(sweep: "s", cells: 3, done: 0, jobs: 8), 0)]
    events += cell("a", worker: 0, from: 0, to: 100) + cell("b", worker: 1, from: 0, to: 100)
    events.append((.cellStarted(worker: 0, id: "c", label: "c"), 100))
    #expect(sweep(events).remainingSeconds(at: 100) == 100)
  }

  @Test("rounds that an earlier session computed do not make a resumed cell look fast")
  func resumed() throws {
    var events: [(SweepEvent, Double)] = [(.started(sweep: "s", cells: 1, done: 0, jobs: 1), 0)]
    events.append((.cellStarted(worker: 0, id: "a", label: "a"), 0))
    events.append((.cellProgress(worker: 0, id: "a", stage: "data", done: 1, of: 1), 0))
    events.append((.cellRound(worker: 0, id: "a", round: 51, of: 100, accuracy: 0.5), 1))
    for round in 52...75 {
      events.append((.cellRound(worker: 0, id: "a", round: round, of: 100, accuracy: 0.5), Double(round - 50)))
    }
    // 25 rounds took 25 s, 25 are to come; the 2 % for data, which took no time, shorten the estimate by 2 s.
    let rest = try #require(sweep(events).remainingSeconds(at: 25))
    #expect(abs(rest - 25 * 0.245 / 0.265) < 1e-9)
  }

  @Test(
    "durations and accuracies are short",
    arguments: [
      (0.4, "0s"), (59.4, "59s"), (59.6, "1m00s"), (125, "2m05s"), (11_220, "3h07m"), (352_800, "4d02h"), (-3, "0s"),
    ])
  func durations(seconds: Double, text: String) {
    #expect(DisplayText.duration(seconds) == text)
    #expect(DisplayText.accuracy(0.9475) == "0.948")
    #expect(DisplayText.accuracy(.nan) == "nan")
    #expect(DisplayText.accuracy(1) == "1.000")
  }
}
