internal import Glibc

/// Advice to keep large memory on huge pages, whose addresses the processor finds without a walk through tables.
///
/// Rows in random order need another page each time. It is advice only: a system without huge pages serves as well, only slower.
enum HugePages {
  /// The bytes of one.
  static let size = 1 << 21

  /// Asks for huge pages in `memory`, as far as it holds whole ones; of use while it has not been touched.
  static func advise(_ memory: UnsafeMutableRawBufferPointer) {
    guard let start = memory.baseAddress?.alignedUp(toMultipleOf: size), let base = memory.baseAddress else { return }
    let whole = (memory.count - min(start - base, memory.count)) / size * size
    if whole > 0 { madvise(start, whole, MADV_HUGEPAGE) }
  }
}
