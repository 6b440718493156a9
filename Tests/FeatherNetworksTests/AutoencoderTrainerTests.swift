import CKernels
import FeatherTensors
import Testing

@testable import FeatherNetworks

@Suite struct AutoencoderTrainerTests {
  /// An autoencoder and the batches it is trained with.
  struct Case: Sendable, CustomTestStringConvertible {
    let architecture: Architecture
    let samples: Int
    let batch: Int
    var testDescription: String { "\(architecture.widths), \(samples) in batches of \(batch)" }
  }

  /// Widths with and without a rest of 16, in one block and in two; batches of 16 rows, of fewer, of more, and of a single one.
  static let cases = [
    Case(architecture: stack(20, hidden: [], latent: 6, .relu), samples: 11, batch: 5),
    Case(architecture: stack(64, hidden: [], latent: 16, .linear), samples: 33, batch: 16),
    Case(architecture: stack(45, hidden: [19, 8], latent: 3, .leakyRelu), samples: 32, batch: 16),
    Case(architecture: stack(1_030, hidden: [], latent: 33, .tanh), samples: 33, batch: 16),
    Case(architecture: stack(1_100, hidden: [40], latent: 9, .sigmoid), samples: 41, batch: 20),
  ]
  static let rules: [StepRule] = [
    .sgd(learningRate: 0.05, momentum: 0), .sgd(learningRate: 0.05, momentum: 0.9), .adam(learningRate: 0.001),
  ]

  private static func stack(_ width: Int, hidden: [Int], latent: Int, _ activation: Activation) -> Architecture {
    Architecture(
      inputs: width,
      layers: (hidden + [latent] + hidden.reversed()).map { DenseLayer(outputs: $0, activation: activation) }
        + [DenseLayer(outputs: width, activation: .linear)])
  }

  private static func samples(_ count: Int, width: Int) -> [Float] {
    var stream = RandomStream(seed: 5, purpose: .codec)
    return (0..<count * width).map { _ in Float(stream.normal()) }
  }

  private static func start(_ architecture: Architecture) -> [Float] {
    var weights = RandomStream(seed: 5, purpose: .codecWeights)
    var parameters = architecture.initialParameters(.glorotUniform, stream: &weights)
    // Biases other than zero, so that they matter, and so that no ReLU is at its kink.
    for block in architecture.blocks where block.shape.count == 1 {
      for i in 0..<block.count { parameters[block.offset + i] = 0.01 * Float(i % 7) - 0.025 }
    }
    return parameters
  }

  private static func order(_ count: Int, epoch: Int) -> [Int] {
    var order = (0..<count).map { $0 }
    var stream = RandomStream(seed: 5, purpose: .codecFit, round: epoch)
    stream.shuffle(&order)
    return order
  }

  /// Trains two epochs, and scores the first samples.
  private static func train(
    _ trainer: inout AutoencoderTrainer, _ samples: [Float]
  ) -> (losses: [Double], held: Double) {
    let losses = (0..<2).map { epoch in
      var stream = RandomStream(seed: 5, purpose: .codecFit, round: epoch)
      return trainer.epoch(over: samples, stream: &stream)
    }
    return (losses, trainer.loss(of: Array(samples.prefix(3 * trainer.architecture.inputs))))
  }

  @Test("two epochs end where a computation in float64 does, with its losses", arguments: cases, rules)
  func equalsDouble(test: Case, rule: StepRule) {
    let width = test.architecture.inputs
    let samples = Self.samples(test.samples, width: width)
    let start = Self.start(test.architecture)
    var trainer = AutoencoderTrainer(test.architecture, rule: rule, batch: test.batch)
    trainer.restart(from: start)
    let trained = Self.train(&trainer, samples)

    var exact = DoubleAutoencoder(test.architecture, start.map(Double.init))
    let rows = (0..<test.samples).map { samples[$0 * width..<($0 + 1) * width].map(Double.init) }
    for epoch in 0..<2 {
      let loss = exact.epoch(Self.order(test.samples, epoch: epoch).map { rows[$0] }, batch: test.batch, rule)
      // A mean of many squares: their float32 roundings, 6e-8 each, hardly add up.
      #expect(abs(trained.losses[epoch] / loss - 1) < 1e-6)
    }
    #expect(abs(trained.held / exact.loss(Array(rows.prefix(3))) - 1) < 1e-6)
    // Roundings of float32, 6e-8 of a weight below 2, in sums of up to a thousand; Adam divides a gradient by its own size, so that
    // one near zero may move a parameter by a visible part of its step of 0.001.
    let bound = if case .adam = rule { 2e-5 } else { 2e-6 }
    let worst = zip(trainer.parameters, exact.parameters).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
    #expect(worst < bound)
    #expect(zip(trainer.parameters, start).contains { $0 != $1 })
  }

