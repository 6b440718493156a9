internal import CKernels

/// Where a trainer's samples lie.
struct SampleAddresses {
  let inputs: UnsafePointer<Float>
  /// The class of each; nil where inputs are their own targets.
  let labels: UnsafePointer<UInt8>?
  /// Which blocks of each are not blank, as many words a sample as a batch has room for; nil where that is not known.
  var filled: UnsafePointer<UInt64>?
}

/// A batch that is computed and the one after it, allocated once.
struct BatchPair: ~Copyable {
  /// Chosen samples: where they lie, and their classes.
  struct Batch {
    let capacity: Int
    /// Floats of a sample.
    let width: Int
    let rows: RowAddresses
    let labels: UnsafeMutablePointer<UInt8>
    /// Words that say which blocks of a sample are not blank.
    let words: Int
    let filled: UnsafeMutablePointer<UInt64>
    private(set) var count = 0

    init(capacity: Int, width: Int) {
      self.capacity = capacity
      self.width = width
      rows = .allocate(capacity: capacity)
      rows.initialize(repeating: nil, count: capacity)
      labels = .allocate(capacity: capacity)
      labels.initialize(repeating: 0, count: capacity)
      words = Kernels.filledWords(width)
      filled = .allocate(capacity: capacity * words)
      filled.initialize(repeating: 0, count: capacity * words)
    }

    /// Chooses the samples at `start` and after it in `order`, as many as there are and fit.
    mutating func choose(
      _ order: UnsafeBufferPointer<Int32>, from start: Int, of samples: SampleAddresses
    ) {
      count = max(min(capacity, order.count - start), 0)
      for place in 0..<count {
        let sample = Int(order[start + place])
        rows[place] = samples.inputs + sample * width
        if let all = samples.labels { labels[place] = all[sample] }
        guard let known = samples.filled else { continue }
        for word in 0..<words { filled[place * words + word] = known[sample * words + word] }
      }
      fetch(order[min(start + count, order.count)..<min(start + count + capacity, order.count)], of: samples)
    }

    /// Asks for what `choose` will copy of these samples, which lie anywhere.
    private func fetch(_ order: Slice<UnsafeBufferPointer<Int32>>, of samples: SampleAddresses) {
      guard let labels = samples.labels, let filled = samples.filled else { return }
      for sample in order {
        fw_fetch(labels + Int(sample))
        fw_fetch(filled + Int(sample) * words)
      }
    }

    /// The same, with addresses of `other` in the places that are left, up to the count of `other`.
    mutating func choose(
      _ order: UnsafeBufferPointer<Int32>, from start: Int, of samples: SampleAddresses, atLeast other: Batch
    ) {
      choose(order, from: start, of: samples)
      for place in count..<max(count, other.count) {
        rows[place] = other.rows[place]
        // Nothing of these need be fetched: they have just been read.
        for word in 0..<words { filled[place * words + word] = 0 }
      }
    }

    /// Copies the samples together.
    func copy(to target: UnsafeMutableBufferPointer<Float>) {
      guard let base = target.baseAddress else { return }
      for place in 0..<count {
        guard let row = rows[place] else { continue }
        (base + place * width).update(from: row, count: width)
      }
    }
  }

  let first: Batch
  let second: Batch

  init(capacity: Int, width: Int) {
    first = Batch(capacity: capacity, width: width)
    second = Batch(capacity: capacity, width: width)
  }

  deinit {
    for batch in [first, second] {
      batch.rows.deallocate()
      batch.labels.deallocate()
      batch.filled.deallocate()
    }
  }
}
