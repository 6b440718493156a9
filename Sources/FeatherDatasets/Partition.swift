internal import FeatherTensors

/// Which training samples belong to which client: disjoint, and no client without samples.
///
/// Complete as well, except when read from a file.
public struct Partition: Sendable {
  /// The sample indices of each client, ascending.
  public let clients: [[Int32]]
  /// How each client sees its samples; none where all see them as they are.
  public let views: [ClientView]

  /// Streams of purpose `partition` beyond the tries of a division.
  static let greyLane = 1 << 20
  static let noiseLane = (1 << 20) + 1

  /// Sorts each client's samples.
  init(_ clients: [[Int32]], views: [ClientView] = []) {
    self.clients = clients.map { $0.sorted() }
    self.views = views
  }

  /// How many samples of each class each client has, shape [clients, classes].
  public func labelHistograms(labels: [UInt8], classes: Int) -> [[Int]] {
    clients.map { samples in
      var counts = [Int](repeating: 0, count: classes)
      for sample in samples { counts[Int(labels[Int(sample)])] += 1 }
      return counts
    }
  }

  /// The mean total variation distance between the clients' label distributions and that of all, weighted by samples.
  ///
  /// 0 when every client has the labels of all; 1 − 1/K when each has one of K equally frequent classes.
  public func labelSkew(labels: [UInt8], classes: Int) -> Double {
    let histograms = labelHistograms(labels: labels, classes: classes)
    var global = [Int](repeating: 0, count: classes)
    for histogram in histograms {
      for k in 0..<classes { global[k] += histogram[k] }
    }
    let total = Double(global.reduce(0, +))
    var skew = 0.0
    for histogram in histograms {
      let size = Double(histogram.reduce(0, +))
      var distance = 0.0
      for k in 0..<classes { distance += abs(Double(histogram[k]) / size - Double(global[k]) / total) }
      skew += size / total * 0.5 * distance
    }
    return skew
  }

  /// A random permutation of the samples, cut into parts whose sizes differ by at most one.
  ///
  /// - Throws: `DatasetError` when there are more clients than samples.
  public static func iid(count: Int, clients: Int, seed: UInt64) throws -> Partition {
    try check(samples: count, parts: clients, what: "clients")
    var stream = RandomStream(seed: seed, purpose: .partition)
    return Partition(cut(stream.permutation(count), into: clients))
  }

  /// Sorted by label, cut into `clients` · `perClient` near-equal shards, which are dealt at random.
  ///
  /// Source: McMahan et al. (2017), arXiv:1602.05629, section 3 ("pathological non-IID").
  /// - Throws: `DatasetError` when there are more shards than samples.
  public static func shards(labels: [UInt8], clients: Int, perClient: Int, seed: UInt64) throws -> Partition {
    guard perClient >= 1, perClient <= labels.count else {
      throw DatasetError("partition shards: \(perClient) shards per client; expected 1 to the \(labels.count) samples")
    }
    try check(samples: labels.count, parts: clients, what: "clients")
    try check(samples: labels.count, parts: clients * perClient, what: "shards (\(clients) clients x \(perClient))")
    let byLabel = samples(byClass: labels, classes: 256).flatMap { $0 }
    let shards = cut(byLabel, into: clients * perClient)
    var stream = RandomStream(seed: seed, purpose: .partition)
    let deal = stream.permutation(shards.count)
    return Partition(
      (0..<clients).map { client in
        deal[client * perClient..<(client + 1) * perClient].flatMap { shards[Int($0)] }
      })
  }

  /// Refuses an empty data set, no parts, and more parts than samples.
  static func check(samples: Int, parts: Int, what: String) throws {
    guard samples >= 1, samples <= Int(Int32.max) else {
      throw DatasetError("a partition divides 1 to \(Int32.max) samples, not \(samples)")
    }
    guard parts >= 1 else {
      throw DatasetError("a partition has at least 1 client, not \(parts); set partition.clients in the spec")
    }
    guard parts <= samples else {
      throw DatasetError(
        "\(samples) training samples cannot be divided among \(parts) \(what), each of which needs at least 1; "
          + "lower partition.clients or raise dataset.train")
    }
  }

  /// Parts of near-equal size, in order.
  static func cut(_ samples: [Int32], into parts: Int) -> [[Int32]] {
    (0..<parts).map { part in
      Array(samples[samples.count * part / parts..<samples.count * (part + 1) / parts])
    }
  }

  /// The samples of each class, ascending: a stable sort by label.
  static func samples(byClass labels: [UInt8], classes: Int) -> [[Int32]] {
    var members = [[Int32]](repeating: [], count: classes)
    for (i, label) in labels.enumerated() { members[Int(label)].append(Int32(i)) }
    return members
  }
}
