internal import FeatherTensors

/// Chooses who takes part in a round.
struct CohortSampler {
  let clients: Int
  /// The share of clients that take part, in 0 < share ≤ 1; at least one does.
  let participation: Double
  let seed: UInt64

  /// The participants of a round, ascending; drawn uniformly without replacement.
  func cohort(_ round: Int) -> [Int] {
    let size = min(clients, max(1, Int((participation * Double(clients)).rounded())))
    guard size < clients else { return Array(0..<clients) }
    var stream = RandomStream(seed: seed, purpose: .participation, round: round)
    return stream.permutation(clients).prefix(size).map { Int($0) }.sorted()
  }
}
