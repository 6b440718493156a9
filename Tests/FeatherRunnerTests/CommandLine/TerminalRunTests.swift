import Foundation
import Testing

@testable import FeatherRunner

@Suite("A sweep on a terminal of the system")
struct TerminalRunTests {
  private let sandbox: Sandbox
  private let terminal: PseudoTerminal

  init() throws {
    sandbox = try Sandbox()
    terminal = try PseudoTerminal(columns: 80)
  }

  private func start(_ more: [String], environment: [String: String] = [:]) throws -> Started {
    try sandbox.start(
      ["run", "spec.yaml"] + more, environment: ["TERM": "xterm-256color"].merging(environment) { $1 },
      terminal: terminal.path)
  }

  @Test("bars are drawn as wide as the terminal is, also after it became narrower, and at the end only lines are left")
  func resized() throws {
    try sandbox.write(TinySweep.slow, to: "spec.yaml")
    let started = try start(["--jobs", "2"])
    let wide = terminal.read { $0.contains("rounds") }
    var screen = Emulator(columns: 80)
    screen.write(wide)
    #expect(screen.unknown.isEmpty && screen.colours > 0)
    #expect(screen.text.contains { $0.contains(/[0-5]\/6 cells/) && $0.count > 70 }, "\(screen.text)")

    terminal.resize(columns: 30)
    // The block is taken away before it is drawn for another width; what went before was for the old one.
    let redrawn = /\r\u{1B}\[\d+A\u{1B}\[J/
    let narrow = terminal.read().split(separator: redrawn, maxSplits: 1, omittingEmptySubsequences: false)
    try #require(narrow.count == 2)
    screen = Emulator(columns: 30)
    screen.write(String(narrow[1]))
    #expect(screen.unknown.isEmpty && screen.text.allSatisfy { DisplayText.width($0) < 30 }, "\(screen.text)")
    #expect(screen.text.allSatisfy { $0.hasPrefix("✓ ") }, "\(screen.text)")
    #expect(screen.text.last?.contains("6 complete") == true)
    #expect(try started.wait().status == 0)
  }

  struct Surroundings: CustomTestStringConvertible {
    var testDescription: String
    var arguments: [String] = []
    var environment: [String: String] = [:]
    var hasBars = false
    var isEmpty = false
  }

  static let surroundings = [
    Surroundings(testDescription: "NO_COLOR", environment: ["NO_COLOR": "1"], hasBars: true),
    Surroundings(testDescription: "a dumb terminal", environment: ["TERM": "dumb"]),
    Surroundings(testDescription: "CI", environment: ["CI": "true"]),
    Surroundings(testDescription: "--log-format json", arguments: ["--log-format", "json"]),
    Surroundings(testDescription: "--quiet", arguments: ["--quiet"], isEmpty: true),
  ]

  @Test("no colour, no bars, no words: flags and surroundings decide, not the terminal alone", arguments: surroundings)
  func modest(given: Surroundings) throws {
    try sandbox.write(TinySweep.one, to: "spec.yaml")
    let started = try start(given.arguments, environment: given.environment)
    let text = terminal.read()
    #expect(try started.wait().status == 0)
    #expect(text.contains("\u{1B}") == given.hasBars && text.isEmpty == given.isEmpty, "\(text.debugDescription)")
    var screen = Emulator(columns: 80)
    screen.write(text)
    #expect(screen.colours == 0 && screen.unknown.isEmpty)
    guard given.arguments.contains("json") else { return }
    for line in screen.joined.dropLast() { _ = try JSONSerialization.jsonObject(with: Data(String(line).utf8)) }
  }
}
