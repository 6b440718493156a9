import FeatherTensors
import Testing

@testable import FeatherDatasets

@Suite("Mixtures and classes per client")
struct ClassPartitionTests {
  /// 10,000 balanced labels of ten classes in no order.
  private static let labels = (0..<10_000).map { UInt8($0 * 7 % 10) }

  private static func mixed(
    clients: Int, alpha: Double = 0.5, each: Int = 0, quantityAlpha: Double = 0, minimum: Int = 1, seed: UInt64 = 3,
    of count: Int = 10_000
  ) throws -> Partition {
    try .innerDirichlet(
      labels: Array(labels.prefix(count)), classes: 10, clients: clients, alpha: alpha, samplesPerClient: each,
      quantityAlpha: quantityAlpha, minimumSamples: minimum, seed: seed)
  }

  @Test(
    "inner-dirichlet of all samples is disjoint, complete and of equal sizes, however skewed",
    arguments: [1, 2, 7, 100, 10_000], [0.001, 0.5, 1e6])
  func complete(clients: Int, alpha: Double) throws {
    let partition = try Self.mixed(clients: clients, alpha: alpha)
    #expect(!partition.isDrawn && partition.count == clients)
    #expect(partition.clients.flatMap { $0 }.sorted() == (0..<10_000).map(Int32.init))
    let sizes = partition.clients.map(\.count)
    #expect(sizes.allSatisfy { $0 == 10_000 / clients || $0 == 10_000 / clients + 1 })
    #expect(try Self.mixed(clients: clients, alpha: alpha).clients == partition.clients)
    guard clients > 1 else { return }
    #expect(try Self.mixed(clients: clients, alpha: alpha, seed: 4).clients != partition.clients)
  }

  @Test("with a number of samples each, clients have it and share none; sizes may be drawn as by quantity instead")
  func sizes() throws {
    let partition = try Self.mixed(clients: 50, each: 20)
    #expect(partition.clients.allSatisfy { $0.count == 20 })
    #expect(Set(partition.clients.joined()).count == 1000)
    let skewed = try Self.mixed(clients: 50, each: 20, quantityAlpha: 2, minimum: 3)
    let quantity = try Partition.quantity(count: 1000, clients: 50, alpha: 2, minimumSamples: 3, seed: 3)
    #expect(skewed.clients.map(\.count) == quantity.clients.map(\.count))
    #expect(Set(skewed.clients.map(\.count)).count > 10 && skewed.largestClient == quantity.largestClient)
    #expect(Set(skewed.clients.joined()).count == 1000)
  }

