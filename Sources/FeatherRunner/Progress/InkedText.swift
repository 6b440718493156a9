/// A colour of a terminal, as its SGR parameter.
enum Ink: String {
  case plain = ""
  case dim = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"
  case cyan = "36"
}

/// One line of a terminal, in parts of one colour each.
struct InkedText {
  private(set) var parts: [(text: String, ink: Ink)] = []

  /// The columns it takes.
  var width: Int { parts.reduce(0) { $0 + DisplayText.width($1.text) } }

  /// The line with another part behind it, two columns apart or as `gap` says.
  func adding(_ text: String, _ ink: Ink = .plain, gap: Int = 2) -> InkedText {
    var longer = self
    let space = parts.isEmpty ? "" : String(repeating: " ", count: gap)
    if !text.isEmpty { longer.parts.append((space + text, ink)) }
    return longer
  }

  /// The line with another behind it.
  func followed(by other: InkedText, gap: Int = 2) -> InkedText {
    var longer = self
    let space = parts.isEmpty || other.parts.isEmpty ? "" : String(repeating: " ", count: gap)
    longer.parts += (space.isEmpty ? [] : [(space, .plain)]) + other.parts
    return longer
  }

  /// The bytes for a terminal, cut with `…` at `columns`.
  func rendered(columns: Int, colour: Bool) -> String {
    var left = columns
    var result = ""
    var rest = width
    for (text, ink) in parts where left > 0 {
      // A part that fits exactly must still make room for the mark when more follows.
      let own = DisplayText.width(text)
      let fits = rest <= left || own < left
      let shown = fits ? text : DisplayText.truncated(text + "…", to: left)
      result += colour && ink != .plain ? "\u{1B}[\(ink.rawValue)m\(shown)\u{1B}[0m" : shown
      left = fits ? left - own : 0
      rest -= own
    }
    return result
  }

  /// The first of some layouts, richest first, that fits into `columns`; else the last.
  static func first(of layouts: [InkedText], fitting columns: Int) -> InkedText {
    layouts.first { $0.width <= columns } ?? layouts.last ?? InkedText()
  }
}
