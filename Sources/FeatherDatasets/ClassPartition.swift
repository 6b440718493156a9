internal import FeatherTensors

extension Partition {
  /// Label skew by client: every client has its own mixture of the classes, a symmetric Dirichlet(`alpha`) draw.
  ///
  /// Where the clients together need no more samples than there are, they are dealt without replacement: in turns, each client
  /// draws a class from its mixture and takes the next of that class's shuffled samples. A class that is used up is drawn no
  /// more, so that late samples follow what is left rather than the mixtures. Otherwise clients share samples, and each draws
  /// its own the same way from all of them. A client's mixture is the same in both cases.
  /// Source: Acar et al. (2021), FedDyn, arXiv:2111.04263, section 4; FedLab's `client_inner_dirichlet_partition`.
  /// - Parameters:
  ///   - labels: the class of each sample, in 0..<`classes`.
  ///   - classes: the number of classes, K.
  ///   - clients: the number of clients, C.
  ///   - alpha: the concentration, positive and finite: near 0 a client has one class, towards infinity all alike.
  ///   - samplesPerClient: how many samples a client has; 0 for a share of all.
  ///   - quantityAlpha: 0 for clients of equal size; otherwise their shares of the samples are a draw as in `quantity`.
  ///   - minimumSamples: with `quantityAlpha`, what every client must have; below 1 counts as 1.
  ///   - seed: the run's seed.
  /// - Throws: `DatasetError` when the clients' sizes cannot be as asked.
  public static func innerDirichlet(
    labels: [UInt8], classes: Int, clients: Int, alpha: Double, samplesPerClient: Int = 0, quantityAlpha: Double = 0,
    minimumSamples: Int = 1, seed: UInt64
  ) throws -> Partition {
    let scheme = "inner-dirichlet"
    try checkAlpha(scheme, alpha)
    try Dataset.checkLabels(labels, classes: classes, in: "partition \(scheme)")
    let members = samples(byClass: labels, classes: classes)
    if try isDrawn(count: labels.count, clients: clients, samplesPerClient: samplesPerClient, what: scheme) {
      guard quantityAlpha == 0 else {
        throw DatasetError(
          "partition \(scheme): quantityAlpha divides samples among the clients, but \(clients) clients with "
            + "\(samplesPerClient) each share the \(labels.count) there are; write 0, or lower samplesPerClient or clients"
        )
      }
      let draw = ClientDraw(seed: seed, perClient: samplesPerClient, source: .classes(members, alpha: alpha))
      return Partition(draw, clients: clients)
    }
    try check(samples: labels.count, parts: clients, what: "clients")
    let total = samplesPerClient == 0 ? labels.count : clients * samplesPerClient
    let sizes =
      quantityAlpha == 0
      ? (0..<clients).map { total * ($0 + 1) / clients - total * $0 / clients }
      : try quantities(
        scheme, total, clients: clients, alpha: quantityAlpha, key: "quantityAlpha", minimumSamples: minimumSamples,
        seed: seed
      ).clients.map(\.count)
    return Partition(dealInTurns(members, sizes: sizes, alpha: alpha, seed: seed))
  }

  /// Every client draws a class and takes a sample of it, one client after another, until each has its number.
  private static func dealInTurns(_ members: [[Int32]], sizes: [Int], alpha: Double, seed: UInt64) -> [[Int32]] {
    var stream = RandomStream(seed: seed, purpose: .partition, lane: drawLane)
    var orders = members
    for k in orders.indices { stream.shuffle(&orders[k]) }
    var left = members.map(\.count)
    var mixtures = sizes.indices.map { ClassMixture(seed: seed, client: $0, classes: members.count, alpha: alpha) }
    var drawn = sizes.map { _ in [Int32]() }
    var waiting = Array(sizes.indices)
    while !waiting.isEmpty {
      for client in waiting {
        let k = mixtures[client].draw(from: &left)
        drawn[client].append(orders[k][left[k]])
      }
      waiting.removeAll { drawn[$0].count == sizes[$0] }
    }
    return drawn
  }

  /// Pathological label skew: every client has samples of exactly `perClient` classes.
  ///
  /// The classes are dealt to the clients from shuffled decks of all classes that have samples, so that every class has an
  /// owner and the numbers of owners differ by one at most (the source draws all but a client's first class freely, and may
  /// leave classes without owners); a class's samples are divided among its owners into near-equal parts.
  /// Source: Li et al. (2022), NIID-Bench, arXiv:2102.02079, section IV-A ("#C = k").
  /// - Parameters:
  ///   - labels: the class of each sample, in 0..<`classes`.
  ///   - classes: the number of classes, K.
  ///   - clients: the number of clients, C.
  ///   - perClient: how many classes a client has, k.
  ///   - seed: the run's seed.
  /// - Throws: `DatasetError` when a client cannot have so many classes, a class would have no owner, or fewer samples than
  ///   owners.
  public static func classes(
    labels: [UInt8], classes: Int, clients: Int, perClient: Int, seed: UInt64
  ) throws -> Partition {
    try check(samples: labels.count, parts: clients, what: "clients")
    try Dataset.checkLabels(labels, classes: classes, in: "partition classes")
    let members = samples(byClass: labels, classes: classes)
    let present = members.indices.filter { !members[$0].isEmpty }
    guard (1...present.count).contains(perClient) else {
      throw DatasetError(
        "partition classes: classesPerClient is \(perClient); the samples have \(present.count) classes")
    }
    guard clients >= (present.count + perClient - 1) / perClient else {
      throw DatasetError(
        "partition classes: \(clients) clients with \(perClient) classes each leave some of the \(present.count) classes "
          + "without a client; raise partition.clients or classesPerClient")
    }
    var stream = RandomStream(seed: seed, purpose: .partition)
    var owners = [[Int]](repeating: [], count: classes)
    var deck: [Int] = []
    for client in 0..<clients {
      for _ in 0..<perClient {
        let isFree = { (k: Int) in owners[k].last != client }
        if !deck.contains(where: isFree) {
          var fresh = present
          stream.shuffle(&fresh)
          deck += fresh
        }
        guard let place = deck.firstIndex(where: isFree) else { preconditionFailure("a fresh deck has every class") }
        owners[deck.remove(at: place)].append(client)
      }
    }
    return try Partition(divide(members, among: owners, clients: clients, stream: &stream))
  }

  /// Divides each class's samples among its owners.
  private static func divide(
    _ members: [[Int32]], among owners: [[Int]], clients: Int, stream: inout RandomStream
  ) throws -> [[Int32]] {
    var result = [[Int32]](repeating: [], count: clients)
    for (k, owners) in owners.enumerated() where !owners.isEmpty {
      var order = members[k]
      guard order.count >= owners.count else {
        throw DatasetError(
          "partition classes: the \(order.count) samples of class \(k) cannot be divided among the \(owners.count) clients "
            + "that have it; lower partition.clients or classesPerClient, or raise dataset.train")
      }
      stream.shuffle(&order)
      for (client, part) in zip(owners, cut(order, into: owners.count)) { result[client] += part }
    }
    return result
  }
}
