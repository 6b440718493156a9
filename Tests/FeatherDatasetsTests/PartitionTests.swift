import FeatherTensors
import Testing

@testable import FeatherDatasets

@Suite struct PartitionTests {
  enum Case: CaseIterable {
    case iid, shards, dirichlet

    func draw(_ labels: [UInt8], clients: Int, seed: UInt64) throws -> Partition {
      switch self {
      case .iid: try .iid(count: labels.count, clients: clients, seed: seed)
      case .shards: try .shards(labels: labels, clients: clients, perClient: 2, seed: seed)
      case .dirichlet:
        try .dirichlet(labels: labels, classes: 10, clients: clients, alpha: 0.5, minimumSamples: 2, seed: seed)
      }
    }
  }

  /// 1,003 labels of ten classes in no order.
  private static let labels = (0..<1003).map { UInt8($0 * 7 % 10) }

  @Test(
    "a partition is disjoint, complete, sorted and a function of its seed", arguments: Case.allCases, [1, 2, 7, 20])
  func complete(scheme: Case, clients: Int) throws {
    let partition = try scheme.draw(Self.labels, clients: clients, seed: 3)
    #expect(partition.clients.count == clients)
    #expect(partition.clients.allSatisfy { !$0.isEmpty && $0 == $0.sorted() })
    #expect(partition.clients.flatMap { $0 }.sorted() == (0..<1003).map(Int32.init))
    #expect(try scheme.draw(Self.labels, clients: clients, seed: 3).clients == partition.clients)
    guard clients > 1 else { return }
    #expect(try scheme.draw(Self.labels, clients: clients, seed: 4).clients != partition.clients)
  }

