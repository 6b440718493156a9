/// Floats that do not change once they are written, on a 64-byte boundary and on huge pages where there are many: a data set's samples.
///
/// Shared by all who hold them, without a copy. An array's elements begin within a line of memory, so that sixteen of them lie on two;
/// here a row of a multiple of sixteen begins with a line, which kernels read at once and ask for once.
public struct AlignedFloats: @unchecked Sendable {
  /// The owner of the memory; nobody writes to it after `init`.
  @usableFromInline
  final class Owner {
    @usableFromInline let buffer: AlignedBuffer

    init(_ buffer: consuming AlignedBuffer) {
      self.buffer = buffer
    }
  }

  @usableFromInline let owner: Owner

  /// Takes the floats of `buffer`.
  public init(_ buffer: consuming AlignedBuffer) {
    owner = Owner(buffer)
  }

  /// Takes the `count` floats that `write` leaves, which are zero before.
  ///
  /// Large memory takes none until it is written to.
  /// - Throws: what `write` throws.
  public init<Failure: Error>(
    count: Int, _ write: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    let buffer = AlignedBuffer(count: count)
    try write(buffer.elements)
    self.init(buffer)
  }

  /// Copies `values`.
  public init(_ values: some Collection<Float>) {
    self.init(count: values.count) { _ = $0.update(fromContentsOf: values) }
  }

  /// Calls `body` with the floats, which are there until it returns.
  @inlinable
  public func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(owner) {} }
    return try body(UnsafeBufferPointer(owner.buffer.elements))
  }
}

extension AlignedFloats: RandomAccessCollection, ExpressibleByArrayLiteral, Equatable {
  /// The place of the first.
  public var startIndex: Int { 0 }
  /// The place after the last.
  public var endIndex: Int { owner.buffer.count }

  /// The float at `place`.
  @inlinable
  public subscript(place: Int) -> Float { withUnsafeBufferPointer { $0[place] } }

  /// The same as `withUnsafeBufferPointer`, by which the standard library copies and compares.
  public func withContiguousStorageIfAvailable<Result>(
    _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result? {
    try withUnsafeBufferPointer(body)
  }

  /// Copies the values that are written out.
  public init(arrayLiteral values: Float...) {
    self.init(values)
  }

  /// Whether both hold equal floats in the same order.
  public static func == (a: AlignedFloats, b: AlignedFloats) -> Bool { a.elementsEqual(b) }
}
