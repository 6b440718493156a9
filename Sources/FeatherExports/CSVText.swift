/// Comma-separated values as RFC 4180 has them, but for line ends, which are '\n'.
enum CSVText {
  /// A line of fields, each in quotes where a comma, a quote or a line break asks for it.
  static func line(_ fields: [String]) -> String { fields.map(quoted).joined(separator: ",") + "\n" }

  /// The fewest digits that read back to the same number; nothing for what is not a number; `inf` and `-inf`.
  static func number(_ value: Double, isWhole: Bool = false) -> String {
    guard !value.isNaN else { return "" }
    guard isWhole, let whole = Int(exactly: value) else { return value.description }
    return String(whole)
  }

  private static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0D || $0 == 0x0A }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
