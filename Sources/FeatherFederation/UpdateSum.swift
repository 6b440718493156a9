internal import FeatherTensors

/// The weighted sum of a round's decoded updates, taken one after another, so that they need not be held together.
///
/// Each parameter's sum is taken in Double in the order of the updates, which is ascending by client.
struct UpdateSum {
  /// Parameters that are summed at a time; what is summed stays in the first-level cache.
  private static let block = 1024

  /// The sums, shape [P].
  private(set) var values: [Double]
  /// The sum of the weights.
  private(set) var weight = 0.0

  /// The sum of no updates.
  init(parameters: Int) { values = [Double](repeating: 0, count: parameters) }

  /// Adds updates, shape [P] each, with their weights.
  mutating func add(_ updates: [(update: [Float], weight: Double)], on team: ThreadTeam = .single) {
    weight = updates.reduce(weight) { $0 + $1.weight }
    values.withUnsafeMutableBufferPointer { values in
      team.forEachBlock(of: values.count, size: Self.block) { block in
        let sum = UnsafeMutableBufferPointer(rebasing: values[block])
        for (update, weight) in updates { Self.add(update, weight, block, to: sum) }
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
