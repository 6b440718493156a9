internal import Synchronization

/// Things that one thread at a time may use: as many are made as are in use at once, and used again.
public final class Pool<Item>: @unchecked Sendable {
  private let make: () throws -> Item
  // Read and written with the lock held.
  private var idle: [Item]
  private let lock = Mutex(())

  /// A pool that makes its first item at once, so that what cannot be made is known early, and others when they are needed.
  ///
  /// - Parameter make: makes an item; items are all alike.
  public convenience init(_ make: @escaping () throws -> Item) throws { self.init(try make(), make) }

  /// A pool that begins with an item that is there, and makes others like it when they are needed.
  public init(_ first: Item, _ make: @escaping () throws -> Item) {
    self.make = make
    idle = [first]
  }

  /// Calls `body` with an item that nobody else uses meanwhile.
  public func use<Value>(_ body: (Item) throws -> Value) throws -> Value {
    var free: Item?
    lock.withLock { _ in free = idle.popLast() }
    let item = try free ?? make()
    defer { lock.withLock { _ in idle.append(item) } }
    return try body(item)
  }
}
