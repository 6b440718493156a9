internal import FeatherTensors

extension Partition {
  /// How many times a Dirichlet partition is drawn before it is given up.
  static let dirichletTries = 100

  /// Label skew: the samples of each class are divided by shares drawn from a symmetric Dirichlet distribution.
  ///
  /// Drawn anew, up to 100 times, until every client has enough samples; a client without samples is never accepted.
  /// Sources: Hsu et al. (2019), arXiv:1909.06335 (Dirichlet label skew); Yurochkin et al. (2019), arXiv:1905.12022, and
  /// Li et al. (2022), arXiv:2102.02079 (shares of each class over the clients, as here).
  /// - Parameters:
  ///   - labels: the class of each sample, in 0..<`classes`.
  ///   - classes: the number of classes, K.
  ///   - clients: the number of clients, C.
  ///   - alpha: the concentration, positive and finite: near 0 one client takes a class, towards infinity all are IID.
  ///   - minimumSamples: what every client must have; below 1 counts as 1.
  ///   - seed: the run's seed.
  /// - Throws: `DatasetError` when no try gives every client enough samples.
  public static func dirichlet(
    labels: [UInt8], classes: Int, clients: Int, alpha: Double, minimumSamples: Int, seed: UInt64
  ) throws -> Partition {
    try checkAlpha("dirichlet", alpha)
    try check(samples: labels.count, parts: clients, what: "clients")
    try Dataset.checkLabels(labels, classes: classes, in: "partition dirichlet")
    return try drawn(
      "dirichlet", samples(byClass: labels, classes: classes), clients: clients, alpha: alpha,
      minimumSamples: minimumSamples, seed: seed)
  }

  /// Quantity skew: labels are IID, but the clients' sizes are proportional to a draw of a Dirichlet distribution.
  ///
  /// Drawn anew, up to 100 times, until every client has enough samples.
  /// Source: Li et al. (2022), NIID-Bench, arXiv:2102.02079, section IV-C ("quantity skew").
  /// - Parameters:
  ///   - count: the number of samples.
  ///   - clients: the number of clients, C.
  ///   - alpha: the concentration, positive and finite: near 0 one client takes all, towards infinity all get the same.
  ///   - minimumSamples: what every client must have; below 1 counts as 1.
  ///   - seed: the run's seed.
  /// - Throws: `DatasetError` when no try gives every client enough samples.
  public static func quantity(
    count: Int, clients: Int, alpha: Double, minimumSamples: Int, seed: UInt64
  ) throws -> Partition {
    try quantities("quantity", count, clients: clients, alpha: alpha, minimumSamples: minimumSamples, seed: seed)
  }

  /// The quantity skew of a scheme; `key` is what it calls `alpha`.
  static func quantities(
    _ scheme: String, _ count: Int, clients: Int, alpha: Double, key: String = "alpha", minimumSamples: Int,
    seed: UInt64
  ) throws -> Partition {
    try checkAlpha(scheme, alpha, key: key)
    try check(samples: count, parts: clients, what: "clients")
    // One class that holds everything.
    return try drawn(
      scheme, [(0..<Int32(count)).map { $0 }], clients: clients, alpha: alpha, key: key,
      minimumSamples: minimumSamples, seed: seed)
  }

  /// Refuses what is no concentration.
  static func checkAlpha(_ scheme: String, _ alpha: Double, key: String = "alpha") throws {
    guard alpha > 0, alpha.isFinite else {
      throw DatasetError("partition \(scheme): \(key) is \(alpha); expected a positive, finite number")
    }
  }

  /// Draws until every client has enough samples.
  private static func drawn(
    _ scheme: String, _ members: [[Int32]], clients: Int, alpha: Double, key: String = "alpha", minimumSamples: Int,
    seed: UInt64
  ) throws -> Partition {
    let count = members.reduce(0) { $0 + $1.count }
    let minimum = max(1, minimumSamples)
    guard minimum <= count / clients else {
      throw DatasetError(
        "partition \(scheme): \(clients) clients with at least \(minimum) samples each need more than the "
          + "\(count) there are; lower minimumSamples or clients, or raise dataset.train")
    }
    var best = 0
    for attempt in 0..<dirichletTries {
      var stream = RandomStream(seed: seed, purpose: .partition, lane: attempt)
      let drawn = deal(members, clients: clients, alpha: alpha, stream: &stream)
      let smallest = drawn.reduce(Int.max) { min($0, $1.count) }
      if smallest >= minimum { return Partition(drawn) }
      best = max(best, smallest)
    }
    throw DatasetError(
      "partition \(scheme): in \(dirichletTries) tries with \(key) \(alpha) and \(clients) clients the smallest client "
        + "never had more than \(best) of the \(minimum) samples it needs; raise \(key) or dataset.train, or lower clients "
        + "or minimumSamples")
  }

  /// One try: each class is shuffled and cut where the cumulative shares, times its size, round to.
  static func deal(
    _ members: [[Int32]], clients: Int, alpha: Double, stream: inout RandomStream
  ) -> [[Int32]] {
    var drawn = [[Int32]](repeating: [], count: clients)
    for samples in members where !samples.isEmpty {
      let shares = stream.dirichlet(alpha: alpha, count: clients)
      var order = samples
      stream.shuffle(&order)
      var cumulative = 0.0
      var start = 0
      for client in 0..<clients {
        cumulative += shares[client]
        let cut = client == clients - 1 ? order.count : Int((cumulative * Double(order.count)).rounded())
        let end = min(max(cut, start), order.count)
        drawn[client].append(contentsOf: order[start..<end])
        start = end
      }
    }
    return drawn
  }
}