  @Test("over 200 draws of a Dirichlet partition, a client's shares of classes are Beta, and no client is empty")
  func shares() throws {
    let labels = (0..<1000).map { UInt8($0 % 10) }
    var counts = [Int](repeating: 0, count: 101)
    for seed in 0..<200 {
      let partition = try Partition.dirichlet(
        labels: labels, classes: 10, clients: 5, alpha: 2, minimumSamples: 1, seed: UInt64(seed))
      #expect(partition.clients.allSatisfy { !$0.isEmpty })
      #expect(partition.clients.flatMap { $0 }.sorted() == (0..<1000).map(Int32.init))
      for count in partition.labelHistogram(of: 0, labels: labels, classes: 10) { counts[count] += 1 }
    }
    // The first client has the nearest whole number to its share of each class's 100 samples; with five clients a share is
    // scipy.stats.beta(2, 8): 0 to 5, 6 to 9, 10 to 13, 14 to 17, 18 to 22, 23 to 28, 29 to 38, 39 to 100.
    let expected = [0.084166, 0.123878, 0.14004, 0.136875, 0.150648, 0.140356, 0.140543, 0.083495].map { $0 * 2000 }
    let observed = [0...5, 6...9, 10...13, 14...17, 18...22, 23...28, 29...38, 39...100].map {
      counts[$0].reduce(0, +)
    }
    let distance = zip(observed, expected).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) / $1.1 }
    // scipy.stats.chi2.ppf(0.999, 7)
    #expect(distance < 24.322, "\(observed)")
  }

  @Test(
    "any alpha and number of clients ends soon, in a partition without empty clients or in an error that says why",
    .timeLimit(.minutes(1)), arguments: [0.01, 1, 1000], [10, 10_000])
  func extremes(alpha: Double, clients: Int) throws {
    let labels = (0..<60000).map { UInt8($0 % 10) }
    do {
      let partition = try Partition.dirichlet(
        labels: labels, classes: 10, clients: clients, alpha: alpha, minimumSamples: 1, seed: 1)
      #expect(clients == 10 && partition.clients.allSatisfy { !$0.isEmpty })
      #expect(partition.clients.reduce(0) { $0 + $1.count } == 60000)
    } catch let error as DatasetError {
      #expect(clients == 10_000 || alpha == 0.01)
      #expect(error.message.contains("in 100 tries with alpha \(alpha) and \(clients) clients the smallest client"))
    }
  }

  @Test("histograms count every sample once")
  func histograms() throws {
    let partition = try Case.dirichlet.draw(Self.labels, clients: 5, seed: 1)
    let histograms = partition.labelHistograms(labels: Self.labels, classes: 10)
    #expect(histograms.map { $0.reduce(0, +) } == partition.clients.map(\.count))
    let perClass = (0..<10).map { k in histograms.reduce(0) { $0 + $1[k] } }
    #expect(perClass == [101, 100, 100, 100, 101, 100, 100, 101, 100, 100])
  }

  @Test("iid parts differ in size by at most one")
  func iidSizes() throws {
    let sizes = try Partition.iid(count: 1003, clients: 10, seed: 1).clients.map(\.count)
    #expect(Set(sizes) == [100, 101])
  }

  @Test("with two shards each, 100 clients of 60,000 balanced samples hold 600 samples of at most two classes")
  func shards() throws {
    let labels = (0..<60000).map { UInt8($0 % 10) }
    let partition = try Partition.shards(labels: labels, clients: 100, perClient: 2, seed: 1)
    let histograms = partition.labelHistograms(labels: labels, classes: 10)
    #expect(partition.clients.allSatisfy { $0.count == 600 })
    #expect(histograms.allSatisfy { $0.count { $0 > 0 } <= 2 })
    #expect(histograms.contains { $0.count { $0 > 0 } == 2 })
  }

  @Test("the skew is 0 for equal label distributions, 1 - 1/K for one class each, and weighted by samples")
  func skew() {
    let labels: [UInt8] = [0, 1, 0, 1]
    #expect(Partition([[0, 1], [2, 3]]).labelSkew(labels: labels, classes: 2) == 0)
    #expect(Partition([[0, 2], [1, 3]]).labelSkew(labels: labels, classes: 2) == 0.5)
    // Distances to (1/2, 1/2): 1/2 for the single sample, 1/6 for (1/3, 2/3).
    let uneven = Partition([[0], [1, 2, 3]]).labelSkew(labels: labels, classes: 2)
    #expect(abs(uneven - (0.25 * 0.5 + 0.75 / 6)) < 1e-15)
  }

  @Test("shares of a class have the mean and variance of the Dirichlet distribution", arguments: [0.3, 1, 10])
  func dirichletMoments(alpha: Double) {
    // One class of many samples, divided once: its shares are the Dirichlet draw up to rounding. A whole partition is drawn
    // anew when a client is empty, which would shift the moments.
    let (clients, samples, draws) = (4, 5000, 2000)
    let members = [(0..<Int32(samples)).map { $0 }]
    var sum = 0.0
    var square = 0.0
    for seed in 0..<draws {
      var stream = RandomStream(seed: UInt64(seed), purpose: .partition)
      let parts = Partition.deal(members, clients: clients, alpha: alpha, stream: &stream)
      let share = Double(parts[1].count) / Double(samples)
      sum += share
      square += share * share
    }
    let mean = sum / Double(draws)
    let variance = square / Double(draws) - mean * mean
    let expected = 0.25 * 0.75 / (4 * alpha + 1)
    // Four standard errors of the mean; of the variance 15 %, more than four of its
    // standard errors (the kurtosis is below 4).
    #expect(abs(mean - 0.25) < 4 * (expected / Double(draws)).squareRoot())
    #expect(abs(variance / expected - 1) < 0.15)
  }

  @Test("the smaller alpha is, the larger the skew")
  func skewOfAlpha() throws {
    let labels = (0..<60000).map { UInt8($0 % 10) }
    let skews = try [100, 1, 0.1].map { alpha in
      try Partition.dirichlet(labels: labels, classes: 10, clients: 10, alpha: alpha, minimumSamples: 1, seed: 1)
        .labelSkew(labels: labels, classes: 10)
    }
    #expect(skews[0] < 0.06 && skews[0] < skews[1] && skews[1] < skews[2] && skews[2] > 0.5)
  }

  @Test("ten thousand clients are divided without an empty one")
  func manyClients() throws {
    let labels = (0..<60000).map { UInt8($0 % 10) }
    let partition = try Partition.dirichlet(
      labels: labels, classes: 10, clients: 10000, alpha: 100, minimumSamples: 0, seed: 1)
    #expect(partition.clients.count == 10000 && partition.clients.allSatisfy { !$0.isEmpty })
  }

  @Test(
    "a partition that cannot be is refused with the way out",
    arguments: [
      (0, 1.0, 1, "at least 1 client, not 0"),
      (1004, 1.0, 1, "1003 training samples cannot be divided among 1004 clients"),
      (10, 0.0, 1, "alpha is 0.0; expected a positive, finite number"),
      (10, Double.nan, 1, "alpha is nan"),
      (10, 1.0, 101, "10 clients with at least 101 samples each need more than the 1003 there are"),
      (
        500, 0.01, 1,
        "in 100 tries with alpha 0.01 and 500 clients the smallest client never had more than 0 of the 1 samples it needs"
      ),
      (10, 1e-300, 1, "in 100 tries with alpha 1e-300 and 10 clients the smallest client never had more than"),
    ])
  func refusal(clients: Int, alpha: Double, minimum: Int, message: String) {
    let error = #expect(throws: DatasetError.self) {
      try Partition.dirichlet(
        labels: Self.labels, classes: 10, clients: clients, alpha: alpha, minimumSamples: minimum, seed: 1)
    }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test(
    "more shards than samples, or none, are refused",
    arguments: [(2, 600, "1003 training samples"), (2, 0, "0 shards")])
  func shardRefusal(clients: Int, perClient: Int, message: String) {
    let error = #expect(throws: DatasetError.self) {
      try Partition.shards(labels: Self.labels, clients: clients, perClient: perClient, seed: 1)
    }
    #expect(error?.message.contains(message) == true)
  }
}
