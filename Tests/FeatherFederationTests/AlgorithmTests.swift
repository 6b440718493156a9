import FeatherExperiments
import Testing

@testable import FeatherFederation

/// A quick configuration of an algorithm: five clients of unequal sizes, three of which take part in a round.
private func algorithmSpec(_ algorithm: FederationSpec.Algorithm, codec: CodecSpec = .identity) -> RunSpec {
  var spec = quickSpec(clients: 5, rounds: 3, codec: codec)
  spec.partition.scheme = .quantity(alpha: 2, minimumSamples: 20)
  spec.federation.algorithm = algorithm
  spec.federation.participation = 0.6
  if [.fedadam, .fedyogi, .fedadagrad].contains(algorithm) { spec.federation.serverLearningRate = 0.05 }
  return spec
}

/// The kept global weights, round by round, to the bit.
private func weights(_ spec: RunSpec) throws -> [[UInt32]] { try run(spec).weights.map(\.parameters.bits) }

@Suite("Algorithms of a federation")
struct AlgorithmTests {
  @Test("fedprox without a pull, and fednova and scaffold's first round where all clients make equal steps, are fedavg")
  func fedavgInDisguise() throws {
    for input in [CodecInput.weights, .difference] {
      var plain = quickSpec(clients: 3, rounds: 3, codec: .direct(DirectCodecSpec(.float16)))
      plain.codec.input = input
      let expected = try weights(plain)
      var prox = plain
      (prox.federation.algorithm, prox.federation.mu) = (.fedprox, 0)
      #expect(try weights(prox) == expected)
      var nova = plain
      nova.federation.algorithm = .fednova
      #expect(try weights(nova) == expected)
      var scaffold = plain
      scaffold.federation.algorithm = .scaffold
      let found = try weights(scaffold)
      #expect(found[1] == expected[1])
      #expect(found[2] != expected[2])
    }
  }

  @Test("every other algorithm is none of the others")
  func different() throws {
    let all = try FederationSpec.Algorithm.allCases.map { try weights(algorithmSpec($0))[3] }
    #expect(Set(all).count == all.count)
  }

  @Test("uniform weighting is that by samples where clients have equally many, and no other than that")
  func weighting() throws {
    var spec = quickSpec(clients: 3, rounds: 2)
    let bySamples = try weights(spec)
    spec.federation.weighting = .uniform
    let alike = try run(spec).weights.map(\.parameters)
    for (a, b) in zip(alike, try run(quickSpec(clients: 3, rounds: 2)).weights) {
      // Sums of 200 x and of x are rounded differently.
      #expect(zip(a, b.parameters).allSatisfy { abs($0 - $1) <= 1e-6 })
    }
    #expect(bySamples.count == alike.count)
    var unequal = algorithmSpec(.fedavg)
    let first = try weights(unequal)
    unequal.federation.weighting = .uniform
    #expect(try weights(unequal) != first)
  }

  /// Codecs of every kind.
  private static let codecs: [(name: String, change: @Sendable (inout RunSpec) -> Void)] = [
    ("identity", { _ in }),
    (
      "topk with error feedback",
      { spec in
        var topk = DirectCodecSpec(.topk)
        topk.fraction = 0.05
        (spec.codec, spec.addOns.errorFeedback) = (.direct(topk), 1)
      }
    ),
    ("qsgd", { $0.codec = .direct(DirectCodecSpec(.qsgd)) }),
    ("powersgd", { $0.codec = .direct(DirectCodecSpec(.powersgd)) }),
    ("autoencoder", { $0.codec = quickAutoencoder() }),
    ("shared autoencoder of differences", { $0.codec = quickAutoencoder(.shared, input: .difference) }),
  ]

  @Test("one thread and two give the same bits, with every codec", arguments: FederationSpec.Algorithm.allCases)
  func threads(algorithm: FederationSpec.Algorithm) throws {
    for (name, change) in Self.codecs {
      var spec = algorithmSpec(algorithm)
      change(&spec)
      spec.federation.compressVariates = algorithm == .scaffold && !spec.codec.isFitted && spec.codec != .identity
      try spec.validate()
      let results = try [1, 2].map { try everything(in: Federation(spec, data: Digits.splits(), threads: $0).run()) }
      #expect(results[0] == results[1], "\(name)")
    }
  }

