/// A piece of HTML or SVG.
///
/// Every text is escaped on its way in. What is not escaped must be a literal of this program, so that nothing from a spec, a note or
/// a file can become an element.
struct Markup: Sendable {
  /// The piece as it is written.
  private(set) var text = ""

  /// Nothing.
  init() {}

  /// A text, escaped.
  init(text: String) { self.text = Self.escaped(text) }

  /// A literal, as it is: style and script, which know no escapes.
  init(literal: StaticString) { text = literal.description }

  /// Pieces one after the other.
  init(_ parts: some Sequence<Markup>) { text = parts.map(\.text).joined() }

  /// An element.
  ///
  /// - Parameters:
  ///   - attributes: those that are nil are left out.
  ///   - content: what is in it; elements that cannot hold anything need none.
  init(
    _ tag: StaticString, _ attributes: KeyValuePairs<StaticString, String?> = [:],
    @MarkupBuilder content: () -> Markup = { Markup() }
  ) {
    let name = tag.description
    text = "<" + name
    for (key, value) in attributes {
      guard let value else { continue }
      text += " \(key)=\"" + Self.escaped(value) + "\""
    }
    guard !Self.empty.contains(name) else {
      text += "/>"
      return
    }
    text += ">" + content().text + "</" + name + ">"
  }

  /// Elements without an end tag.
  private static let empty: Set<String> = ["meta", "input", "path", "rect", "line", "circle"]

  static func + (a: Markup, b: Markup) -> Markup {
    var sum = a
    sum.text += b.text
    return sum
  }

  /// The text with what HTML would take for its own replaced; control characters, which no page may have, become U+FFFD.
  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 32 || $0 == 127 || special.contains($0) }) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case _ where scalar.value < 32 || scalar.value == 127: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  private static let special = Set("&<>\"'".utf8)
}

/// Puts the pieces in a block one after the other; texts are escaped.
@resultBuilder
enum MarkupBuilder {
  static func buildExpression(_ markup: Markup) -> Markup { markup }
  static func buildExpression(_ text: String) -> Markup { Markup(text: text) }
  static func buildExpression(_ parts: [Markup]) -> Markup { Markup(parts) }
  static func buildExpression(_ markup: Markup?) -> Markup { markup ?? Markup() }
  static func buildBlock(_ parts: Markup...) -> Markup { Markup(parts) }
  static func buildOptional(_ part: Markup?) -> Markup { part ?? Markup() }
  static func buildEither(first: Markup) -> Markup { first }
  static func buildEither(second: Markup) -> Markup { second }
  static func buildArray(_ parts: [Markup]) -> Markup { Markup(parts) }
}
