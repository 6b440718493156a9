internal import FeatherTensors

/// Which elements of a vector are kept: their indices, ascending.
enum Places {
  /// The `count` elements of largest magnitude; among equal ones those of lower index.
  ///
  /// Magnitudes are ordered as their bits are: one histogram of the upper 16 of 31 bits finds where the smallest kept
  /// one lies, another of the lower 15 finds it exactly, whatever the values are.
  static func largest(_ count: Int, of values: [Float]) -> [Int32] {
    guard count > 0 else { return [] }
    guard count < values.count else { return (0..<Int32(values.count)).map { $0 } }
    return values.withUnsafeBytes { bytes in
      let magnitudes = bytes.bindMemory(to: UInt32.self)
      let (upper, needed) = boundary(magnitudes, count, shift: 15) { _ in true }
      let (lower, ties) = boundary(magnitudes, needed, shift: 0) { $0 >> 15 == upper }
      let smallest = upper << 15 | lower
      return [Int32](unsafeUninitializedCapacity: count) { places, filled in
        var ties = ties
        filled = 0
        for i in 0..<magnitudes.count {
          let magnitude = magnitudes[i] & 0x7FFF_FFFF
          guard magnitude >= smallest else { continue }
          if magnitude == smallest {
            guard ties > 0 else { continue }
            ties -= 1
          }
          places[filled] = Int32(i)
          filled += 1
        }
      }
    }
  }

  /// The histogram cell that the `count`-th largest of the magnitudes that are `within` lies in, and how many are kept
  /// of that cell.
  @inline(__always)
  private static func boundary(
    _ magnitudes: UnsafeBufferPointer<UInt32>, _ count: Int, shift: UInt32, within: (UInt32) -> Bool
  ) -> (cell: UInt32, needed: Int) {
    let cells: UInt32 = shift == 0 ? 1 << 15 : 1 << 16
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Int(cells)) { histogram in
      histogram.initialize(repeating: 0)
      for word in magnitudes {
        let magnitude = word & 0x7FFF_FFFF
        if within(magnitude) { histogram[Int(magnitude >> shift & (cells - 1))] += 1 }
      }
      var (cell, needed) = (Int(cells) - 1, count)
      while cell > 0, Int(histogram[cell]) < needed {
        needed -= Int(histogram[cell])
        cell -= 1
      }
      return (UInt32(cell), needed)
    }
  }

  /// `count` of 0..<`total`, every such set equally likely (Floyd's algorithm: Bentley and Floyd 1987, *A sample of
  /// brilliance*).
  static func random(_ count: Int, of total: Int, _ stream: inout RandomStream) -> [Int32] {
    var isTaken = [Bool](repeating: false, count: total)
    for last in total - count..<total {
      let drawn = stream.integer(below: last + 1)
      isTaken[isTaken[drawn] ? last : drawn] = true
    }
    // Room for one more, since each index is written and then kept or overwritten.
    return [Int32](unsafeUninitializedCapacity: count + 1) { places, filled in
      filled = 0
      for i in 0..<total {
        places[filled] = Int32(truncatingIfNeeded: i)
        filled += isTaken[i] ? 1 : 0
      }
    }
  }

  /// All of 0..<`total` but `places`, which ascend.
  static func others(than places: [Int32], of total: Int) -> [Int32] {
    var others: [Int32] = []
    others.reserveCapacity(total - places.count)
    var next: Int32 = 0
    for place in places {
      others.append(contentsOf: next..<place)
      next = place + 1
    }
    others.append(contentsOf: next..<Int32(total))
    return others
  }

  /// A vector of `total` zeros with `values` at `places`.
  static func scatter(_ values: [Float], at places: [Int32], of total: Int) -> [Float] {
    var all = [Float](repeating: 0, count: total)
    for (place, value) in zip(places, values) { all[Int(place)] = value }
    return all
  }
}
