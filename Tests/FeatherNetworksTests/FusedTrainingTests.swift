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

  private static func trained(_ architecture: Architecture, _ rule: StepRule, isFused: Bool) throws -> [Float] {
    var stream = RandomStream(seed: 5, purpose: .codec)
    let samples = (0..<35 * architecture.inputs).map { _ in Float(stream.normal()) }
    var trainer = try Trainer(architecture, loss: .meanSquaredError, rule: rule, batch: 8, isFused: isFused)
    var weights = RandomStream(seed: 5, purpose: .codecWeights)
    trainer.restart(.glorotUniform, stream: &weights)
    for epoch in 0..<2 {
      var order = RandomStream(seed: 5, purpose: .codecFit, round: epoch)
      _ = trainer.epoch(over: .autoencoded(samples), indices: (0..<35).map { $0 }, stream: &order)
    }
    return trainer.finish().parameterArray
  }

  @Test(
    "ten steps taken while gradients are formed end where ten steps after them do, in every layer and rule",
    arguments: architectures, rules)
  func equalsUnfused(architecture: Architecture, rule: StepRule) throws {
    let plain = try Self.trained(architecture, rule, isFused: false)
    let fused = try Self.trained(architecture, rule, isFused: true)
    // The sums over a batch are rounded in another order, once per row; Adam divides by a root of theirs, so that a gradient near zero
    // may move a parameter by a visible part of its step of 0.001.
    let bound: Float = if case .adam = rule { 2e-5 } else { 1e-6 }
    for (a, b) in zip(plain, fused) { #expect(abs(a - b) <= bound * max(1, abs(a))) }
    #expect(plain != (try Self.start(architecture)))
  }

  private static func start(_ architecture: Architecture) throws -> [Float] {
    var weights = RandomStream(seed: 5, purpose: .codecWeights)
    return architecture.initialParameters(.glorotUniform, stream: &weights)
  }

  @Test("the same seed gives the same bits")
  func repeats() throws {
    let once = try Self.trained(Self.architectures[1], .adam(learningRate: 0.001), isFused: true)
    let again = try Self.trained(Self.architectures[1], .adam(learningRate: 0.001), isFused: true)
    #expect(once.map(\.bitPattern) == again.map(\.bitPattern))
  }

  @Test(
    "parameters drawn in place are those drawn into an array",
    arguments: [Initialisation.kaimingNormal, .glorotUniform])
  func drawnInPlace(scheme: Initialisation) throws {
    let architecture = Self.architectures[1]
    var trainer = try Trainer(
      architecture, loss: .meanSquaredError, rule: .adam(learningRate: 0.1), batch: 1, isFused: true)
    var stream = RandomStream(seed: 9, purpose: .codecWeights)
    trainer.restart(scheme, stream: &stream)
    var other = RandomStream(seed: 9, purpose: .codecWeights)
    #expect(trainer.network.parameterArray == architecture.initialParameters(scheme, stream: &other))
  }
}