  @Test("one step of plain descent goes down the finite differences of the loss", arguments: Activation.allCases)
  func finiteDifferences(activation: Activation) {
    let architecture = Self.stack(20, hidden: [9], latent: 3, activation)
    let samples = Self.samples(5, width: 20)
    let start = Self.start(architecture)
    let rate: Float = 0.125
    var trainer = AutoencoderTrainer(architecture, rule: .sgd(learningRate: rate, momentum: 0), batch: 5)
    trainer.restart(from: start)
    var stream = RandomStream(seed: 1, purpose: .codecFit)
    _ = trainer.epoch(over: samples, stream: &stream)
    let rows = (0..<5).map { samples[$0 * 20..<($0 + 1) * 20].map(Double.init) }
    for index in start.indices {
      let slope = DoubleAutoencoder.slope(of: index, architecture, start.map(Double.init), rows)
      let gradient = Double(start[index] - trainer.parameters[index]) / Double(rate)
      // A parameter below 2 moves by a multiple of 1.2e-7, of which the gradient has eight times as much.
      #expect(abs(gradient - slope) < 2e-6)
    }
  }

  @Test("any number of threads and any instructions give the same bits", arguments: cases, rules)
  func sameBits(test: Case, rule: StepRule) {
    let samples = Self.samples(test.samples, width: test.architecture.inputs)
    let teams = (1...3).map { ThreadTeam(threads: $0) }
    let ways = teams.map { ($0, fw_instruction_set.best) } + fw_instruction_set.available.map { (teams[0], $0) }
    var reference: (bits: [UInt32], losses: [Double], held: Double)?
    for (team, instructions) in ways {
      var trainer = AutoencoderTrainer(
        test.architecture, rule: rule, batch: test.batch, team: team, instructions: instructions)
      trainer.restart(from: Self.start(test.architecture))
      let trained = Self.train(&trainer, samples)
      let finished = trainer.finish()
      let bits = finished.elements.map(\.bitPattern)
      let expected = reference ?? (bits, trained.losses, trained.held)
      #expect(bits == expected.bits && trained.losses == expected.losses && trained.held == expected.held)
      reference = expected
    }
  }

  @Test(
    "a trainer that starts anew remembers nothing, and looking at held-out samples changes nothing",
    arguments: rules)
  func startsAnew(rule: StepRule) {
    let architecture = Self.cases[3].architecture
    let samples = Self.samples(33, width: 1_030)
    var used = AutoencoderTrainer(architecture, rule: rule, batch: 16)
    var fresh = AutoencoderTrainer(architecture, rule: rule, batch: 16)
    used.restart(from: Self.start(architecture))
    _ = Self.train(&used, samples)
    _ = used.loss(of: samples)
    var streams = [RandomStream(seed: 7, purpose: .codecWeights), RandomStream(seed: 7, purpose: .codecWeights)]
    used.restart(.kaimingNormal, stream: &streams[0])
    fresh.restart(.kaimingNormal, stream: &streams[1])
    var stream = RandomStream(seed: 7, purpose: .codecWeights)
    #expect(fresh.parameters.elementsEqual(architecture.initialParameters(.kaimingNormal, stream: &stream)))
    let losses = (Self.train(&used, samples).losses, Self.train(&fresh, samples).losses)
    #expect(losses.0 == losses.1)
    #expect(used.parameters.elementsEqual(fresh.parameters))
  }

  @Test(
    "parameters drawn in place are those drawn into an array",
    arguments: [Initialisation.kaimingNormal, .glorotUniform])
  func drawnInPlace(scheme: Initialisation) {
    let architecture = FusedTrainingTests.architectures[1]
    var trainer = AutoencoderTrainer(architecture, rule: .adam(learningRate: 0.1), batch: 1)
    var stream = RandomStream(seed: 9, purpose: .codecWeights)
    trainer.restart(scheme, stream: &stream)
    var other = RandomStream(seed: 9, purpose: .codecWeights)
    #expect(Array(trainer.parameters) == architecture.initialParameters(scheme, stream: &other))
  }
}
