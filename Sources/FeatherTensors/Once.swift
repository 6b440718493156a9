internal import Synchronization

/// A value that is made when it is first asked for and shared by all who ask.
public final class Once<Value: Sendable>: Sendable {
  private let made = Mutex<Value?>(nil)

  /// A value that nobody has asked for.
  public init() {}

  /// The value, made by `make` if nobody has asked before; others wait meanwhile.
  public func value(_ make: @Sendable () -> Value) -> Value {
    made.withLock { made in
      if let made { return made }
      let new = make()
      made = new
      return new
    }
  }
}
