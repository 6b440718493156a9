internal import Glibc

/// A fixed-length array of floats on a 64-byte boundary, zero at first.
///
/// The workspaces and parameter vectors of networks: allocated once, freed with their owner, never copied silently. A large one lies
/// on huge pages where the system gives them, and takes memory only where it has been touched.
public struct AlignedBuffer: ~Copyable {
  /// The number of floats.
  public let count: Int
  /// The first float; valid while the buffer lives.
  public let base: UnsafeMutablePointer<Float>
  /// The pages of a large buffer.
  private let mapping: UnsafeMutableRawBufferPointer?

  /// Allocates `count` floats, all zero.
  public init(count: Int) {
    precondition(count >= 0, "a buffer's count is not negative")
    self.count = count
    let byteCount = max(count, 1) * 4
    guard byteCount < 2 * HugePages.size else {
      let mapping = Self.map(byteCount)
      self.mapping = mapping
      base = Self.firstHugePage(of: mapping).bindMemory(to: Float.self, capacity: count)
      return
    }
    mapping = nil
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 64)
    base = bytes.bindMemory(to: Float.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
  }

  deinit {
    guard let mapping else { return UnsafeMutableRawPointer(base).deallocate() }
    munmap(mapping.baseAddress, mapping.count)
  }

  /// Fresh pages, zero without being touched, with room for a start on a huge page's boundary.
  private static func map(_ byteCount: Int) -> UnsafeMutableRawBufferPointer {
    let length = byteCount + HugePages.size
    let start = mmap(nil, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let start, start != MAP_FAILED else { fatalError("out of memory: \(byteCount) bytes") }
    let mapping = UnsafeMutableRawBufferPointer(start: start, count: length)
    HugePages.advise(mapping)
    return mapping
  }

  private static func firstHugePage(of mapping: UnsafeMutableRawBufferPointer) -> UnsafeMutableRawPointer {
    guard let start = mapping.baseAddress else { fatalError("mapped pages have an address") }
    return start.alignedUp(toMultipleOf: HugePages.size)
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
