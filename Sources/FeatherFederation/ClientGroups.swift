internal import FeatherExperiments
internal import FeatherTensors

/// Which clients share a codec.
enum ClientGroups {
  /// The members of each group, ascending; groups in the order of their first members.
  ///
  /// - Parameter last: each client's last snapshot, shape [P], for a clustered scope.
  static func of(_ spec: RunSpec, last: [[Float]]) -> [[Int]] {
    switch spec.codec.scope {
    case .perClient: last.indices.map { [$0] }
    case .shared: [Array(last.indices)]
    case .clustered: clusters(of: last, count: spec.codec.clusters, seed: spec.seed)
    }
  }

  private static let mostSteps = 100

  /// Groups of near vectors: k-means by Lloyd's steps from centres that k-means++ draws (Arthur and Vassilvitskii 2007).
  ///
  /// Sums go from the first vector on, in Double; of equally near centres the first is taken. A group that runs empty is left out.
  static func clusters(of vectors: [[Float]], count: Int, seed: UInt64) -> [[Int]] {
    var centres = firstCentres(of: vectors, count: count, seed: seed)
    var chosen: [Int] = []
    for _ in 0..<mostSteps {
      let next = vectors.map { nearest(to: $0, of: centres) }
      guard next != chosen else { break }
      chosen = next
      for index in centres.indices {
        let members = vectors.indices.filter { chosen[$0] == index }
        if !members.isEmpty { centres[index] = mean(members.map { vectors[$0] }) }
      }
    }
    let groups = centres.indices.map { index in vectors.indices.filter { chosen[$0] == index } }
    return groups.filter { !$0.isEmpty }.sorted { $0[0] < $1[0] }
  }

  /// The centre that is nearest to a vector, the first of equally near ones.
  static func nearest(to vector: [Float], of centres: [[Float]]) -> Int {
    centres.indices.min { distance(vector, centres[$0]) < distance(vector, centres[$1]) } ?? 0
  }

  private static func firstCentres(of vectors: [[Float]], count: Int, seed: UInt64) -> [[Float]] {
    var stream = RandomStream(seed: seed, purpose: .clusters)
    var centres = [vectors[stream.integer(below: vectors.count)]]
    while centres.count < count {
      let weights = vectors.map { vector in centres.map { distance(vector, $0) }.min() ?? 0 }
      var place = stream.uniform() * weights.reduce(0, +)
      let chosen = weights.firstIndex { weight in
        place -= weight
        return place < 0
      }
      // Where all vectors are centres already, there are no more groups to find.
      guard let chosen else { break }
      centres.append(vectors[chosen])
    }
    return centres
  }

  private static func distance(_ a: [Float], _ b: [Float]) -> Double { Reductions.squaredDistance(a, b) }

  /// The mean of vectors of equal length, at least one, summed in Double.
  static func mean(_ vectors: [[Float]]) -> [Float] {
    var sum = [Double](repeating: 0, count: vectors[0].count)
    for vector in vectors {
      for i in sum.indices { sum[i] += Double(vector[i]) }
    }
    return sum.map { Float($0 / Double(vectors.count)) }
  }
}
