import FeatherRunner
import Testing

@Suite("Choice of a progress style")
struct StyleTests {
  struct Case: CustomTestStringConvertible {
    var quiet = false
    var format = LogFormat.plain
    var environment = ["TERM": "xterm-256color"]
    var isTerminal = true
    var columns: Int? = 100
    var style: ProgressStyle

    var testDescription: String { "\(environment) quiet=\(quiet) \(format) terminal=\(isTerminal) → \(style)" }
  }

  static let cases: [Case] = [
    Case(style: .terminal(columns: 100, colour: true)),
    Case(columns: nil, style: .terminal(columns: 80, colour: true)),
    Case(columns: 0, style: .terminal(columns: 80, colour: true)),
    Case(environment: ["NO_COLOR": "1"], style: .terminal(columns: 100, colour: false)),
    Case(environment: ["NO_COLOR": ""], style: .terminal(columns: 100, colour: true)),
    Case(environment: ["TERM": "dumb"], style: .plain),
    Case(environment: ["CI": "true"], style: .plain),
    Case(environment: ["CI": "false"], style: .terminal(columns: 100, colour: true)),
    Case(isTerminal: false, style: .plain),
    Case(format: .json, style: .json),
    Case(format: .json, isTerminal: false, style: .json),
    Case(quiet: true, style: .quiet),
    Case(quiet: true, isTerminal: false, style: .quiet),
    Case(quiet: true, format: .json, style: .quietJSON),
  ]

  @Test("flags come before the terminal, TERM=dumb and CI before bars, NO_COLOR before colour", arguments: cases)
  func choice(_ given: Case) {
    let style = ProgressStyle.choose(
      quiet: given.quiet, logFormat: given.format, environment: given.environment, isTerminal: given.isTerminal,
      columns: given.columns)
    #expect(style == given.style)
  }
}
