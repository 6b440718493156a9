/// A batch that is computed and the one after it, allocated once.
struct BatchPair: ~Copyable {
  /// Chosen samples: where they lie, and their classes.
  struct Batch {
    let capacity: Int
    /// Floats of a sample.
    let width: Int
    let rows: RowAddresses
    let labels: UnsafeMutablePointer<UInt8>
    private(set) var count = 0

    init(capacity: Int, width: Int) {
      self.capacity = capacity
      self.width = width
      rows = .allocate(capacity: capacity)
      rows.initialize(repeating: nil, count: capacity)
      labels = .allocate(capacity: capacity)
      labels.initialize(repeating: 0, count: capacity)
    }

    /// Chooses the samples at `start` and after it in `order`, as many as there are and fit.
    mutating func choose(
      _ order: UnsafeBufferPointer<Int32>, from start: Int, inputs: UnsafePointer<Float>,
      labels all: UnsafePointer<UInt8>?
    ) {
      count = max(min(capacity, order.count - start), 0)
      for place in 0..<count {
        let sample = Int(order[start + place])
        rows[place] = inputs + sample * width
        if let all { labels[place] = all[sample] }
      }
    }

    /// The same, with addresses of `other` in the places that are left, up to the count of `other`.
    mutating func choose(
      _ order: UnsafeBufferPointer<Int32>, from start: Int, inputs: UnsafePointer<Float>,
      labels all: UnsafePointer<UInt8>?, atLeast other: Batch
    ) {
      choose(order, from: start, inputs: inputs, labels: all)
      for place in count..<max(count, other.count) { rows[place] = other.rows[place] }
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
    }
  }
}