  @Test(
    "over 200 draws, stored or drawn, the samples of a class among a client's 20 are beta-binomial",
    arguments: [false, true])
  func mixtures(isDrawn: Bool) throws {
    var counts = [Int](repeating: 0, count: 21)
    for seed in 0..<200 {
      // No class is used up by five clients with 20 samples; 1,000 of them need more than there are.
      let partition = try Self.mixed(clients: isDrawn ? 1000 : 5, each: 20, seed: UInt64(seed))
      #expect(partition.isDrawn == isDrawn)
      for client in 0..<5 { counts[partition.labelHistogram(of: client, labels: Self.labels, classes: 10)[0]] += 1 }
    }
    // scipy.stats.betabinom(20, 0.5, 4.5): 0, 1, 2, 3 to 4, 5 to 7, 8 to 20.
    let expected = [0.418986, 0.178292, 0.112918, 0.135944, 0.096895, 0.056965].map { $0 * 1000 }
    let observed = [0...0, 1...1, 2...2, 3...4, 5...7, 8...20].map { counts[$0].reduce(0, +) }
    let distance = zip(observed, expected).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) / $1.1 }
    // scipy.stats.chi2.ppf(0.999, 5)
    #expect(distance < 20.515, "\(observed)")
  }

  @Test("a client has the same mixture whether it shares samples or not, and whatever was asked before")
  func alike() throws {
    let stored = try Self.mixed(clients: 5, each: 20)
    let drawn = try Self.mixed(clients: 1_000_000, each: 20)
    for client in [4, 0, 3, 1, 2] {
      let histogram = drawn.labelHistogram(of: client, labels: Self.labels, classes: 10)
      #expect(histogram == stored.labelHistogram(of: client, labels: Self.labels, classes: 10))
    }
  }

  @Test("with k classes per client each has exactly k, and classes have equally many owners", arguments: 1...10)
  func classes(perClient: Int) throws {
    let partition = try Partition.classes(
      labels: Self.labels, classes: 10, clients: 23, perClient: perClient, seed: 5)
    #expect(partition.clients.flatMap { $0 }.sorted() == (0..<10_000).map(Int32.init))
    let histograms = partition.labelHistograms(labels: Self.labels, classes: 10)
    #expect(histograms.allSatisfy { $0.count { $0 > 0 } == perClient })
    for k in 0..<10 {
      let parts = histograms.map { $0[k] }.filter { $0 > 0 }
      #expect((23 * perClient / 10...(23 * perClient + 9) / 10).contains(parts.count))
      #expect((parts.max() ?? 0) - (parts.min() ?? 0) <= 1)
    }
    let again = try Partition.classes(labels: Self.labels, classes: 10, clients: 23, perClient: perClient, seed: 5)
    let other = try Partition.classes(labels: Self.labels, classes: 10, clients: 23, perClient: perClient, seed: 6)
    #expect(again.clients == partition.clients && other.clients != partition.clients)
  }

  @Test("classes that the samples do not have are dealt to nobody")
  func absent() throws {
    let labels = [UInt8](repeating: 3, count: 10) + [UInt8](repeating: 8, count: 10)
    let partition = try Partition.classes(labels: labels, classes: 10, clients: 4, perClient: 1, seed: 1)
    #expect(partition.clients.map(\.count) == [5, 5, 5, 5])
  }

  @Test(
    "classes that nobody would have, more than there are, and classes with fewer samples than owners are refused",
    arguments: [
      (4, 2, "partition classes: 4 clients with 2 classes each leave some of the 10 classes without a client"),
      (4, 11, "partition classes: classesPerClient is 11; the samples have 10 classes"),
      (4, 0, "partition classes: classesPerClient is 0; the samples have 10 classes"),
      (9000, 2, "partition classes: the 1000 samples of class 0 cannot be divided among the 1800 clients"),
    ])
  func refusedClasses(clients: Int, perClient: Int, message: String) {
    let error = #expect(throws: DatasetError.self) {
      try Partition.classes(labels: Self.labels, classes: 10, clients: clients, perClient: perClient, seed: 1)
    }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }

  @Test("sizes that cannot be are refused with the key and the way out")
  func refusedSizes() {
    func message(_ draw: () throws -> Partition) -> String {
      #expect(throws: DatasetError.self) { try draw() }?.message ?? ""
    }
    #expect(
      message { try Self.mixed(clients: 2, each: 10_001) }
        == "partition inner-dirichlet: samplesPerClient is 10001, but there are only 10000 training samples; lower it, or "
        + "raise dataset.train")
    #expect(
      message { try Self.mixed(clients: 1001, each: 10, quantityAlpha: 1) }.contains(
        "quantityAlpha divides samples among the clients, but 1001 clients with 10 each share the 10000"))
    #expect(
      message { try Self.mixed(clients: 100, quantityAlpha: 0.01) }.contains(
        "in 100 tries with quantityAlpha 0.01 and 100 clients the smallest client never had more"))
    #expect(message { try Self.mixed(clients: 100, alpha: .nan) }.contains("alpha is nan"))
    #expect(message { try Self.mixed(clients: 101, of: 100) }.contains("cannot be divided among 101 clients"))
  }
}
