/// One thing that is wrong with a result file, or differs between two.
public struct Finding: Hashable, Sendable, CustomStringConvertible {
  /// The array or group concerned; nil where it concerns the file as a whole.
  public var object: String?
  /// What is wrong.
  public var message: String

  /// Something wrong with an object, or with the whole file.
  public init(_ object: String?, _ message: String) {
    self.object = object
    self.message = message
  }

  /// The object and what is wrong with it, in one line.
  public var description: String { object.map { "\($0): \(message)" } ?? message }
}
