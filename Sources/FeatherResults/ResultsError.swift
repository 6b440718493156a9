import FeatherExperiments

/// What is wrong with a result file, or with writing one, in one line for its reader.
public struct ResultsError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What happened, where, and the way out.
  public var description: String

  /// An error with its message; what a file puts into it cannot steer a terminal.
  public init(_ description: String) { self.description = SpecError.oneLine(description) }

  /// The same error, said of `place`.
  func at(_ place: String) -> ResultsError { ResultsError("\(place): \(description)") }
}
