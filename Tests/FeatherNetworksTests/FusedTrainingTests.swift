import FeatherTensors
import Testing

@testable import FeatherNetworks

@Suite struct FusedTrainingTests {
  /// Widths with and without a rest of 16 lanes, below and above one pass of columns.
  static let architectures = [
    Architecture(inputs: 20, hidden: [6], activation: .relu, outputs: 20),
    Architecture(inputs: 1030, hidden: [33, 16], activation: .tanh, outputs: 1030),
    Architecture(inputs: 7, layers: [DenseLayer(outputs: 7, activation: .linear)]),
  ]
  static let rules: [StepRule] = [
    .sgd(learningRate: 0.05, momentum: 0), .sgd(learningRate: 0.05, momentum: 0.9), .adam(learningRate: 0.001),
  ]
  static let count = 35
  static let batch = 8

  static func samples(_ architecture: Architecture) -> [Float] {
    var stream = RandomStream(seed: 5, purpose: .codec)
    return (0..<count * architecture.inputs).map { _ in Float(stream.normal()) }
  }

  static func start(_ architecture: Architecture) -> [Float] {
    var weights = RandomStream(seed: 5, purpose: .codecWeights)
    return architecture.initialParameters(.glorotUniform, stream: &weights)
  }

  /// Two epochs of autoencoding by a trainer.
  static func trained(_ architecture: Architecture, _ rule: StepRule, _ kernels: Kernels = .best) throws -> [UInt32] {
    let samples = samples(architecture)
    var trainer = try Trainer(architecture, loss: .meanSquaredError, rule: rule, batch: batch, kernels: kernels)
    trainer.restart(from: start(architecture))
    for epoch in 0..<2 {
      var order = RandomStream(seed: 5, purpose: .codecFit, round: epoch)
      _ = trainer.epoch(
        over: .autoencoded(AlignedFloats(samples)), indices: (0..<Int32(count)).map { $0 }, stream: &order)
    }
    return trainer.network.parameterArray.map(\.bitPattern)
  }

  /// The same with rows copied together and gradients stored before they are used.
  private static func trainedPlainly(_ architecture: Architecture, _ rule: StepRule) throws -> [UInt32] {
    let samples = samples(architecture)
    let network = try Network(architecture, loss: .meanSquaredError, batch: batch)
    network.assign(start(architecture))
    var optimizer = Optimizer(rule, count: architecture.parameterCount)
    let width = architecture.inputs
    for epoch in 0..<2 {
      var stream = RandomStream(seed: 5, purpose: .codecFit, round: epoch)
      let order = stream.permutation(count).map { Int($0) }
      for first in stride(from: 0, to: count, by: batch) {
        let chosen = order[first..<min(first + batch, count)]
        let rows = chosen.flatMap { samples[$0 * width..<($0 + 1) * width] }
        _ = network.inputs.update(fromContentsOf: rows)
        network.forward(rows: chosen.count)
        _ = network.score(targets: rows, rows: chosen.count)
        network.backward(rows: chosen.count)
        optimizer.step(network.parameters, gradients: network.gradients)
      }
    }
    return network.parameterArray.map(\.bitPattern)
  }

  @Test(
    "steps on rows where they lie, taken while gradients are formed, have the bits of steps on copies after it",
    arguments: architectures, rules)
  func equalsPlain(architecture: Architecture, rule: StepRule) throws {
    let fused = try Self.trained(architecture, rule)
    #expect(fused == (try Self.trainedPlainly(architecture, rule)))
    #expect(fused != Self.start(architecture).map(\.bitPattern))
  }

  @Test("layers of images are stepped with their stored gradients, dense ones before: the same bits", arguments: rules)
  func images(rule: StepRule) throws {
    let ends = try [Network.Purpose.training, .fusedTraining].map { purpose in
      let architecture = try Architecture(input: ImageNetworkTests.input, layers: ImageNetworkTests.layers)
      let network = try Network(architecture, loss: .softmaxCrossEntropy, batch: 4, for: purpose)
      network.assign(Self.start(architecture))
      var optimizer = Optimizer(rule, count: architecture.parameterCount)
      var stream = RandomStream(seed: 3, purpose: .dataset)
      for _ in 0..<3 {
        for i in network.inputs.indices { network.inputs[i] = Float(stream.normal()) }
        network.forward(rows: 3)
        _ = network.score(labels: [0, 1, 2], rows: 3)
        if purpose == .fusedTraining {
          network.backward(rows: 3, stepping: &optimizer)
        } else {
          network.backward(rows: 3)
          optimizer.step(network.parameters, gradients: network.gradients)
        }
      }
      return network.parameterArray.map(\.bitPattern)
    }
    #expect(ends[0] == ends[1])
  }
}
