import FeatherTensors
import Testing

@testable import FeatherNetworks

@Suite struct TrainerTests {
  static let architecture = Architecture(inputs: 6, hidden: [8], activation: .relu, outputs: 3)

  /// Three noisy clusters of 40 samples, and their classes.
  static let samples: TrainingSet = {
    var stream = RandomStream(seed: 5, purpose: .dataset)
    let labels = (0..<40).map { UInt8($0 % 3) }
    let inputs = labels.flatMap { label in
      (0..<6).map { Float(stream.normal()) * 0.3 + ($0 / 2 == Int(label) ? 1 : 0) }
    }
    return .labelled(inputs: AlignedFloats(inputs), labels: labels)
  }()

  /// Parameters' bits and the last mean loss after some epochs.
  static func train(
    seed: UInt64, rule: StepRule = .adam(learningRate: 0.01), epochs: Int = 5, batch: Int = 7
  ) throws -> (bits: [UInt32], loss: Double) {
    var trainer = try Trainer(architecture, loss: .softmaxCrossEntropy, rule: rule, batch: batch)
    var weights = RandomStream(seed: seed, purpose: .initialWeights)
    trainer.restart(from: architecture.initialParameters(.kaimingUniform, stream: &weights))
    var loss = 0.0
    for epoch in 0..<epochs {
      var order = RandomStream(seed: seed, purpose: .localTraining, lane: epoch)
      loss = trainer.epoch(over: samples, indices: (0..<40).map { $0 }, stream: &order)
    }
    return (trainer.network.parameterArray.map(\.bitPattern), loss)
  }

  @Test("the same seed trains to the same bits, another seed to others", arguments: PyTorchTests.rules.map(\.1))
  func seeds(rule: StepRule) throws {
    let first = try Self.train(seed: 1, rule: rule)
    let again = try Self.train(seed: 1, rule: rule)
    #expect(first.bits == again.bits && first.loss == again.loss)
    #expect(try Self.train(seed: 2, rule: rule).bits != first.bits)
  }

  @Test("training separates three clusters: the loss falls from near ln 3 to below a tenth of it")
  func learns() throws {
    #expect(try Self.train(seed: 1, epochs: 60).loss < 0.11)
  }

  @Test("a restart forgets momentum and Adam's moments", arguments: PyTorchTests.rules.map(\.1))
  func restart(rule: StepRule) throws {
    var trainer = try Trainer(Self.architecture, loss: .softmaxCrossEntropy, rule: rule, batch: 40)
    var weights = RandomStream(seed: 1, purpose: .initialWeights)
    let start = Self.architecture.initialParameters(.kaimingUniform, stream: &weights)
    let ends = (0..<2).map { _ in
      trainer.restart(from: start)
      for _ in 0..<3 {
        var order = RandomStream(seed: 1, purpose: .localTraining)
        _ = trainer.epoch(over: Self.samples, indices: (0..<40).map { $0 }, stream: &order)
      }
      return trainer.network.parameterArray
    }
    #expect(ends[0] == ends[1] && ends[0] != start)
  }

  @Test("an epoch meets exactly the chosen samples: a loss without steps is the mean over them")
  func chosenSamples() throws {
    var trainer = try Trainer(
      Self.architecture, loss: .softmaxCrossEntropy, rule: .sgd(learningRate: 0, momentum: 0), batch: 4)
    var weights = RandomStream(seed: 1, purpose: .initialWeights)
    trainer.restart(from: Self.architecture.initialParameters(.kaimingUniform, stream: &weights))
    let mean = { (indices: [Int32], trainer: inout Trainer) -> Double in
      var order = RandomStream(seed: 1, purpose: .localTraining)
      return trainer.epoch(over: Self.samples, indices: indices, stream: &order)
    }
    let chosen: [Int32] = [3, 5, 8, 13, 21, 34, 39]
    let alone = chosen.map { mean([$0], &trainer) }.reduce(0, +) / Double(chosen.count)
    // Batches of 1 and of 4 round their matrix products differently, by about 1e-7.
    #expect(abs(mean(chosen, &trainer) / alone - 1) < 1e-6)
  }

