import FeatherCodecs
import FeatherDatasets
import FeatherExperiments
import FeatherNetworks
import FeatherTensors
import Testing

@testable import FeatherFederation

@Suite("Federated averaging")
struct AveragingTests {
  /// The sum of updates that come a few at a time.
  private static func sum(_ updates: [([Float], Int)], inPartsOf size: Int = 9) -> UpdateSum {
    var sum = UpdateSum(parameters: updates[0].0.count)
    for start in stride(from: 0, to: updates.count, by: size) {
      let part = updates[start..<min(start + size, updates.count)]
      sum.add(part.map { (update: $0, weight: Double($1), scale: 1) })
    }
    return sum
  }

  @Test("clients count by their samples: (1·1 + 3·2) / 4 is 1.75")
  func weightsBySamples() {
    var server = Server(initial: [9, 9], kind: .floats, input: .weights, decoders: CodecSide([]), optimizer: .plain)
    server.aggregate(Self.sum([([1, -1], 1), ([2, 3], 3)]), 0)
    #expect(server.global == [1.75, 2])
  }

  @Test("a difference is local minus global, so its mean is added to the global weights")
  func addsDifferences() {
    var server = Server(
      initial: [10, -4], kind: .floats, input: .difference, decoders: CodecSide([]), optimizer: .plain)
    server.aggregate(Self.sum([([1, -1], 1), ([2, 3], 3)]), 0)
    #expect(server.global == [11.75, -2])
  }

  @Test("the average is the weighted mean in Double, clients in ascending order, rounded once", arguments: [2, 3, 10])
  func doubleMean(clients: Int) {
    var stream = RandomStream(seed: 3, purpose: .initialWeights)
    let updates = (0..<clients).map { _ in (0..<257).map { _ in Float(stream.normal()) } }
    let samples = (0..<clients).map { _ in 1 + stream.integer(below: 1000) }
    let start = (0..<257).map { _ in Float(stream.normal()) }
    var expected: [[Float]] = [[], []]
    for i in 0..<257 {
      var sum = 0.0
      for client in 0..<clients { sum += Double(samples[client]) * Double(updates[client][i]) }
      let mean = sum / Double(samples.reduce(0, +))
      expected[0].append(Float(mean))
      expected[1].append(Float(Double(start[i]) + mean))
    }
    for (input, expected) in [(.weights, expected[0]), (.difference, expected[1])] as [(UpdateInput, [Float])] {
      var server = Server(initial: start, kind: .floats, input: input, decoders: CodecSide([]), optimizer: .plain)
      server.aggregate(Self.sum(zip(updates, samples).map { ($0, $1) }, inPartsOf: 2), 0)
      #expect(server.global.bits == expected.bits)
    }
  }

  @Test("a federation of one client without a codec is plain central training, bit for bit")
  func oneClientIsCentralTraining() throws {
    let spec = quickSpec(clients: 1, rounds: 3)
    let data = try Digits.splits()
    let result = try run(spec)
    let training = try LocalTraining(spec, model: quickModel(spec), data: data.train)
    var weights = initialWeights(spec)
    #expect(result.weights.first?.parameters.bits == weights.bits)
    for round in 0..<3 {
      let outcome = try training.train(
        client: 0, indices: Array(0..<600), from: weights, epochs: 1, purpose: .localTraining, round: round)
      weights = outcome.weights
      #expect(result.weights[round + 1].parameters.bits == weights.bits)
      #expect(result.rounds[round].uploads[0].trainLoss == outcome.losses.last)
    }
  }

  static let rules: [(OptimizerName, Double, Double, StepRule)] = [
    (.sgd, 0.05, 0, .sgd(learningRate: 0.05, momentum: 0)),
    (.sgd, 0.02, 0.9, .sgd(learningRate: 0.02, momentum: 0.9)),
    (.adam, 0.001, 0, .adam(learningRate: 0.001)),
  ]

  @Test("the identity codec is no codec: the loop without payloads gives the same bits", arguments: rules)
  func identityIsNoCodec(optimizer: OptimizerName, rate: Double, momentum: Double, rule: StepRule) throws {
    var spec = quickSpec()
    spec.partition.scheme = .dirichlet(alpha: 1, minimumSamples: 10)
    spec.training.optimizer = optimizer
    spec.training.learningRate = rate
    spec.training.momentum = momentum
    spec.training.localEpochs = 2
    let result = try run(spec)
    let expected = try Self.withoutPayloads(spec, rule: rule)
    #expect(result.weights.count == 3)
    #expect(result.weights.map(\.parameters.bits) == expected.weights.map(\.bits))
    #expect(result.rounds.map(\.testAccuracy) == expected.accuracies)
  }

  /// Two rounds of federated averaging written once more, on trainers of its own and with nothing in between.
  private static func withoutPayloads(
    _ spec: RunSpec, rule: StepRule
  ) throws -> (weights: [[Float]], accuracies: [Double]) {
    let data = try Digits.splits()
    let clients = try Partition.dirichlet(
      labels: data.train.labels, classes: 10, clients: 2, alpha: 1, minimumSamples: 10, seed: spec.seed
    ).clients
    let model = quickModel(spec)
    var weights = [initialWeights(spec)]
    var accuracies: [Double] = []
    for round in 0..<2 {
      var sum = [Double](repeating: 0, count: model.parameterCount)
      for (client, indices) in clients.enumerated() {
        var trainer = try Trainer(model, loss: .softmaxCrossEntropy, rule: rule, batch: 32)
        trainer.restart(from: weights[round])
        for epoch in 0..<2 {
          var order = RandomStream(
            seed: spec.seed, purpose: .localTraining, client: client, round: round, lane: epoch)
          _ = trainer.epoch(
            over: .labelled(inputs: data.train.images, labels: data.train.labels), indices: indices, stream: &order)
        }
        for (i, value) in trainer.network.parameterArray.enumerated() {
          sum[i] += Double(indices.count) * Double(value)
        }
      }
      weights.append(sum.map { Float($0 / 600) })
      accuracies.append(try accuracy(of: weights[round + 1], model, on: data.test))
    }
    return (weights, accuracies)
  }

  /// The share of images, taken one at a time, whose largest output is at the label.
  private static func accuracy(of weights: [Float], _ model: Architecture, on data: Dataset) throws -> Double {
    let network = try Network(model, loss: .softmaxCrossEntropy, batch: 1, for: .inference)
    network.assign(weights)
    let correct = (0..<data.count).filter { image in
      _ = network.inputs.update(fromContentsOf: data.images[image * 784..<(image + 1) * 784])
      network.forward(rows: 1)
      let outputs = Array(network.outputs)
      return outputs.firstIndex(of: outputs.max() ?? .nan) == Int(data.labels[image])
    }
    return Double(correct.count) / Double(data.count)
  }

  @Test("784-20-10 learns 6,000 synthetic digits to between 85 % and 97 % in ten epochs")
  func learnsSyntheticDigits() throws {
    var spec = RunSpec()
    spec.partition.clients = 1
    spec.training.localEpochs = 10
    spec.federation.rounds = 1
    let data = try SyntheticDigits.splits(train: 6000, test: 2000, seed: 0)
    let result = try Federation(spec, data: data).run()
    let accuracy = try #require(result.rounds.first?.testAccuracy)
    #expect((0.85...0.97).contains(accuracy), "reached \(accuracy)")
  }
}

extension ServerOptimizer {
  /// The clients' mean is taken.
  fileprivate static var plain: ServerOptimizer { ServerOptimizer(FederationSpec(), parameters: 1) }
}
