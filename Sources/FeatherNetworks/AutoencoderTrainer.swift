internal import CKernels
public import FeatherTensors

/// Trains dense layers to give back their own input, under the mean squared error, at the speed of memory.
///
/// A weight of a large autoencoder is used once in a step, so what counts is how often it crosses memory. Here that is once to
/// be read and once to be written, with both moments of Adam: the last layer's outputs, their errors, the gradients and the step are
/// computed block by block of outputs, the first layer's step and its outputs for the next batch block by block of inputs, while
/// the block is in the cache. Neither the outputs nor any gradient of weights ever exists as a whole.
///
/// Blocks are cut by the layers' shapes, and sums go from the first row, weight and block on; so the bits depend neither on the
/// number of threads nor on the processor's instructions.
public struct AutoencoderTrainer: ~Copyable {
  /// The layers.
  public let architecture: Architecture
  /// The most rows a batch may have.
  public let batch: Int
  private let passes: AutoencoderPasses
  private let rule: StepRule
  private var power1 = 1.0
  private var power2 = 1.0
  private var isFresh = true

  /// A trainer whose parameters are zero and whose optimiser has not stepped yet.
  ///
  /// - Parameters:
  ///   - architecture: at least two dense layers and no other, the last one linear, with as many outputs as inputs.
  ///   - rule: the step rule.
  ///   - batch: the most samples in a step.
  ///   - team: the threads that share the work of a step.
  public init(_ architecture: Architecture, rule: StepRule, batch: Int, team: ThreadTeam = .single) {
    self.init(architecture, rule: rule, batch: batch, team: team, instructions: .best)
  }

  /// The same with instructions that the processor must have.
  init(_ architecture: Architecture, rule: StepRule, batch: Int, team: ThreadTeam, instructions: fw_instruction_set) {
    self.architecture = architecture
    self.batch = batch
    self.rule = rule
    passes = AutoencoderPasses(
      architecture, moments: rule.moments, batch: batch, team: team, instructions: instructions)
  }

  /// The parameter vector, shape [P]; valid while the trainer lives.
  public var parameters: UnsafeMutableBufferPointer<Float> { passes.parameters.elements }

  /// Starts anew from `parameters`, shape [P].
  public mutating func restart(from parameters: [Float]) {
    passes.parameters.assign(parameters)
    reset()
  }

  /// Starts anew from parameters drawn as `Architecture.initialParameters` draws them, without a copy of them.
  public mutating func restart(_ scheme: Initialisation, stream: inout RandomStream) {
    architecture.draw(into: parameters, scheme, stream: &stream)
    reset()
  }

  private mutating func reset() {
    // Fresh memory is zero already, and is first touched where the work is divided.
    guard !isFresh else { return }
    passes.first.elements.update(repeating: 0)
    passes.second.elements.update(repeating: 0)
    power1 = 1
    power2 = 1
    isFresh = true
  }

  /// Gives up the optimiser's memory and the workspaces, and keeps the trained parameters, shape [P].
  public consuming func finish() -> AlignedBuffer { passes.finish() }

  /// One pass over the samples in a random order; the last batch holds what is left.
  ///
  /// - Parameters:
  ///   - samples: shape [count, inputs] row-major, at least one.
  ///   - stream: gives the order; use one stream per epoch.
  /// - Returns: the mean squared error per element of the samples as they were met, before each step. Not finite when the
  ///   training diverged.
  public mutating func epoch(over samples: [Float], stream: inout RandomStream) -> Double {
    var order = (0..<samples.count / architecture.inputs).map { $0 }
    stream.shuffle(&order)
    return samples.withUnsafeBufferPointer { samples in
      let rows = rows(of: samples, order)
      var squares = 0.0
      passes.enter(rows.prefix(batch))
      for start in stride(from: 0, to: rows.count, by: batch) {
        let now = rows[start...].prefix(batch)
        squares += passes.step(now, before: rows[now.endIndex...].prefix(batch), by: nextStep())
      }
      return squares / Double(samples.count)
    }
  }

  /// The mean squared error per element of samples that are not learnt, shape [count, inputs] row-major.
  public func loss(of samples: [Float]) -> Double {
    samples.withUnsafeBufferPointer { samples in
      let rows = rows(of: samples, (0..<samples.count / architecture.inputs).map { $0 })
      var squares = 0.0
      for start in stride(from: 0, to: rows.count, by: batch) {
        let now = rows[start...].prefix(batch)
        passes.enter(now)
        squares += passes.compare(rows: now.count)
      }
      return squares / Double(samples.count)
    }
  }

  /// Where the samples lie, in `order`.
  private borrowing func rows(of samples: UnsafeBufferPointer<Float>, _ order: [Int]) -> [UnsafePointer<Float>?] {
    order.map { index in samples.baseAddress.map { $0 + index * architecture.inputs } }
  }

  /// Counts a step and says how it is taken.
  private mutating func nextStep() -> fw_step {
    isFresh = false
    switch rule {
    case .sgd(let rate, let momentum):
      return fw_step(
        kind: momentum == 0 ? fw_rule_sgd : fw_rule_momentum, rate: rate, momentum: momentum, beta1: 0, beta2: 0,
        scale: 0, epsilon: 0)
    case .adam(let rate, let beta1, let beta2, let epsilon):
      power1 *= beta1
      power2 *= beta2
      // The moments are kept as sums; their means and the corrections of their bias are two factors. All from Double: in Float
      // 1 − 0.999 is off by 1e-5.
      return fw_step(
        kind: fw_rule_adam, rate: Float(Double(rate) * (1 - beta1) / (1 - power1)), momentum: 0, beta1: Float(beta1),
        beta2: Float(beta2), scale: Float(((1 - beta2) / (1 - power2)).squareRoot()), epsilon: epsilon)
    }
  }
}
