import Testing

@testable import FeatherRunner

@Suite("Progress on a terminal")
struct TerminalTests {
  static let labels = [
    "codec=autoencoder codec.latent=32 seed=", "",
    String(repeating: "partition=dirichlet(0.1) ", count: 12), "数据集=手写数字 模型=全连接 seed=", "e\u{301}😀👨‍👩‍👧 seed=",
  ]

  @Test("no line is wider than the terminal", arguments: [1, 7, 20, 40, 80, 200], labels)
  func widths(columns: Int, label: String) {
    var terminal = Emulator()
    for text in Rehearsal.play(Rehearsal.events(label: label), in: .terminal(columns: columns, colour: true)) {
      terminal.write(text)
      for line in terminal.text { #expect(DisplayText.width(line) <= columns, "\(line)") }
    }
    #expect(terminal.unknown.isEmpty)
  }

  @Test("widths are those of Unicode's East Asian Width and of combining marks")
  func displayWidth() {
    #expect(DisplayText.width("seed=1 ✓…━") == 10)
    #expect(DisplayText.width("手写") == 4)
    #expect(DisplayText.width("e\u{301}") == 1)
    #expect(DisplayText.truncated("手写数字", to: 6) == "手写…")
    #expect(DisplayText.squeezed("codec=identity seed=1", to: 13) == "codec=…seed=1")
  }

  @Test("at the end the bars are gone: a line per cell that ended, then the digest", arguments: [40, 80])
  func ending(columns: Int) {
    var terminal = Emulator()
    Rehearsal.play(Rehearsal.events(), in: .terminal(columns: columns, colour: false)).forEach { terminal.write($0) }
    #expect(terminal.text.map { $0.first } == ["✓", "✗", "✓", "✓", "!", "✓", "✗"])
    let words = ["complete", "failed", "complete", "complete", "diverged", "complete", "1 failed"]
    for (line, word) in zip(terminal.text, words) { #expect(line.contains(word), "\(line)") }
    #expect(terminal.text.last?.contains("4 complete, 1 diverged, 1 failed") == true)
    #expect(terminal.rows.count == 8, "the cursor stands under the digest")
  }

  @Test("while it runs the last rows are the bar and a line for each busy worker")
  func blockOnTop() {
    var terminal = Emulator()
    let early = Array(Rehearsal.events().prefix(30))
    Rehearsal.play(early, in: .terminal(columns: 80, colour: false)).forEach { terminal.write($0) }
    #expect(terminal.text.count == 3)
    #expect(terminal.text.first?.contains("2/8 cells  0 failed") == true)
    #expect(terminal.text[1].contains("00a1b2c3  codec=autoencoder"))
    #expect(terminal.text[1].contains("accuracy 0.9"))
    #expect(terminal.text[2].contains("seed=1"))
  }

  @Test("more workers than fit on a small terminal are counted")
  func manyWorkers() {
    var terminal = Emulator()
    var events: [(event: SweepEvent, at: Double)] = [(.started(sweep: "s", cells: 64, done: 0, jobs: 64), 0)]
    events += (0..<64).map { (.cellStarted(worker: $0, id: "cell\($0)", label: "seed=\($0)"), Double($0)) }
    Rehearsal.play(events, in: .terminal(columns: 80, colour: false)).forEach { terminal.write($0) }
    #expect(terminal.text.count == 18)
    #expect(terminal.text.last == "… and 48 more running")
  }

  @Test("a redraw comes at most ten times a second, and none is due when nothing changed")
  func redrawLimit() {
    var display = ProgressDisplay(style: .terminal(columns: 80, colour: true))
    _ = display.handle(.started(sweep: "s", cells: 4, done: 0, jobs: 1), at: 0)
    _ = display.handle(.cellStarted(worker: 0, id: "a", label: "seed=1"), at: 0)
    var redraws = 0
    for step in 1...2000 {
      let event = SweepEvent.cellRound(worker: 0, id: "a", round: step, of: 2000, accuracy: 0.5)
      if !display.handle(event, at: Double(step) / 1000).isEmpty { redraws += 1 }
    }
    #expect((18...20).contains(redraws))
    #expect(!display.tick(at: 2.2).isEmpty)
    #expect(display.tick(at: 2.3).isEmpty, "no digit changed")
  }

  @Test("NO_COLOR leaves no colour code, and colour changes no character")
  func colours() {
    var (coloured, bare) = (Emulator(), Emulator())
    Rehearsal.play(Rehearsal.events(), in: .terminal(columns: 60, colour: true)).forEach { coloured.write($0) }
    Rehearsal.play(Rehearsal.events(), in: .terminal(columns: 60, colour: false)).forEach { bare.write($0) }
    #expect(coloured.colours > 0)
    #expect(bare.colours == 0)
    #expect(coloured.text == bare.text)
  }

  @Test("after a resize the lines fit, and the rows that the old lines were wrapped into are found again")
  func resizing() {
    var display = ProgressDisplay(style: .terminal(columns: 80, colour: false))
    for (event, at) in Rehearsal.events().prefix(30) {
      _ = display.handle(event, at: at)
      _ = display.tick(at: at + 0.3)
    }
    display.resize(columns: 30)
    let text = display.tick(at: 1000)
    // The bar filled 79 columns: 3 rows of 30. The two workers' lines took 72 columns or so: 3 rows each.
    #expect(text.hasPrefix("\r\u{1B}[9A"))
    var terminal = Emulator()
    terminal.write(String(text.dropFirst(5)))
    #expect(terminal.text.allSatisfy { DisplayText.width($0) <= 30 })
  }

  @Test("however often the terminal changes its width, each line stays once and no bar is left over", arguments: 1...20)
  func resizedOften(seed: UInt64) {
    var terminal = Emulator(columns: 80)
    var display = ProgressDisplay(style: .terminal(columns: 80, colour: true))
    var numbers = seed &* 0x9E37_79B9_7F4A_7C15
    for (event, at) in Rehearsal.events() {
      numbers = numbers &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      if numbers >> 62 == 0 {
        let columns = 8 + Int(numbers >> 33) % 120
        terminal.resize(columns: columns)
        display.resize(columns: columns)
      }
      terminal.write(display.handle(event, at: at))
      terminal.write(display.tick(at: at + 0.3))
    }
    let lines = terminal.joined.map { String($0) }
    #expect(lines.map { $0.first } == ["✓", "✗", "✓", "✓", "!", "✓", "✗", nil], "\(lines)")
  }

  @Test("being told the same width again is no reason to redraw")
  func sameWidth() {
    var display = ProgressDisplay(style: .terminal(columns: 80, colour: false))
    _ = display.handle(.started(sweep: "s", cells: 2, done: 0, jobs: 1), at: 0)
    for columns in [80, 80, 60, 60] {
      display.resize(columns: columns, rows: 24)
      _ = display.tick(at: Double(columns))
      display.resize(columns: columns, rows: 24)
      #expect(display.tick(at: Double(columns) + 0.3).isEmpty)
    }
  }

  @Test("a low terminal shows the workers it has room for and counts the rest", arguments: [(3, 0), (6, 3), (20, 16)])
  func low(rows: Int, shown: Int) {
    var display = ProgressDisplay(style: .terminal(columns: 80, colour: false))
    display.resize(columns: 80, rows: rows)
    var terminal = Emulator()
    terminal.write(display.handle(.started(sweep: "s", cells: 64, done: 0, jobs: 20), at: 0))
    for number in 0..<20 {
      terminal.write(display.handle(.cellStarted(worker: number, id: "cell\(number)", label: "a"), at: Double(number)))
    }
    #expect(terminal.text.count == shown + 2 && terminal.text.count < rows)
    #expect(terminal.text.last == "… and \(20 - shown) more running")
  }

  @Test("clear takes the bars away and the next tick brings them back")
  func clearing() {
    var display = ProgressDisplay(style: .terminal(columns: 80, colour: false))
    var terminal = Emulator()
    terminal.write(display.handle(.started(sweep: "s", cells: 2, done: 0, jobs: 1), at: 0))
    #expect(terminal.text.count == 1)
    terminal.write(display.clear())
    #expect(terminal.text.isEmpty)
    terminal.write("a warning\n")
    terminal.write(display.tick(at: 1))
    #expect(terminal.text.first == "a warning")
    #expect(terminal.text.count == 2)
    #expect(display.clear() != "" && display.clear().isEmpty)
  }
}

@Suite("Layout of progress lines")
struct LayoutTests {
  private let failure = EndedCell(
    id: "3f2a9c1b00aa11bb", label: "codec=identity seed=1", outcome: .failed("the disk is full: free 20 MB"),
    seconds: 61)
  private let success = EndedCell(
    id: "3f2a9c1b00aa11bb", label: "codec=identity seed=1", outcome: .complete(accuracy: 0.9475), seconds: 61)

  private func shown(_ line: InkedText, _ columns: Int) -> String { line.rendered(columns: columns, colour: false) }

  @Test(
    "what matters most is what stays on a narrow line",
    arguments: [
      (80, "✗ 3f2a9c1b codec=identity seed=1  failed after 1m01s: the disk is full: free 20…"),
      (40, "✗ 3f2a9c1b  failed: the disk is full: f…"),
      (20, "✗ 3f2a9c1b  failed:…"),
    ])
  func failed(columns: Int, line: String) {
    #expect(shown(TerminalLayout.ended(failure, columns: columns), columns) == line)
  }

  @Test(
    "a finished cell keeps its accuracy, and both ends of its label, as long as it can",
    arguments: [
      (80, "✓ 3f2a9c1b codec=identity seed=1  complete 0.948 in 1m01s"),
      (40, "✓ 3f2a9c1b codec=…seed=1  complete 0.948"),
      (20, "✓ 3f2a9c1b  0.948"),
    ])
  func complete(columns: Int, line: String) {
    #expect(shown(TerminalLayout.ended(success, columns: columns), columns) == line)
  }

  @Test("a label that is too long loses the sections of its keys, and the keys of names", arguments: [80, 50])
  func label(columns: Int) {
    let cell = EndedCell(
      id: "3f2a9c1b00aa11bb", label: "codec.name=pca codec.latent=8 seed=1", outcome: .complete(accuracy: 0.9475),
      seconds: 61)
    let label = columns == 80 ? "codec.name=pca codec.latent=8 seed=1" : "pca latent=8 seed=1"
    let line = shown(TerminalLayout.ended(cell, columns: columns), columns)
    #expect(line.hasPrefix("✓ 3f2a9c1b \(label)  complete 0.948"), "\(line)")
  }

  @Test(
    "the bar gives way to the numbers, the numbers to the failures",
    arguments: [
      (80, "━━━━━━━━━━━━━╸─────────────  50 %  2/4 cells  0 failed  2m00s elapsed  ETA 2m00s"),
      (40, "━━━━────  50 %  2/4  0 failed  ETA 2m00s"), (20, "━━━━╸────  50 %  2/4"),
    ])
  func bar(columns: Int, line: String) {
    var sweep = SweepProgress()
    sweep.apply(.started(sweep: "s", cells: 4, done: 0, jobs: 1), at: 0)
    for _ in 0..<2 {
      let outcome = SweepEvent.Outcome.complete(accuracy: 0.9)
      sweep.apply(.cellFinished(worker: 0, id: "a", label: "a", outcome: outcome, seconds: 60), at: 120)
    }
    #expect(shown(TerminalLayout.bar(sweep, at: 120, columns: columns), columns) == line)
  }
}
