internal import FeatherDatasets
internal import FeatherTensors

/// Chooses who takes part in a round.
struct CohortSampler {
  /// How participants are drawn.
  enum Way {
    /// Uniformly, by a permutation of all that are there.
    case permuted
    /// Uniformly, in a time that depends on the cohort's size alone.
    case distinct
    /// In proportion to the samples that each client has.
    case weighted([Int])
  }

  let clients: Int
  /// How many are drawn, in 1...clients; all that are there where these are fewer.
  let size: Int
  let way: Way
  let seed: UInt64
  /// When each client is there; nil for always.
  var availability: Availability?

  /// The participants of a round, ascending; drawn without replacement, and none where nobody is there.
  func cohort(_ round: Int) -> [Int] {
    guard let availability else {
      guard size < clients else { return Array(0..<clients) }
      if case .weighted(let samples) = way { return weighted(0..<clients, samples, round) }
      return places(of: clients, round)
    }
    let present = availability.clients(in: round)
    guard size < present.count else { return present }
    if case .weighted(let samples) = way { return weighted(present, samples, round) }
    return places(of: present.count, round).map { present[$0] }
  }

  /// `size` of 0..<count, ascending; drawn uniformly.
  private func places(of count: Int, _ round: Int) -> [Int] {
    var stream = RandomStream(seed: seed, purpose: .participation, round: round)
    guard case .distinct = way else { return stream.permutation(count).prefix(size).map { Int($0) }.sorted() }
    return stream.distinct(size, below: count)
  }

  /// `size` of the candidates, ascending; each next one is drawn in proportion to its samples among those left.
  ///
  /// Exponential races: a client with w samples arrives after an exponential time of rate w, and the first `size` take part. The same
  /// distribution as algorithm A-Res of Efraimidis and Spirakis (2006), Information Processing Letters 97(5). A client's time is its
  /// own, whoever else is there.
  private func weighted(_ candidates: some Sequence<Int>, _ samples: [Int], _ round: Int) -> [Int] {
    let arrivals = candidates.map { client in
      var stream = RandomStream(seed: seed, purpose: .participation, client: client, round: round, lane: 1)
      let uniform = (Double(stream.nextWord64() >> 12) + 0.5) * 0x1p-52
      return (time: -ReproducibleMath.log(uniform) / Double(samples[client]), client: client)
    }
    return arrivals.sorted { ($0.time, $0.client) < ($1.time, $1.client) }.prefix(size).map(\.client).sorted()
  }
}

/// Decides which participants are gone before they upload.
struct DropOuts {
  /// The probability of each, 0..<1.
  let probability: Double
  let seed: UInt64

  /// The participants of `cohort` that stay, ascending.
  func staying(_ cohort: [Int], _ round: Int) -> [Int] {
    guard probability > 0 else { return cohort }
    return cohort.filter { client in
      var stream = RandomStream(seed: seed, purpose: .dropout, client: client, round: round)
      return stream.uniform() >= probability
    }
  }
}
