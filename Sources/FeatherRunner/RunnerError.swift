/// What keeps a sweep from running, in words for the one who runs it.
public struct RunnerError: Error, CustomStringConvertible, Sendable {
  /// What, where, what was expected and what to do.
  public let description: String

  /// An error with a message for its reader.
  public init(_ description: String) {
    self.description = description
  }
}
