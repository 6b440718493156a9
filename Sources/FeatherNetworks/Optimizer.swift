internal import CKernels
internal import FeatherTensors

/// How a gradient becomes a step.
public enum StepRule: Hashable, Sendable {
  /// v = momentum · v + g; p −= learningRate · v. Heavy-ball momentum, v = 0 at first, as PyTorch's SGD.
  case sgd(learningRate: Float, momentum: Float)
  /// Adam with bias correction (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1).
  case adam(learningRate: Float, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Float = 1e-8)
}

/// A step rule with its state, allocated once.
public struct Optimizer: ~Copyable {
  /// The rule.
  public let rule: StepRule
  private let first: AlignedBuffer
  private let second: AlignedBuffer
  private var power1 = 1.0
  private var power2 = 1.0
  /// One for each row of a batch: a bias is a weight whose input is always 1.
  private var ones: [Float] = []

  /// An optimiser for `count` parameters that has not stepped yet.
  public init(_ rule: StepRule, count: Int) {
    self.rule = rule
    switch rule {
    case .sgd(_, let momentum):
      first = AlignedBuffer(count: momentum == 0 ? 0 : count)
      second = AlignedBuffer(count: 0)
    case .adam:
      first = AlignedBuffer(count: count)
      second = AlignedBuffer(count: count)
    }
  }

  /// Forgets all steps.
  public mutating func reset() {
    first.elements.update(repeating: 0)
    second.elements.update(repeating: 0)
    power1 = 1
    power2 = 1
  }

  /// Counts a step that is then taken layer by layer (`stepDense`).
  mutating func beginStep() {
    guard case .adam(_, let beta1, let beta2, _) = rule else { return }
    power1 *= beta1
    power2 *= beta2
  }

  /// Moves one dense layer's weights and biases a step against their gradients.
  ///
  /// Those are deltaᵀ · input and the column sums of delta; they are formed in registers and never stored. Sums begin with row 0; the
  /// bits do not depend on the instruction set.
  ///
  /// - Parameters:
  ///   - weight: where the layer's weights [outputs, inputs] begin in `parameters`; `bias`: its biases [outputs].
  ///   - delta: the loss's gradient at the layer's outputs, shape [rows, outputs].
  ///   - input: what the layer saw, shape [rows, inputs].
  mutating func stepDense(
    _ parameters: UnsafeMutableBufferPointer<Float>, weight: Int, bias: Int, outputs: Int, inputs: Int,
    delta: UnsafePointer<Float>, input: UnsafePointer<Float>, rows: Int
  ) {
    guard let base = parameters.baseAddress else { return }
    if ones.count < rows { ones = [Float](repeating: 1, count: rows) }
    step(base, at: weight, outputs: outputs, inputs: inputs, fw_dense_batch(delta: delta, input: input, rows: rows))
    ones.withUnsafeBufferPointer { ones in
      step(
        base, at: bias, outputs: 1, inputs: outputs,
        fw_dense_batch(delta: ones.baseAddress, input: delta, rows: rows))
    }
  }

  private func step(
    _ parameters: UnsafeMutablePointer<Float>, at offset: Int, outputs: Int, inputs: Int, _ batch: fw_dense_batch
  ) {
    // A rule without a state never touches it.
    let weights = fw_dense_weights(
      weight: parameters + offset, first: first.count == 0 ? first.base : first.base + offset,
      second: second.count == 0 ? second.base : second.base + offset, outputs: outputs, inputs: inputs)
    switch rule {
    case .sgd(let rate, let momentum):
      fw_dense_momentum(weights, batch, rate, momentum)
    case .adam(let rate, let beta1, let beta2, let epsilon):
      fw_dense_adam(
        weights, batch,
        fw_adam(
          beta1: Float(beta1), rest1: Float(1 - beta1), beta2: Float(beta2), rest2: Float(1 - beta2),
          step: Float(Double(rate) / (1 - power1)), scale: Float(1 / (1 - power2).squareRoot()), epsilon: epsilon))
    }
  }

  /// Moves `parameters` one step against `gradients`; both have the count given at first.
  public mutating func step(
    _ parameters: UnsafeMutableBufferPointer<Float>, gradients: UnsafeMutableBufferPointer<Float>
  ) {
    guard let p = parameters.baseAddress, let g = gradients.baseAddress else { return }
    let count = parameters.count
    switch rule {
    case .sgd(let rate, 0):
      for i in 0..<count { p[i] -= rate * g[i] }
    case .sgd(let rate, let momentum):
      let v = first.base
      for i in 0..<count {
        v[i] = momentum * v[i] + g[i]
        p[i] -= rate * v[i]
      }
    case .adam(let rate, let beta1, let beta2, let epsilon):
      beginStep()
      adam(
        p, g, count: count, beta1: beta1, beta2: beta2, epsilon: epsilon,
        stepSize: Float(Double(rate) / (1 - power1)), root: Float((1 - power2).squareRoot()))
    }
  }

  private func adam(
    _ p: UnsafeMutablePointer<Float>, _ g: UnsafeMutablePointer<Float>, count: Int, beta1: Double, beta2: Double,
    epsilon: Float, stepSize: Float, root: Float
  ) {
    let m = first.base
    let v = second.base
    let keep1 = Float(beta1)
    let keep2 = Float(beta2)
    // From Double: in Float 1 − 0.999 is off by 1e-5, and the bias correction would not cancel it.
    let rest1 = Float(1 - beta1)
    let rest2 = Float(1 - beta2)
    let scale = 1 / root
    for i in 0..<count {
      let gradient = g[i]
      let mean = keep1 * m[i] + rest1 * gradient
      let square = keep2 * v[i] + rest2 * gradient * gradient
      m[i] = mean
      v[i] = square
      p[i] -= stepSize * mean / (square.squareRoot() * scale + epsilon)
    }
  }
}
