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
      power1 *= beta1
      power2 *= beta2
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
