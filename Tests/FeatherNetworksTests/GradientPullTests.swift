import FeatherTensors
import Testing

@testable import FeatherNetworks

@Suite("Pulled gradients") struct GradientPullTests {
  static let rules = FusedTrainingTests.rules
  static let samples = 35
  static let batch = 8

  /// Dense layers with and without a rest of 16 lanes, and layers of images before one.
  static let models: [Architecture] =
    FusedTrainingTests.architectures
    + [Architecture(inputs: 6, hidden: [], activation: .relu, outputs: 3)]
    + [try? Architecture(input: ImageNetworkTests.input, layers: ImageNetworkTests.layers)].compactMap { $0 }

  static func start(_ model: Architecture) -> [Float] {
    var stream = RandomStream(seed: 2, purpose: .initialWeights)
    return model.initialParameters(.kaimingUniform, stream: &stream)
  }

  static func data(_ model: Architecture) -> TrainingSet {
    var stream = RandomStream(seed: 2, purpose: .dataset)
    return .labelled(
      inputs: AlignedFloats((0..<samples * model.inputs).map { _ in Float(stream.normal()) }),
      labels: (0..<samples).map { UInt8($0 % min(model.outputs, 3)) })
  }

  static func someNumbers(_ model: Architecture) -> [Float] {
    var stream = RandomStream(seed: 2, purpose: .codec)
    return (0..<model.parameterCount).map { _ in 0.3 * Float(stream.normal()) }
  }

  /// Weights after each of two epochs of a trainer that was used before.
  static func trained(
    _ model: Architecture, _ rule: StepRule, _ pull: GradientPull?, learningRate: Float? = nil,
    kernels: Kernels = .best
  ) throws -> [Float] {
    let data = data(model)
    var trainer = try Trainer(model, loss: .softmaxCrossEntropy, rule: rule, batch: batch, kernels: kernels)
    let other = GradientPull(shrink: 7, pull: [Float](repeating: 3, count: model.parameterCount))
    var ends: [Float] = []
    for (pull, learningRate) in [(other, 0.5), (pull, learningRate)] {
      trainer.restart(from: start(model), pull: pull, learningRate: learningRate)
      ends = []
      for epoch in 0..<2 {
        var order = RandomStream(seed: 2, purpose: .localTraining, lane: epoch)
        _ = trainer.epoch(over: data, indices: (0..<Int32(samples)).map { $0 }, stream: &order)
        ends += trainer.network.parameterArray
      }
    }
    return ends
  }

  /// One step of a rule in Double, as its definition has it.
  struct DoubleRule {
    let rule: StepRule
    var first: [Double]
    var second: [Double]
    var steps = 0.0

    init(_ rule: StepRule, count: Int) {
      self.rule = rule
      first = [Double](repeating: 0, count: count)
      second = first
    }

    mutating func step(_ weights: inout [Double], _ gradient: [Double], learningRate: Float?) {
      steps += 1
      for i in weights.indices {
        let g = gradient[i]
        switch rule {
        case .sgd(let rate, let momentum):
          first[i] = Double(momentum) * first[i] + g
          weights[i] -= Double(learningRate ?? rate) * first[i]
        case .adam(let rate, let beta1, let beta2, let epsilon):
          first[i] = beta1 * first[i] + (1 - beta1) * g
          second[i] = beta2 * second[i] + (1 - beta2) * g * g
          let correction = (1 - power(beta2, steps)).squareRoot()
          weights[i] -=
            Double(learningRate ?? rate) / (1 - power(beta1, steps)) * first[i]
            / (second[i].squareRoot() / correction + Double(epsilon))
        }
      }
    }

    private func power(_ x: Double, _ n: Double) -> Double { (0..<Int(n)).reduce(1) { product, _ in product * x } }
  }

  /// The same training with the network's own gradients at the weights rounded to Float, all else in Double.
  static func trainedInDouble(
    _ model: Architecture, _ rule: StepRule, learningRate: Float?, _ added: (Int, Double) -> Double
  ) throws -> [Double] {
    guard case .labelled(let inputs, let labels) = data(model) else { return [] }
    let network = try Network(model, loss: .softmaxCrossEntropy, batch: batch)
    var weights = start(model).map { Double($0) }
    var optimizer = DoubleRule(rule, count: weights.count)
    var ends: [Double] = []
    for epoch in 0..<2 {
      var stream = RandomStream(seed: 2, purpose: .localTraining, lane: epoch)
      let order = stream.permutation(samples).map { Int($0) }
      for first in stride(from: 0, to: samples, by: batch) {
        let chosen = order[first..<min(first + batch, samples)]
        network.assign(weights.map { Float($0) })
        _ = network.inputs.update(
          fromContentsOf: chosen.flatMap { inputs[$0 * model.inputs..<($0 + 1) * model.inputs] })
        network.forward(rows: chosen.count)
        _ = network.score(labels: chosen.map { labels[$0] }, rows: chosen.count)
        network.backward(rows: chosen.count)
        let gradient = weights.indices.map {
          Double(network.gradients[$0]) + added($0, weights[$0])
        }
        optimizer.step(&weights, gradient, learningRate: learningRate)
      }
      ends += weights
    }
    return ends
  }

