internal import FeatherTensors

/// Which training samples belong to which client; no client is without samples.
///
/// A stored partition holds every client's samples: they are disjoint, and complete as well except when read from a file or
/// when every client has a given number. A drawn one holds none: a client's samples are a function of the seed and its
/// number, distinct within the client but shared with others, so that a million clients take no memory.
public struct Partition: Sendable {
  /// The number of clients, C.
  public let count: Int
  /// How each client sees its samples; none where all see them as they are.
  public let views: [ClientView]
  private let division: Division

  private enum Division: Sendable {
    /// The sample indices of each client, ascending, and how many the largest has.
    case stored([[Int32]], largest: Int)
    case drawn(ClientDraw)
  }

  /// Streams of purpose `partition` beyond the tries of a division.
  static let greyLane = 1 << 20
  static let noiseLane = (1 << 20) + 1
  static let mixtureLane = (1 << 20) + 2
  static let drawLane = (1 << 20) + 3
  /// The most clients of a drawn partition that are looked at to say how it divides labels.
  static let mostDrawn = 1000

  /// Sorts each client's samples.
  init(_ clients: [[Int32]], views: [ClientView] = []) {
    count = clients.count
    division = .stored(clients.map { $0.sorted() }, largest: clients.lazy.map(\.count).max() ?? 0)
    self.views = views
  }

  /// Clients that are drawn when they are asked for; all see their samples as they are.
  init(_ draw: ClientDraw, clients: Int) {
    count = clients
    division = .drawn(draw)
    views = []
  }

  /// Whether samples are drawn when they are asked for, and shared among clients.
  public var isDrawn: Bool { if case .drawn = division { true } else { false } }

  /// The sample indices of a client, ascending; of a drawn partition computed anew each time, in time O(its samples).
  public func samples(of client: Int) -> [Int32] {
    precondition((0..<count).contains(client), "clients are numbered from 0")
    return switch division {
    case .stored(let clients, _): clients[client]
    case .drawn(let draw): draw.samples(of: client)
    }
  }

  /// How many samples a client has, at least 1.
  public func sampleCount(of client: Int) -> Int {
    switch division {
    case .stored(let clients, _): clients[client].count
    case .drawn(let draw): draw.perClient
    }
  }

  /// The most samples that a client has.
  public var largestClient: Int {
    switch division {
    case .stored(_, let largest): largest
    case .drawn(let draw): draw.perClient
    }
  }

  /// The sample indices of each client, ascending; only of a stored partition.
  public var clients: [[Int32]] {
    guard case .stored(let clients, _) = division else {
      preconditionFailure("a drawn partition has no lists; ask for samples(of:)")
    }
    return clients
  }

  /// How many samples of each class a client has, shape [classes].
  public func labelHistogram(of client: Int, labels: [UInt8], classes: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: classes)
    for sample in samples(of: client) { counts[Int(labels[Int(sample)])] += 1 }
    return counts
  }

  /// How many samples of each class each client has, shape [clients, classes]; of a drawn partition, each of the first thousand.
  public func labelHistograms(labels: [UInt8], classes: Int) -> [[Int]] {
    let clients = isDrawn ? min(count, Self.mostDrawn) : count
    return (0..<clients).map { labelHistogram(of: $0, labels: labels, classes: classes) }
  }

  /// The mean total variation distance between the clients' label distributions and that of all, weighted by samples.
  ///
  /// 0 when every client has the labels of all; 1 − 1/K when each has one of K equally frequent classes. Of a drawn partition
  /// it is that of the first thousand clients.
  public func labelSkew(labels: [UInt8], classes: Int) -> Double {
    Self.labelSkew(of: labelHistograms(labels: labels, classes: classes))
  }

  /// The same of histograms, shape [clients, classes], at least one.
  public static func labelSkew(of histograms: [[Int]]) -> Double {
    let classes = histograms[0].count
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

  /// A random permutation of the samples, cut into parts.
  ///
  /// - Parameters:
  ///   - count: the number of samples.
  ///   - clients: the number of clients, C.
  ///   - samplesPerClient: how many samples each client has. With 0, all are divided into parts whose sizes differ by at most
  ///     one. Otherwise the parts are the permutation's first ones, and where the clients need more than `count` together,
  ///     each draws its own, uniformly and without replacement.
  ///   - seed: the run's seed.
  /// - Throws: `DatasetError` when a client would have no samples, or should have more than there are.
  public static func iid(count: Int, clients: Int, samplesPerClient: Int = 0, seed: UInt64) throws -> Partition {
    if try isDrawn(count: count, clients: clients, samplesPerClient: samplesPerClient, what: "iid") {
      return Partition(ClientDraw(seed: seed, perClient: samplesPerClient, source: .all(count)), clients: clients)
    }
    try check(samples: count, parts: clients, what: "clients")
    var stream = RandomStream(seed: seed, purpose: .partition)
    let order = stream.permutation(count)
    let used = samplesPerClient == 0 ? order : Array(order.prefix(clients * samplesPerClient))
    return Partition(cut(used, into: clients))
  }

  /// Whether clients with that many samples each, 0 for a share of all, need more than there are.
  ///
  /// - Throws: `DatasetError` when one client does.
  static func isDrawn(count: Int, clients: Int, samplesPerClient: Int, what scheme: String) throws -> Bool {
    guard samplesPerClient > 0 else { return false }
    guard samplesPerClient <= count, count <= Int(Int32.max) else {
      throw DatasetError(
        "partition \(scheme): samplesPerClient is \(samplesPerClient), but there are only \(count) training samples; "
          + "lower it, or raise dataset.train")
    }
    return clients > count / samplesPerClient
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
