internal import CKernels
internal import FeatherTensors

/// How a gradient becomes a step.
public enum StepRule: Hashable, Sendable {
  /// v = momentum · v + g; p −= learningRate · v. Heavy-ball momentum, v = 0 at first, as PyTorch's SGD.
  case sgd(learningRate: Float, momentum: Float)
  /// Adam with bias correction (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1).
  case adam(learningRate: Float, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Float = 1e-8)

  /// How many numbers the rule keeps for each parameter.
  public var moments: Int {
    switch self {
    case .sgd(_, let momentum): momentum == 0 ? 0 : 1
    case .adam: 2
    }
  }
}

/// A step rule with its state, allocated once.
public struct Optimizer: ~Copyable {
  /// The rule.
  public let rule: StepRule
  private let kernels: Kernels
  private let first: AlignedBuffer
  private let second: AlignedBuffer
  private var power1 = 1.0
  private var power2 = 1.0

  /// An optimiser for `count` parameters that has not stepped yet.
  public init(_ rule: StepRule, count: Int) {
    self.init(rule, count: count, kernels: .best)
  }

  init(_ rule: StepRule, count: Int, kernels: Kernels) {
    self.rule = rule
    self.kernels = kernels
    first = AlignedBuffer(count: rule.moments > 0 ? count : 0)
    second = AlignedBuffer(count: rule.moments > 1 ? count : 0)
  }

  /// Forgets all steps.
  public mutating func reset() {
    first.elements.update(repeating: 0)
    second.elements.update(repeating: 0)
    power1 = 1
    power2 = 1
  }

  /// Begins a step of `parameters`, which have the count given at first.
  ///
  /// - Returns: the rule for this step and what it writes.
  mutating func beginStep(_ parameters: UnsafeMutablePointer<Float>) -> DenseStack.Sink {
    DenseStack.Sink(
      rule: nextRule(),
      state: fw_state(
        weight: parameters, first: first.count == 0 ? nil : first.base, second: second.count == 0 ? nil : second.base))
  }

  private mutating func nextRule() -> fw_rule {
    var next = fw_rule()
    switch rule {
    case .sgd(let rate, let momentum):
      next.kind = momentum == 0 ? fw_rule_sgd : fw_rule_momentum
      next.rate = rate
      next.momentum = momentum
    case .adam(let rate, let beta1, let beta2, let epsilon):
      power1 *= beta1
      power2 *= beta2
      next.kind = fw_rule_adam
      // From Double: in Float 1 − 0.999 is off by 1e-5, and the bias correction would not cancel it.
      next.adam = fw_adam(
        beta1: Float(beta1), rest1: Float(1 - beta1), beta2: Float(beta2), rest2: Float(1 - beta2),
        step: Float(Double(rate) / (1 - power1)), scale: Float(1 / (1 - power2).squareRoot()), epsilon: epsilon)
    }
    return next
  }

  /// Moves `parameters` one step against `gradients`; both have the count given at first.
  public mutating func step(
    _ parameters: UnsafeMutableBufferPointer<Float>, gradients: UnsafeMutableBufferPointer<Float>
  ) {
    guard let base = parameters.baseAddress, let gradient = gradients.baseAddress else { return }
    let sink = beginStep(base)
    kernels.pointee.step(sink.rule, sink.state, gradient, parameters.count)
  }
}
