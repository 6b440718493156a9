import Testing

@testable import FeatherDatasets

@Suite struct SkewPartitionTests {
  /// 1,000 balanced labels of ten classes in no order.
  private static let labels = (0..<1000).map { UInt8($0 * 7 % 10) }

  private static func colour(
    _ fractions: [Double], confounded: Bool = false, seed: UInt64 = 3
  ) throws -> Partition {
    try .colourImbalance(
      labels: labels, classes: 10, greyFractions: fractions, conversion: .luminance, confounded: confounded, seed: seed)
  }

  private static func greySamples(_ partition: Partition, _ client: Int) -> [Int32] {
    guard case .grey(let samples, _) = partition.views[client] else { return [] }
    return samples
  }

  @Test(
    "each client has exactly the nearest whole number of grey samples, its own and ascending",
    arguments: [[0.0, 1], [0.95, 0.05], [0.5, 0.5, 0.1], [0.001, 0.999], [0.3333]], [false, true])
  func greyCounts(fractions: [Double], confounded: Bool) throws {
    guard !confounded || fractions.count > 1 else { return }
    let partition = try Self.colour(fractions, confounded: confounded)
    #expect(partition.clients.flatMap { $0 }.sorted() == (0..<1000).map(Int32.init))
    for (client, fraction) in fractions.enumerated() {
      let grey = Self.greySamples(partition, client)
      let expected = Int((fraction * Double(partition.clients[client].count)).rounded())
      #expect(grey.count == expected && partition.greyCounts[client] == expected)
      #expect(grey == grey.sorted() && Set(grey).isSubset(of: Set(partition.clients[client])))
      #expect(Set(grey).count == grey.count)
    }
  }

  @Test("the default is one client in colour and one in grey")
  func defaults() throws {
    let partition = try Partition.colourImbalance(labels: Self.labels, classes: 10, conversion: .channelCopy, seed: 1)
    #expect(partition.clients.map(\.count) == [500, 500])
    #expect(partition.views == [.plain, .grey(samples: partition.clients[1], conversion: .channelCopy)])
    #expect(partition.greyConversion == .channelCopy)
  }

  @Test("unconfounded, the division is that of iid, and a larger grey fraction contains a smaller one")
  func nested() throws {
    let small = try Self.colour([0.2, 0.4])
    let large = try Self.colour([0.3, 0.9])
    #expect(small.clients == large.clients)
    #expect(small.clients == (try Partition.iid(count: 1000, clients: 2, seed: 3).clients))
    for client in 0..<2 {
      #expect(Set(Self.greySamples(small, client)).isSubset(of: Set(Self.greySamples(large, client))))
    }
  }

  @Test("the same seed greys the same samples, another seed others, and the grey ones are of all classes")
  func seeds() throws {
    let partition = try Self.colour([0.5, 0.5])
    #expect(try Self.colour([0.5, 0.5]).views == partition.views)
    #expect(try Self.colour([0.5, 0.5], seed: 4).views != partition.views)
    var counts = [Int](repeating: 0, count: 10)
    for sample in Self.greySamples(partition, 0) { counts[Int(Self.labels[Int(sample)])] += 1 }
    // 250 of 1,000 drawn, 100 per class: hypergeometric, mean 25, deviation 4.1; four deviations.
    #expect(counts.allSatisfy { abs($0 - 25) <= 17 })
  }

  @Test("confounded, the first half of the classes goes to the clients with the lower grey fractions")
  func confounded() throws {
    // As in FedMA, with the clients in the other order: one half of the classes at 5 % grey, the other at 95 %.
    let two = try Self.colour([0.95, 0.05], confounded: true)
    #expect(two.clients.map(\.count) == [500, 500] && two.greyCounts == [475, 25])
    let histograms = two.labelHistograms(labels: Self.labels, classes: 10)
    #expect(histograms[0] == [0, 0, 0, 0, 0, 100, 100, 100, 100, 100])
    #expect(histograms[1] == [100, 100, 100, 100, 100, 0, 0, 0, 0, 0])
    let five = try Self.colour([0.2, 0.9, 0.1, 0.2, 0.3], confounded: true)
    let early = five.labelHistograms(labels: Self.labels, classes: 10).map { $0[0..<5].reduce(0, +) }
    #expect(early == [250, 0, 250, 0, 0])
    #expect(five.clients.map(\.count).reduce(0, +) == 1000)
  }

