import CKernels
import FeatherTensors
import Foundation
import Testing

@testable import FeatherNetworks

/// `Fixtures/tied.json`, made by `Fixtures/tied.py`: PyTorch's autograd and optimisers in float64 from float32 starts.
private struct TiedFixture: Decodable {
  let widths: [Int]
  let activation: String
  let rows: Int
  let samples: [[Float]]
  let parameters: [Float]
  let loss: Double
  let gradient: [Double]
  /// Parameters after one and ten steps, by step rule.
  let after: [String: [Double]]

  static func load() throws -> [TiedFixture] {
    let url = try #require(Bundle.module.url(forResource: "tied", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode([TiedFixture].self, from: Data(contentsOf: url))
  }

  var encoder: Architecture {
    get throws {
      let activation = try #require(Activation.allCases.first { "\($0)" == self.activation })
      return Architecture(
        inputs: widths[0], layers: widths.dropFirst().map { DenseLayer(outputs: $0, activation: activation) })
    }
  }
}

@Suite struct TiedAutoencoderTests {
  static let rules = PyTorchTests.rules

  private static func samples(_ count: Int, width: Int) -> [Float] {
    var stream = RandomStream(seed: 5, purpose: .codec)
    return (0..<count * width).map { _ in Float(stream.normal()) }
  }

  private static func encoder(_ widths: [Int], _ activation: Activation) -> Architecture {
    Architecture(
      inputs: widths[0], layers: widths.dropFirst().map { DenseLayer(outputs: $0, activation: activation) })
  }

  /// The loss in float64, one sample and one weight at a time.
  private static func loss(_ encoder: Architecture, _ parameters: [Double], _ rows: [[Double]]) -> Double {
    func activate(_ activation: Activation, _ x: Double) -> Double {
      switch activation {
      case .linear: x
      case .relu: max(0, x)
      case .leakyRelu: x < 0 ? 0.01 * x : x
      case .tanh: tanh(x)
      case .sigmoid: 1 / (1 + exp(-x))
      }
    }
    let (widths, blocks) = (encoder.widths, encoder.blocks)
    var sum = 0.0
    for row in rows {
      var x = row
      for (number, layer) in encoder.denseLayers.enumerated() {
        let (weight, bias) = (blocks[2 * number].offset, blocks[2 * number + 1].offset)
        x = (0..<layer.outputs).map { o in
          activate(
            layer.activation,
            x.indices.reduce(parameters[bias + o]) { $0 + parameters[weight + o * x.count + $1] * x[$1] })
        }
      }
      var bias = encoder.parameterCount
      for number in encoder.denseLayers.indices.reversed() {
        let (weight, width) = (blocks[2 * number].offset, widths[number])
        let outer = number > 0 ? encoder.denseLayers[number - 1].activation : .linear
        x = (0..<width).map { i in
          activate(
            outer, x.indices.reduce(parameters[bias + i]) { $0 + parameters[weight + $1 * width + i] * x[$1] })
        }
        bias += width
      }
      for (output, target) in zip(x, row) { sum += (output - target) * (output - target) }
    }
    return sum / Double(rows.count * encoder.inputs)
  }

  @Test("the gradient of tied weights is the finite difference of the loss", arguments: Activation.allCases)
  func finiteDifferences(activation: Activation) {
    let encoder = Self.encoder([20, 9, 3], activation)
    let samples = Self.samples(5, width: 20)
    var trainer = TiedAutoencoderTrainer(encoder, rule: .adam(learningRate: 1), batch: 5)
    var stream = RandomStream(seed: 6, purpose: .codecWeights)
    trainer.restart(.glorotNormal, stream: &stream)
    // Biases other than zero, so that they matter.
    for i in trainer.parameters.indices where trainer.parameters[i] == 0 {
      trainer.parameters[i] = 0.01 * Float(i % 7) - 0.025
    }
    let start = trainer.parameters.map(Double.init)
    let rows = (0..<5).map { samples[$0 * 20..<($0 + 1) * 20].map(Double.init) }
    let gradient = trainer.gradient(of: samples)
    #expect(abs(trainer.loss(of: samples) / Self.loss(encoder, start, rows) - 1) < 1e-6)
    for index in start.indices {
      let losses = [1e-5, -1e-5].map { change in
        var moved = start
        moved[index] += change
        return Self.loss(encoder, moved, rows)
      }
      // Gradients are of order 0.1; float32 rounds sums of some hundred products of that size.
      #expect(abs(Double(gradient[index]) - (losses[0] - losses[1]) / 2e-5) < 1e-6)
    }
  }