  // The gradients are the network's own in Float, at weights that differ by Float's rounding of ten steps: 1e-6 of the largest
  // weight, and a few times that with Adam, where a small gradient's rounding is divided by its own size. Convolutions are computed
  // directly, for Winograd's way would add a rounding of its own that has nothing to do with the pull.
  @Test("every rule steps by the gradient and the pull, at the step size of the start", arguments: models, rules)
  func inDouble(model: Architecture, rule: StepRule) throws {
    var model = model
    model.convolution = .direct
    let numbers = Self.someNumbers(model)
    let small = numbers.map { 0.3 * $0 }
    // Near the start: among weights far from it, steps of a network of images would enlarge every rounding.
    let anchor = zip(Self.start(model), numbers).map { $0 + 0.3 * $1 }
    let plain = try Self.trained(model, rule, nil)
    #expect(try Self.trained(model, rule, nil, learningRate: 0.03) != plain)
    let pulls: [(GradientPull, (Int, Double) -> Double)] = [
      (GradientPull(shrink: 0.4, pull: small), { Double(small[$0]) + Double(Float(0.4)) * $1 }),
      (GradientPull(towards: anchor, factor: 0.4), { Double(Float(0.4)) * ($1 - Double(anchor[$0])) }),
    ]
    for (pull, added) in pulls {
      for learningRate in [nil, 0.03] as [Float?] {
        let ends = try Self.trained(model, rule, pull, learningRate: learningRate)
        let expected = try Self.trainedInDouble(model, rule, learningRate: learningRate, added)
        #expect(deviation(ends, from: expected) < 5e-6)
        #expect(learningRate != nil || deviation(ends, from: plain.map { Double($0) }) > 1e-3)
      }
    }
  }

  @Test("at its anchor a pull is exactly zero: one step has the bits of none pulled", arguments: models, rules)
  func anchored(model: Architecture, rule: StepRule) throws {
    let start = Self.start(model)
    let ends = try [nil, GradientPull(towards: start, factor: 0.3)].map { pull in
      var trainer = try Trainer(model, loss: .softmaxCrossEntropy, rule: rule, batch: Self.samples)
      trainer.restart(from: start, pull: pull)
      var order = RandomStream(seed: 2, purpose: .localTraining)
      _ = trainer.epoch(over: Self.data(model), indices: (0..<Int32(Self.samples)).map { $0 }, stream: &order)
      // + 0 makes a zero of either sign +0.
      return trainer.network.parameterArray.map { ($0 + 0).bitPattern }
    }
    #expect(ends[0] == ends[1])
  }

  @Test("a pull of zeros without shrink has the bits of none, but for the sign of a zero", arguments: models, rules)
  func zero(model: Architecture, rule: StepRule) throws {
    let zeros = GradientPull(shrink: 0, pull: [Float](repeating: 0, count: model.parameterCount))
    let pulled = try Self.trained(model, rule, zeros)
    let plain = try Self.trained(model, rule, nil)
    // + 0 makes a zero of either sign +0.
    let bits = { (values: [Float]) -> [UInt32] in values.map { ($0 + 0).bitPattern } }
    #expect(bits(pulled) == bits(plain))
    let start = Self.start(model)
    #expect(plain != start + start)
  }

  @Test("the rule's step size given for a start has the bits of none given", arguments: rules)
  func sameRate(rule: StepRule) throws {
    let rate: Float =
      switch rule {
      case .sgd(let rate, _): rate
      case .adam(let rate, _, _, _): rate
      }
    let model = Self.models[0]
    let plain = try Self.trained(model, rule, nil).map(\.bitPattern)
    #expect(try Self.trained(model, rule, nil, learningRate: rate).map(\.bitPattern) == plain)
  }

  @Test("pulled training has the same bits on every instruction set", arguments: models, rules)
  func instructionSets(model: Architecture, rule: StepRule) throws {
    let pull = GradientPull(shrink: 0.4, pull: Self.someNumbers(model))
    let ends = try Kernels.available.map { try Self.trained(model, rule, pull, kernels: $0).map(\.bitPattern) }
    #expect(ends.allSatisfy { $0 == ends[0] })
  }

  // The softmax of one class has no gradient: what is left is w −= rate · factor · (w − global), by hand.
  @Test("where the loss has no gradient, FedProx's pull is a contraction towards the global weights")
  func contraction() throws {
    let model = Architecture(inputs: 1, hidden: [], activation: .relu, outputs: 1)
    var trainer = try Trainer(
      model, loss: .softmaxCrossEntropy, rule: .sgd(learningRate: 0.5, momentum: 0), batch: 1)
    let global: [Float] = [2, -4]
    trainer.restart(from: [10, 4], pull: GradientPull(towards: global, factor: 0.5))
    for _ in 0..<2 {
      var order = RandomStream(seed: 1, purpose: .localTraining)
      _ = trainer.epoch(over: .labelled(inputs: [3], labels: [0]), indices: [0], stream: &order)
    }
    // The distance, 8 each, becomes 0.75 of it with each step, 4.5 in the end; all of it is exact in Float.
    #expect(trainer.network.parameterArray == [6.5, 0.5])
  }
}
