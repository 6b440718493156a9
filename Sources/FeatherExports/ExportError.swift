/// What keeps results from being exported, in one line for its reader.
public struct ExportError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is missing, where, and the way out.
  public let description: String

  /// An error with its message.
  public init(_ description: String) { self.description = description }
}
