/// The ways in which a table of results is written.
public enum TableFormat: String, CaseIterable, Sendable {
  /// Aligned pipes, which also read as plain text in a terminal.
  case markdown
  /// A `table` environment with booktabs rules; needs `\usepackage{booktabs}`.
  case latex
  /// One row per group, plain numbers in full precision, quoted as in RFC 4180.
  case csv
}