  @Test("loss and gradient are PyTorch's", arguments: 0..<7)
  func gradient(index: Int) throws {
    let reference = try TiedFixture.load()[index]
    var trainer = TiedAutoencoderTrainer(try reference.encoder, rule: .adam(learningRate: 1), batch: reference.rows)
    trainer.restart(from: reference.parameters)
    // Float32 roundings of a few operations, relative to the largest element.
    #expect(abs(trainer.loss(of: reference.samples[0]) / reference.loss - 1) < 1e-6)
    #expect(deviation(trainer.gradient(of: reference.samples[0]), from: reference.gradient) < 1e-6)
    #expect(trainer.parameters.elementsEqual(reference.parameters), "a gradient moves nothing")
  }

  @Test("one step and ten end where PyTorch's end", arguments: 0..<7, rules)
  func steps(index: Int, rule: (name: String, rule: StepRule)) throws {
    let reference = try TiedFixture.load()[index]
    var trainer = TiedAutoencoderTrainer(try reference.encoder, rule: rule.rule, batch: reference.rows)
    trainer.restart(from: reference.parameters)
    for step in 1...10 {
      // One batch is one epoch; the order of its rows only changes roundings.
      var stream = RandomStream(seed: UInt64(step), purpose: .codecFit)
      _ = trainer.epoch(over: reference.samples[(step - 1) % reference.samples.count], stream: &stream)
      guard let expected = reference.after["\(rule.name)\(step)"] else { continue }
      // Adam divides a gradient by its own size, so that the rounding of a small one is seen in its step of 0.01.
      #expect(deviation(trainer.parameters, from: expected) < (rule.name == "adam" ? 5e-6 : 1e-6))
      #expect(deviation(reference.parameters, from: expected) > 1e-3, "the steps moved the parameters")
    }
  }

  @Test("any instructions give the same bits, with whole and partial batches", arguments: rules)
  func sameBits(rule: (name: String, rule: StepRule)) {
    let encoder = Self.encoder([1_103, 37, 5], .tanh)
    let samples = Self.samples(11, width: 1_103)
    var reference: (bits: [UInt32], losses: [Double])?
    for kernels in Kernels.available {
      var trainer = TiedAutoencoderTrainer(encoder, rule: rule.rule, batch: 4, kernels: kernels)
      var weights = RandomStream(seed: 5, purpose: .codecWeights)
      trainer.restart(.kaimingUniform, stream: &weights)
      let losses = (0..<2).map { epoch in
        var stream = RandomStream(seed: 5, purpose: .codecFit, round: epoch)
        return trainer.epoch(over: samples, stream: &stream)
      }
      let finished = trainer.finish()
      let bits = finished.elements.map(\.bitPattern)
      let expected = reference ?? (bits, losses)
      #expect(bits == expected.bits && losses == expected.losses)
      reference = expected
    }
  }

  @Test(
    "a trainer that starts anew remembers nothing, and looking at held-out samples changes nothing", arguments: rules)
  func startsAnew(rule: (name: String, rule: StepRule)) {
    let encoder = Self.encoder([50, 7], .relu)
    let samples = Self.samples(9, width: 50)
    var used = TiedAutoencoderTrainer(encoder, rule: rule.rule, batch: 4)
    var fresh = TiedAutoencoderTrainer(encoder, rule: rule.rule, batch: 4)
    func train(_ trainer: inout TiedAutoencoderTrainer, seed: UInt64, looks: Bool) -> [Double] {
      var weights = RandomStream(seed: seed, purpose: .codecWeights)
      trainer.restart(.glorotUniform, stream: &weights)
      return (0..<3).map { epoch in
        var stream = RandomStream(seed: 5, purpose: .codecFit, round: epoch)
        if looks { _ = trainer.loss(of: samples) }
        return trainer.epoch(over: samples, stream: &stream)
      }
    }
    _ = train(&used, seed: 1, looks: true)
    let (first, second) = (train(&used, seed: 2, looks: true), train(&fresh, seed: 2, looks: false))
    #expect(first == second)
    #expect(used.parameters.elementsEqual(fresh.parameters))
    var weights = RandomStream(seed: 2, purpose: .codecWeights)
    used.restart(.glorotUniform, stream: &weights)
    var again = RandomStream(seed: 2, purpose: .codecWeights)
    let drawn = encoder.initialParameters(.glorotUniform, stream: &again)
    #expect(used.parameters.prefix(drawn.count).elementsEqual(drawn))
    #expect(used.parameters.dropFirst(drawn.count).allSatisfy { $0 == 0 })
  }
}
