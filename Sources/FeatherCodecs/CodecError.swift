/// What went wrong in encoding, decoding or fitting, in words for the one who ran it.
public struct CodecError: Error, CustomStringConvertible, Sendable {
  /// What, what was expected, and what to do.
  public let description: String

  /// An error with a message for its reader.
  public init(_ description: String) {
    self.description = description
  }
}