  @Test(
    "a grey fraction outside 0...1 is refused with its client",
    arguments: [([0.5, 1.01], 1, "1.01"), ([-0.1, 0.5], 0, "-0.1"), ([0, Double.nan], 1, "nan")])
  func fraction(fractions: [Double], client: Int, value: String) {
    let error = #expect(throws: DatasetError.self) { try Self.colour(fractions) }
    #expect(
      error?.message
        == "partition colour-imbalance: the grey fraction of client \(client) is \(value); expected 0 to 1")
  }

  @Test("a colour imbalance without clients, or confounded for one client, is refused")
  func tooFew() {
    let none = #expect(throws: DatasetError.self) { try Self.colour([]) }
    #expect(none?.message.contains("at least 1 client, not 0") == true)
    let one = #expect(throws: DatasetError.self) { try Self.colour([0.5], confounded: true) }
    #expect(
      one?.message
        == "partition colour-imbalance: confounded needs at least 2 clients and 2 classes, not 1 and 10")
    let many = #expect(throws: DatasetError.self) {
      try Self.colour([Double](repeating: 0.5, count: 1002), confounded: true)
    }
    let expected = "500 training samples cannot be divided among 501 clients (colour-imbalance, classes 0 to 4)"
    #expect(many?.message.hasPrefix(expected) == true)
  }

  @Test("quantity: complete, disjoint, IID labels, and the sizes have the moments of the Dirichlet distribution")
  func quantity() throws {
    let (clients, draws, alpha) = (4, 2000, 5.0)
    var sum = 0.0
    var square = 0.0
    var distance = 0.0
    for seed in 0..<draws {
      let partition = try Partition.quantity(
        count: 1000, clients: clients, alpha: alpha, minimumSamples: 1, seed: UInt64(seed))
      let share = Double(partition.clients[1].count) / 1000
      sum += share
      square += share * share
      if seed < 20 {
        #expect(partition.clients.flatMap { $0 }.sorted() == (0..<1000).map(Int32.init))
        distance += partition.labelSkew(labels: Self.labels, classes: 10) / 20
      }
    }
    let mean = sum / Double(draws)
    let expected = 0.25 * 0.75 / (4 * alpha + 1)
    // Four standard errors of the mean; of the variance 15 %, more than four of its standard errors. At alpha 5 hardly a
    // draw has an empty client, so that drawing anew shifts nothing.
    #expect(abs(mean - 0.25) < 4 * (expected / Double(draws)).squareRoot())
    #expect(abs((square / Double(draws) - mean * mean) / expected - 1) < 0.15)
    // IID parts of about 250 samples: each of ten frequencies is off by about 0.015, half the sum is 0.08.
    #expect(distance < 0.12)
  }

  @Test("quantity keeps the minimum, repeats with its seed and refuses what cannot be")
  func quantityBounds() throws {
    func draw(_ alpha: Double, _ minimum: Int, _ seed: UInt64) throws -> Partition {
      try .quantity(count: 1000, clients: 10, alpha: alpha, minimumSamples: minimum, seed: seed)
    }
    let sizes = try draw(0.5, 5, 1).clients.map(\.count)
    #expect(sizes.allSatisfy { $0 >= 5 } && Set(sizes).count > 3)
    #expect(try draw(0.5, 5, 1).clients == draw(0.5, 5, 1).clients)
    #expect(try draw(0.5, 5, 1).clients != draw(0.5, 5, 2).clients)
    let messages = [(0.0, 1), (1, 101), (0.001, 50)].map { alpha, minimum in
      #expect(throws: DatasetError.self) { try draw(alpha, minimum, 1) }?.message ?? ""
    }
    #expect(messages[0] == "partition quantity: alpha is 0.0; expected a positive, finite number")
    #expect(messages[1].hasPrefix("partition quantity: 10 clients with at least 101 samples each need more than the"))
    #expect(messages[2].hasPrefix("partition quantity: in 100 tries with alpha 0.001 and 10 clients the smallest"))
  }

  @Test(
    "a noise that is negative or not finite is refused, and no noise is no view", arguments: [-0.1, .infinity, .nan])
  func noise(sigma: Double) throws {
    let error = #expect(throws: DatasetError.self) {
      try Partition.featureNoise(count: 10, clients: 2, sigma: sigma, seed: 1)
    }
    #expect(error?.message == "partition feature-noise: sigma is \(sigma); expected a finite number, at least 0")
    #expect(try Partition.featureNoise(count: 10, clients: 2, sigma: 0, seed: 1).views.isEmpty)
  }
}