  @Test("scaffold counts a variate down and its change up for each who takes part, compressed where asked")
  func variateBytes() throws {
    let spec = algorithmSpec(.scaffold)
    let parameters = try run(spec).sizes.model
    let ledger = try run(spec).ledger
    #expect(ledger[.variate, .down] == ledger[.model, .down])
    #expect(ledger[.variate, .up] == ledger[.update, .up])
    #expect(LedgerRatios(ledger: ledger, parameters: parameters).total < 1)
    var compressed = spec
    Self.codecs[1].change(&compressed)
    #expect(try run(compressed).ledger[.variate, .up].bodyBytes == 9 * 4 * parameters)
    compressed.federation.compressVariates = true
    let small = try run(compressed).ledger
    #expect(small[.variate, .up].messages == 9)
    #expect(small[.variate, .up].bodyBytes < 9 * 4 * parameters / 5)
  }

  @Test("the server's variate is the mean of the clients', whatever a codec loses")
  func variatesAgree() {
    var variates = ControlVariates(parameters: 2)
    variates.take([4, -8], of: 1)
    variates.take([2, 2], of: 3)
    variates.endRound(clients: 4)
    variates.take([-1, 0], of: 3)
    variates.endRound(clients: 4)
    #expect(variates.server == [5 / 4, -6 / 4])
    #expect(variates.clients.clients == [1, 3])
    #expect(variates.pull(of: 3, from: variates.server) == [1.25 - 1, -1.5 - 2])
    #expect(variates.pull(of: 0, from: variates.server) == variates.server)
    let change = ControlVariates.change(server: [1, 0], from: [3, 3], to: [2, 5], distance: 0.5)
    #expect(change == [1, -4])
  }

  @Test("what contradicts an algorithm is refused, and says what to write")
  func refused() {
    for (algorithm, change, message) in [
      (.scaffold, { $0.training.momentum = 0.9 }, "write optimizer: sgd and momentum: 0"),
      (.scaffold, { $0.training.optimizer = .adam }, "training.optimizer has no place in it"),
      (.fednova, { $0.training.optimizer = .adam }, "fednova counts steps whose gradients add up"),
      (.scaffold, { $0.federation.compressVariates = true }, "identity sends float32 either way"),
      (
        .scaffold, { ($0.federation.compressVariates, $0.codec) = (true, quickAutoencoder()) },
        "autoencoder is fitted on weights and knows nothing of control variates"
      ),
    ] as [(FederationSpec.Algorithm, (inout RunSpec) -> Void, String)] {
      var spec = algorithmSpec(algorithm)
      change(&spec)
      #expect { try spec.validate() } throws: { "\($0)".contains(message) }
    }
  }
}

@Suite("Learning rates over rounds")
struct ScheduleTests {
  @Test("an exponential, steps and half a cosine have their closed forms")
  func closedForms() {
    for round in 0..<40 {
      let r = Double(round)
      #expect(LearningRateSchedule.constant.factor(round, of: 40) == 1)
      let exponential = LearningRateSchedule.exponential(factor: 0.5).factor(round, of: 40)
      #expect(exponential == 1 / Double(UInt64(1) << UInt64(round)))
      let steps = LearningRateSchedule.step(factor: 0.25, every: 10).factor(round, of: 40)
      #expect(steps == [1, 0.25, 0.0625, 0.015625][round / 10])
      let cosine = LearningRateSchedule.cosine(last: 0.2).factor(round, of: 40)
      let (low, high) = (LearningRateSchedule.cosine(last: 0.2).factor(39, of: 40), 1.0)
      #expect(abs(low - 0.2) < 1e-15 && cosine <= high)
      // Halfway to either side the two values sum to the ends' sum.
      let mirrored = LearningRateSchedule.cosine(last: 0.2).factor(39 - round, of: 40)
      #expect(abs(cosine + mirrored - 1.2) < 1e-12, "round \(r)")
    }
    #expect(abs(LearningRateSchedule.cosine(last: 0).factor(13, of: 40) - 0.75) < 1e-12)
    #expect(LearningRateSchedule.cosine(last: 0).factor(0, of: 1) == 1)
  }

  @Test("a client's step size follows its schedule, and the server's its own")
  func bothSides() throws {
    var spec = quickSpec(clients: 2, rounds: 2)
    let constant = try weights(spec)
    spec.training.schedule = .step(factor: 0.5, every: 1)
    let decayed = try weights(spec)
    #expect(decayed[1] == constant[1])
    #expect(decayed[2] != constant[2])
    spec.training.schedule = .constant
    spec.federation.serverSchedule = .exponential(factor: 0.5)
    let slowed = try run(spec).weights.map(\.parameters)
    let whole = try run(quickSpec(clients: 2, rounds: 2)).weights.map(\.parameters)
    #expect(slowed[1].bits == whole[1].bits)
    // From equal weights the server goes half as far.
    for i in slowed[1].indices {
      let half = slowed[1][i] + (whole[2][i] - slowed[1][i]) / 2
      #expect(abs(slowed[2][i] - half) <= 1e-6)
    }
  }
}
