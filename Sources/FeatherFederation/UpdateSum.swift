internal import FeatherTensors

/// The weighted sum of a round's decoded updates, taken one after another, so that they need not be held together.
///
/// Each parameter's sum is taken in Double in the order of the updates, which is ascending by client.
struct UpdateSum {
  /// Parameters that are summed at a time; what is summed stays in the first-level cache.
  private static let block = 1024

  /// The sums, shape [P].
  private(set) var values: [Double]
  /// The sum of the weights w.
  private(set) var weight = 0.0
  /// The sum of w s, and that of w / s.
  private(set) var scaled = 0.0
  private(set) var effective = 0.0

  /// A decoded update, shape [P], and how much it counts: its weight w, and a scale s where one of more local steps counts less.
  typealias Term = (update: [Float], weight: Double, scale: Double)

  /// The sum of no updates.
  init(parameters: Int) { values = [Double](repeating: 0, count: parameters) }

  /// Adds w s times each update.
  mutating func add(_ updates: [Term], on team: ThreadTeam = .single) {
    for (_, weight, scale) in updates {
      self.weight += weight
      scaled += weight * scale
      effective += weight / scale
    }
    values.withUnsafeMutableBufferPointer { values in
      team.forEachBlock(of: values.count, size: Self.block) { block in
        let sum = UnsafeMutableBufferPointer(rebasing: values[block])
        for (update, weight, scale) in updates { Self.add(update, weight * scale, block, to: sum) }
      }
    }
  }

  private static func add(
    _ update: [Float], _ weight: Double, _ block: Range<Int>, to sum: UnsafeMutableBufferPointer<Double>
  ) {
    update.withUnsafeBufferPointer { update in
      let part = UnsafeBufferPointer(rebasing: update[block])
      for i in sum.indices { sum[i] += weight * Double(part[i]) }
    }
  }
}
