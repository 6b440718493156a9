internal import FeatherTensors

/// What a client's samples are drawn from where clients share samples.
///
/// A client's samples depend on the seed and its number alone: not on how many clients there are, nor on which were asked for
/// before.
struct ClientDraw: Sendable {
  /// Where samples come from.
  enum Source: Sendable {
    /// Uniformly from so many.
    case all(Int)
    /// From the classes' samples, in the proportions of the client's own Dirichlet(`alpha`) draw.
    case classes([[Int32]], alpha: Double)
  }

  let seed: UInt64
  /// How many samples every client has; at most as many as there are.
  let perClient: Int
  let source: Source

  /// The client's samples, distinct and ascending.
  func samples(of client: Int) -> [Int32] {
    var stream = RandomStream(seed: seed, purpose: .partition, client: client, lane: Partition.drawLane)
    switch source {
    case .all(let count): return stream.distinct(perClient, below: count).map(Int32.init)
    case .classes(let members, let alpha):
      var mixture = ClassMixture(seed: seed, client: client, classes: members.count, alpha: alpha)
      var left = members.map(\.count)
      var counts = [Int](repeating: 0, count: members.count)
      for _ in 0..<perClient { counts[mixture.draw(from: &left)] += 1 }
      return members.indices.flatMap { k in
        stream.distinct(counts[k], below: members[k].count).map { members[k][$0] }
      }.sorted()
    }
  }
}

/// A client's own mixture of classes, from which classes are drawn one after another until they are used up.
///
/// Source: Acar et al. (2021), FedDyn, arXiv:2111.04263, section 4 (a Dirichlet draw of class ratios per client).
struct ClassMixture: Sendable {
  private var weights: [Double]
  private var stream: RandomStream

  /// The mixture of a client, which depends on the seed and its number alone.
  init(seed: UInt64, client: Int, classes: Int, alpha: Double) {
    stream = RandomStream(seed: seed, purpose: .partition, client: client, lane: Partition.mixtureLane)
    weights = stream.dirichlet(alpha: alpha, count: classes)
  }

  /// Draws a class and takes one of its samples off `left`, which has at least one in all.
  ///
  /// A class that is used up is drawn no more: the others keep their proportions, which is what drawing anew until one has
  /// samples would give. A mixture that has no weight on any of these takes them in proportion to what is left.
  mutating func draw(from left: inout [Int]) -> Int {
    for k in left.indices where left[k] == 0 { weights[k] = 0 }
    var total = weights.reduce(0, +)
    if total <= 0 {
      weights = left.map(Double.init)
      total = weights.reduce(0, +)
    }
    let point = stream.uniform() * total
    var sum = 0.0
    var chosen: Int?
    for k in weights.indices where weights[k] > 0 {
      sum += weights[k]
      chosen = k
      if sum > point { break }
    }
    guard let chosen else { preconditionFailure("a class is drawn only while there are samples") }
    left[chosen] -= 1
    return chosen
  }
}