  @Test("the first Adam step moves each parameter by the learning rate against its gradient's sign")
  func adamFirstStep() {
    let parameters = AlignedBuffer(count: 3)
    let gradients = AlignedBuffer(count: 3)
    gradients.assign([1, -0.01, 250])
    var optimizer = Optimizer(.adam(learningRate: 0.001), count: 3)
    optimizer.step(parameters.elements, gradients: gradients.elements)
    // Kingma and Ba, section 2.1: bias-corrected, the step is rate · g/|g|, up to epsilon/|g| = 1e-6 and rounding.
    for (moved, expected) in zip(parameters.array, [-0.001, 0.001, -0.001] as [Float]) {
      #expect(abs(moved / expected - 1) < 1.5e-6)
    }
  }

  // An infinity may become finite again in a bounded or one-sided activation; NaN must come through each of them.
  @Test(
    "an input that is not finite gives a loss that is not finite: no activation hides a divergence",
    arguments: Activation.allCases.map { ($0, Float.nan) } + [(.linear, .infinity), (.linear, -.infinity)])
  func divergence(activation: Activation, poison: Float) throws {
    let architecture = Architecture(inputs: 4, hidden: [3], activation: activation, outputs: 4)
    for loss in [Loss.softmaxCrossEntropy, .meanSquaredError] {
      for place in 0..<4 {
        let network = try Network(architecture, loss: loss, batch: 3)
        var stream = RandomStream(seed: 1, purpose: .initialWeights)
        network.assign(architecture.initialParameters(.glorotUniform, stream: &stream))
        var inputs = [Float](repeating: 0.5, count: 12)
        inputs[4 + place] = poison
        _ = network.inputs.update(fromContentsOf: inputs)
        #expect(!GradientTests.meanLoss(network, loss).isFinite)
      }
    }
  }

  @Test("cross-entropy counts rows whose largest logit is at the label, and the first of equal logits wins")
  func correct() {
    let logits: [Float] = [0, 2, 1, /**/ 5, 5, -1, /**/ 5, 5, -1, /**/ 0, 0, 0]
    let labels: [UInt8] = [1, 0, 1, 2]
    let buffer = AlignedBuffer(count: logits.count)
    buffer.assign(logits)
    let result = labels.withUnsafeBufferPointer { labels in
      labels.baseAddress.map { Losses.softmaxCrossEntropy(buffer.base, labels: $0, rows: 4, classes: 3) }
    }
    #expect(result?.correct == 2)
  }

  @Test("cross-entropy of enormous logits is exact and not an overflow")
  func extremeLogits() {
    let buffer = AlignedBuffer(count: 4)
    buffer.assign([1e30, -1e30, 0, 1000])
    let labels: [UInt8] = [0, 0]
    let result = labels.withUnsafeBufferPointer { labels in
      labels.baseAddress.map { Losses.softmaxCrossEntropy(buffer.base, labels: $0, rows: 2, classes: 2) }
    }
    #expect(result?.loss == 1000)
    #expect(buffer.array == [0, 0, -0.5, 0.5])
  }

  @Test("a row's output has the same bits whatever else is in its batch", arguments: Activation.allCases)
  func rowIndependence(activation: Activation) throws {
    let architecture = Architecture(inputs: 784, hidden: [20], activation: activation, outputs: 10)
    var stream = RandomStream(seed: 1, purpose: .initialWeights)
    let network = try Network(architecture, loss: .softmaxCrossEntropy, batch: 8)
    network.assign(architecture.initialParameters(.kaimingUniform, stream: &stream))
    let inputs = (0..<8 * 784).map { _ in stream.uniformFloat() }
    _ = network.inputs.update(fromContentsOf: inputs)
    network.forward(rows: 8)
    let before = Array(network.outputs)
    for row in 0..<8 {
      network.inputs.update(repeating: Float(row) - 3.5)
      _ = network.inputs[(row * 784)...].update(fromContentsOf: inputs[row * 784..<(row + 1) * 784])
      network.forward(rows: 8)
      let own = row * 10..<(row + 1) * 10
      #expect(network.outputs.indices.allSatisfy { (network.outputs[$0] == before[$0]) == own.contains($0) })
    }
  }
}
