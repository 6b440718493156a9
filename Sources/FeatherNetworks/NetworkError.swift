/// Why a network cannot be built, in words for the one who described it.
public struct NetworkError: Error, CustomStringConvertible, Sendable {
  /// What, what was expected, and what to do.
  public let description: String

  /// An error with a message for its reader.
  public init(_ description: String) {
    self.description = description
  }
}
