internal import FeatherTensors

extension Partition {
  /// Colour imbalance: each client sees a share of its samples without colour.
  ///
  /// Which samples those are is drawn per client; a larger share holds the samples of a smaller one. Sources: Chandar et al.
  /// (2021), arXiv:2108.05670 (one collaborator with colour images, one with grey ones); FedMA (Wang et al. 2020,
  /// arXiv:2002.06440) for the confounded variant.
  /// - Parameters:
  ///   - labels: the class of each sample, in 0..<`classes`.
  ///   - classes: the number of classes, K.
  ///   - greyFractions: the share of each client's samples that is grey, each 0...1; as many as there are clients. Client i
  ///     gets the nearest whole number of samples, a half rounded up.
  ///   - conversion: how samples are made grey.
  ///   - confounded: whether colour tells something about the class. If so, the half of the clients with the lower
  ///     fractions (ties: the lower client) divides the samples of the first K/2 classes, the others those of the rest;
  ///     if not, all samples are divided.
  ///   - seed: the run's seed.
  /// - Throws: `DatasetError` when a fraction is outside 0...1 or there are too few samples or clients.
  public static func colourImbalance(
    labels: [UInt8], classes: Int, greyFractions: [Double] = [0, 1], conversion: GreyConversion,
    confounded: Bool = false, seed: UInt64
  ) throws -> Partition {
    for (client, fraction) in greyFractions.enumerated() where !(0...1).contains(fraction) {
      throw DatasetError(
        "partition colour-imbalance: the grey fraction of client \(client) is \(fraction); expected 0 to 1")
    }
    let clients =
      confounded
      ? try byClass(labels, classes: classes, greyFractions, seed: seed)
      : try iid(count: labels.count, clients: greyFractions.count, seed: seed).clients
    let views = clients.enumerated().map { client, samples in
      view(of: samples, client: client, fraction: greyFractions[client], conversion, seed: seed)
    }
    return Partition(clients, views: views)
  }

  private static func view(
    of samples: [Int32], client: Int, fraction: Double, _ conversion: GreyConversion, seed: UInt64
  ) -> ClientView {
    let count = Int((fraction * Double(samples.count)).rounded())
    guard count > 0 else { return .plain }
    var order = samples
    var stream = RandomStream(seed: seed, purpose: .partition, client: client, lane: greyLane)
    stream.shuffle(&order)
    return .grey(samples: order.prefix(count).sorted(), conversion: conversion)
  }

  /// Divides the first half of the classes among the clients with the lower fractions, the rest among the others.
  private static func byClass(
    _ labels: [UInt8], classes: Int, _ fractions: [Double], seed: UInt64
  ) throws -> [[Int32]] {
    guard fractions.count >= 2, classes >= 2 else {
      throw DatasetError(
        "partition colour-imbalance: confounded needs at least 2 clients and 2 classes, not \(fractions.count) and \(classes)"
      )
    }
    try Dataset.checkLabels(labels, classes: classes, in: "partition colour-imbalance")
    let ranked = fractions.indices.sorted { (fractions[$0], $0) < (fractions[$1], $1) }
    let members = samples(byClass: labels, classes: classes)
    var stream = RandomStream(seed: seed, purpose: .partition)
    var result = [[Int32]](repeating: [], count: fractions.count)
    let groups = [
      (clients: ranked.prefix(ranked.count / 2), classes: 0..<classes / 2),
      (clients: ranked.suffix(from: ranked.count / 2), classes: classes / 2..<classes),
    ]
    for group in groups {
      var order = members[group.classes].flatMap { $0 }
      try check(
        samples: order.count, parts: group.clients.count,
        what: "clients (colour-imbalance, classes \(group.classes.lowerBound) to \(group.classes.upperBound - 1))")
      stream.shuffle(&order)
      for (client, part) in zip(group.clients, cut(order, into: group.clients.count)) { result[client] = part }
    }
    return result
  }

  /// Feature skew: samples are divided as by `iid`, but client i of C sees its own with Gaussian noise on every value, of
  /// standard deviation `sigma` · (i + 1) / C.
  ///
  /// Source: Li et al. (2022), NIID-Bench, arXiv:2102.02079, section IV-B ("noise-based feature imbalance").
  /// - Parameters:
  ///   - count: the number of samples.
  ///   - clients: the number of clients, C.
  ///   - sigma: the last client's standard deviation, in units of pixels 0...1; not negative, finite.
  ///   - seed: the run's seed.
  /// - Throws: `DatasetError` when `sigma` is out of range or there are more clients than samples.
  public static func featureNoise(count: Int, clients: Int, sigma: Double, seed: UInt64) throws -> Partition {
    guard sigma >= 0, sigma.isFinite else {
      throw DatasetError("partition feature-noise: sigma is \(sigma); expected a finite number, at least 0")
    }
    let division = try iid(count: count, clients: clients, seed: seed).clients
    guard sigma > 0 else { return Partition(division) }
    return Partition(
      division,
      views: (0..<clients).map { .noisy(deviation: sigma * Double($0 + 1) / Double(clients), seed: seed) })
  }
}
