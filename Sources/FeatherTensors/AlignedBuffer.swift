/// A fixed-length array of floats on a 64-byte boundary, zero at first.
///
/// The workspaces and parameter vectors of networks: allocated once, freed with their owner, never copied silently.
public struct AlignedBuffer: ~Copyable {
  /// The number of floats.
  public let count: Int
  /// The first float; valid while the buffer lives.
  public let base: UnsafeMutablePointer<Float>

  /// Allocates `count` floats, all zero.
  public init(count: Int) {
    precondition(count >= 0, "a buffer's count is not negative")
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
    base = bytes.bindMemory(to: Float.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
    self.count = count
  }

  deinit {
    UnsafeMutableRawPointer(base).deallocate()
  }

  /// The floats, for reading and writing while the buffer lives.
  @inlinable
  public var elements: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: base, count: count)
  }

  /// A copy of the floats.
  public var array: [Float] { Array(elements) }

  /// Replaces the floats by `values`, which has the same count.
  public func assign(_ values: [Float]) {
    precondition(values.count == count, "a buffer of \(count) floats cannot take \(values.count)")
    _ = elements.update(from: values)
  }
}
