import FeatherTensors
import Testing

@testable import FeatherNetworks

/// PyTorch computed the references in float64 from the same float32 start, so differences are our float32 rounding.
///
/// That is 2⁻²⁴ = 6e-8 for each operation, a few operations deep for one pass and ten small steps of them for an
/// optimiser: 1e-6 relative to a vector's largest element leaves a factor of a few.
@Suite struct PyTorchTests {
  static let rules: [(String, StepRule)] = [
    ("sgd", .sgd(learningRate: 0.1, momentum: 0)), ("momentum", .sgd(learningRate: 0.05, momentum: 0.9)),
    ("adam", .adam(learningRate: 0.01)),
  ]

  @Test("forward, loss and every gradient are PyTorch's", arguments: 0..<10)
  func onePass(index: Int) throws {
    let reference = try NetworksFixture.load().cases[index]
    let network = try reference.network()
    _ = network.inputs.update(fromContentsOf: reference.inputs.prefix(reference.rows * reference.widths[0]))
    network.forward(rows: reference.rows)
    #expect(deviation(network.outputs, from: reference.outputs) < 1e-6)
    let loss = reference.score(network, batch: 0)
    #expect(abs(loss / reference.firstLoss - 1) < 1e-6)
    network.backward(rows: reference.rows)
    #expect(deviation(network.gradients, from: reference.gradients) < 1e-6)
  }

  @Test("ten optimiser steps end where PyTorch's end", arguments: 0..<10, rules)
  func tenSteps(index: Int, rule: (name: String, rule: StepRule)) throws {
    let reference = try NetworksFixture.load().cases[index]
    let network = try reference.network()
    var optimizer = Optimizer(rule.rule, count: reference.parameters.count)
    for step in 0..<10 {
      _ = reference.score(network, batch: step % reference.batches)
      network.backward(rows: reference.rows)
      optimizer.step(network.parameters, gradients: network.gradients)
    }
    let expected = try #require(reference.after[rule.name])
    #expect(deviation(network.parameters, from: expected) < 1e-6)
    #expect(deviation(reference.parameters, from: expected) > 1e-2, "the steps moved the parameters")
  }

  @Test("an epoch visits PyTorch's batches in the stream's order, a short last one included")
  func epochs() throws {
    let reference = try NetworksFixture.load().epochs
    let architecture = Architecture(inputs: 6, hidden: [5], activation: .tanh, outputs: 3)
    var trainer = try Trainer(
      architecture, loss: .softmaxCrossEntropy, rule: .sgd(learningRate: 0.1, momentum: 0.9), batch: reference.batch)
    trainer.restart(from: reference.parameters)
    #expect(reference.labels.count % reference.batch != 0)
    for (epoch, expected) in reference.meanLosses.enumerated() {
      var stream = RandomStream(seed: UInt64(epoch), purpose: .localTraining)
      var steps = 0
      let loss = trainer.epoch(
        over: .labelled(inputs: AlignedFloats(reference.inputs), labels: reference.labels),
        indices: (0..<Int32(reference.labels.count)).map { $0 }, stream: &stream
      ) { _ in steps += 1 }
      #expect(steps == 3)
      #expect(abs(loss / expected - 1) < 1e-6)
    }
    #expect(deviation(trainer.network.parameters, from: reference.after) < 1e-6)
  }

  @Test("parameters lie in the order of PyTorch's state_dict: 784-20-10 has 15,910")
  func parameterOrder() throws {
    let reference = try NetworksFixture.load().paper
    let architecture = Architecture(inputs: 784, hidden: [20], activation: .relu, outputs: 10)
    #expect(architecture.parameterCount == 15_910 && reference.parameters == 15_910)
    #expect(architecture.blocks.map(\.offset) == reference.blocks.map(\.offset))
    #expect(architecture.blocks.map(\.shape) == reference.blocks.map(\.shape))
    #expect(architecture.blocks.map(\.name) == ["dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias"])
  }
}
