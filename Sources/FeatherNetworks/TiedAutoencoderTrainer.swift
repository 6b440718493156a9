internal import CKernels
public import FeatherTensors

/// Trains an autoencoder whose decoder has the encoder's weights, transposed, and biases of its own, under the mean squared error.
///
/// Encoder layers u₀ = x, uₗ = f(Wₗ uₗ₋₁ + bₗ) up to the latent u_L; decoder v_L = u_L, vₗ₋₁ = f(Wₗᵀ vₗ + cₗ), the last one, v₀,
/// linear. The gradient of Wₗ is Σ δₗ uₗ₋₁ᵀ + Σ vₗ εₗ₋₁ᵀ with δ and ε the gradients at the encoder's and the decoder's outputs before
/// their activations: one sum over twice the batch's rows, the encoder's first, which the dense kernels form and use while it is in
/// registers.
///
/// The parameter vector is the encoder's, then c_L, …, c₁. One thread computes; every sum has the kernels' order, so the bits depend
/// on no machine.
public struct TiedAutoencoderTrainer: ~Copyable {
  /// The encoder's layers.
  public let encoder: Architecture
  /// The most rows a batch may have.
  public let batch: Int
  private let passes: TiedPasses
  private var optimizer: Optimizer

  /// A trainer whose parameters are zero and whose optimiser has not stepped yet.
  ///
  /// - Parameters:
  ///   - encoder: dense layers and no other.
  ///   - rule: the step rule.
  ///   - batch: the most samples in a step.
  public init(_ encoder: Architecture, rule: StepRule, batch: Int) {
    self.init(encoder, rule: rule, batch: batch, kernels: .best)
  }

  init(_ encoder: Architecture, rule: StepRule, batch: Int, kernels: Kernels) {
    precondition(batch > 0, "a batch has at least one row")
    precondition(encoder.denseLayers.count == encoder.layers.count, "a tied autoencoder has dense layers alone")
    self.encoder = encoder
    self.batch = batch
    passes = TiedPasses(encoder, batch: batch, kernels: kernels)
    optimizer = Optimizer(rule, count: Self.parameterCount(encoder), kernels: kernels)
  }

  /// Length of the parameter vector: the encoder's, and a bias for each input of each of its layers.
  public static func parameterCount(_ encoder: Architecture) -> Int {
    encoder.parameterCount + encoder.widths.dropLast().reduce(0, +)
  }

  /// The parameter vector; valid while the trainer lives.
  public var parameters: UnsafeMutableBufferPointer<Float> { passes.parameters.elements }

  /// Starts anew from `parameters`.
  public mutating func restart(from parameters: [Float]) {
    passes.parameters.assign(parameters)
    optimizer.reset()
  }

  /// Starts anew from weights drawn as `Architecture.initialParameters` draws the encoder's, all biases zero.
  public mutating func restart(_ scheme: Initialisation, stream: inout RandomStream) {
    parameters.update(repeating: 0)
    encoder.draw(
      into: UnsafeMutableBufferPointer(rebasing: parameters[..<encoder.parameterCount]), scheme, stream: &stream)
    optimizer.reset()
  }

  /// Gives up the optimiser's memory and the workspaces, and keeps the trained parameters.
  public consuming func finish() -> AlignedBuffer { passes.finish() }

  /// One pass over the samples in a random order; the last batch holds what is left.
  ///
  /// - Parameters:
  ///   - samples: shape [count, inputs] row-major, at least one.
  ///   - stream: gives the order; use one stream per epoch.
  /// - Returns: the mean squared error per element of the samples as they were met, before each step. Not finite when the
  ///   training diverged.
  public mutating func epoch(over samples: [Float], stream: inout RandomStream) -> Double {
    var order = (0..<samples.count / encoder.inputs).map { $0 }
    stream.shuffle(&order)
    var squares = 0.0
    samples.withUnsafeBufferPointer { samples in
      for start in stride(from: 0, to: order.count, by: batch) {
        let rows = order[start...].prefix(batch)
        squares += passes.forward(rows, of: samples)
        passes.backward(rows: rows.count, into: optimizer.beginStep(passes.parameters.base))
      }
    }
    return squares / Double(samples.count)
  }

  /// The mean squared error per element of samples that are not learnt, shape [count, inputs] row-major.
  public func loss(of samples: [Float]) -> Double {
    let order = (0..<samples.count / encoder.inputs).map { $0 }
    var squares = 0.0
    samples.withUnsafeBufferPointer { samples in
      for start in stride(from: 0, to: order.count, by: batch) {
        squares += passes.forward(order[start...].prefix(batch), of: samples)
      }
    }
    return squares / Double(samples.count)
  }

  /// The gradient of the mean squared error of all samples, at most a batch of them, at the current parameters.
  func gradient(of samples: [Float]) -> [Float] {
    let gradient = AlignedBuffer(count: parameters.count)
    var rule = fw_rule()
    rule.kind = fw_rule_store
    samples.withUnsafeBufferPointer { samples in
      let rows = (0..<samples.count / encoder.inputs).map { $0 }
      _ = passes.forward(rows[...], of: samples)
      passes.backward(
        rows: rows.count,
        into: .init(rule: rule, state: fw_state(weight: gradient.base, first: nil, second: nil, pull: nil)))
    }
    return gradient.array
  }
}

extension TiedAutoencoderTrainer: ReconstructionTrainer {}
