/// What keeps a report from being made, in one line for its reader.
public struct ReportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is missing, where, and the way out.
  public let description: String

  /// An error with its message.
  public init(_ description: String) { self.description = description }
}
