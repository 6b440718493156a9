/// Text as a terminal shows it: widths in columns, truncation, numbers and durations.
enum DisplayText {
  /// The columns a text takes; never less than a terminal uses, sometimes more (joined emoji).
  static func width(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    guard scalar.value >= 0x300 else { return 1 }
    switch scalar.value {
    case 0xFE0F: return 1  // turns a narrow symbol into a wide emoji
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
      0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return 1
    }
  }

  /// The text, its end replaced by `…` where it is wider than `limit` columns.
  static func truncated(_ text: String, to limit: Int) -> String {
    guard width(text) > limit else { return text }
    return limit > 0 ? head(text, limit - 1) + "…" : ""
  }

  /// The text, its middle replaced by `…` where it is wider than `limit` columns: cells often differ only at the end, in
  /// their seed.
  static func squeezed(_ text: String, to limit: Int) -> String {
    guard width(text) > limit else { return text }
    guard limit > 0 else { return "" }
    let tail = String(head(String(text.reversed()), limit / 2).reversed())
    return head(text, limit - 1 - width(tail)) + "…" + tail
  }

  /// As many leading characters as fit.
  private static func head(_ text: String, _ limit: Int) -> String {
    var (result, used) = ("", 0)
    for character in text {
      used += width(String(character))
      guard used <= limit else { break }
      result.append(character)
    }
    return result
  }

  /// The text in one line without control characters, so that a message cannot move the cursor.
  static func printable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator:
        if let last = result.last, last != " " { result.append(" ") }
      default: result.append(scalar)
      }
    }
    while result.last == " " { result.removeLast() }
    return String(result)
  }

  /// The text behind spaces that make it at least `width` columns wide.
  static func padded(_ text: String, to width: Int) -> String {
    String(repeating: " ", count: max(0, width - Self.width(text))) + text
  }

  /// The text before spaces that make it at least `width` columns wide.
  static func filled(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - Self.width(text)))
  }

  /// An accuracy with three decimals, or `nan` or `inf`.
  static func accuracy(_ value: Double) -> String {
    guard value.isFinite, value.magnitude < 1e9 else { return "\(value)" }
    let thousandths = Int((value.magnitude * 1000).rounded())
    let digits = String(thousandths % 1000)
    let sign = value < 0 && thousandths > 0 ? "-" : ""
    return "\(sign)\(thousandths / 1000).\(String(repeating: "0", count: 3 - digits.count))\(digits)"
  }

  /// A duration in its two largest units: `7s`, `2m05s`, `3h07m`, `4d02h`; a negative or unknown one is `0s`.
  static func duration(_ seconds: Double) -> String {
    guard seconds > 0, seconds < 1e15 else { return "0s" }
    let whole = Int(seconds.rounded())
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    switch whole {
    case ..<60: return "\(whole)s"
    case ..<3600: return "\(whole / 60)m\(two(whole % 60))s"
    case ..<172_800: return "\(whole / 3600)h\(two(whole / 60 % 60))m"
    default: return "\(whole / 86_400)d\(two(whole / 3600 % 24))h"
    }
  }
}
