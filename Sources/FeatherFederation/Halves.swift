internal import Synchronization

/// The clients' encoders, or the aggregator's decoders: one for each client, or a single one that all use in turn.
///
/// A half that serves several clients may be asked by them in any order, so it must not remember earlier updates.
final class Halves<Half>: @unchecked Sendable {
  private let halves: UnsafeMutableBufferPointer<Half>
  private let turn = Mutex(())

  init(_ halves: [Half]) {
    self.halves = .allocate(capacity: halves.count)
    _ = self.halves.initialize(from: halves)
  }

  deinit {
    halves.deinitialize()
    halves.deallocate()
  }

  /// Calls `body` with the half that `client` has; calls for different clients may come side by side.
  func use<Value: Sendable>(of client: Int, _ body: (inout Half) throws -> Value) rethrows -> Value {
    guard halves.count == 1 else { return try body(&halves[client]) }
    return try turn.withLock { _ in try body(&halves[0]) }
  }
}
