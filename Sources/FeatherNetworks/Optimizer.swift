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

/// What is added to a gradient g before the step rule uses it; momentum and Adam's moments are of the sum.
public struct GradientPull: Sendable {
  /// What is added is rate · (share · w − vector), where w are the weights that the gradient is taken at.
  let rate: Float
  let share: Float
  /// Shape [P].
  let vector: [Float]

  /// Adds factor · (w − anchor), which is zero, to the bit, where the weights are the anchor's.
  ///
  /// FedProx (Li et al. 2020, arXiv:1812.06127, section 3.2): the gradient of mu / 2 · |w − global|², with mu for `factor`. As
  /// mu · w − mu · global it would leave a rounding there, which Adam takes for a direction where g itself is zero.
  /// - Parameter anchor: shape [P].
  public init(towards anchor: [Float], factor: Float) {
    (rate, share, vector) = (factor, 1, anchor)
  }

  /// Adds pull + shrink · w.
  ///
  /// SCAFFOLD (Karimireddy et al. 2020, arXiv:1910.06378, algorithm 1): shrink = 0, and `pull` is c − cᵢ, the server's control
  /// variate less the client's.
  /// - Parameter pull: shape [P].
  public init(shrink: Float, pull: [Float]) {
    (rate, share, vector) = (-1, -shrink, pull)
  }
}

/// A step rule with its state, allocated once; room for a pull is taken when one is first given.
public struct Optimizer: ~Copyable {
  /// The rule.
  public let rule: StepRule
  private let kernels: Kernels
  private let first: AlignedBuffer
  private let second: AlignedBuffer
  private let count: Int
  /// The rate and the share of the pull; nil where there is none.
  private var pullBy: (rate: Float, share: Float)?
  private var pull = AlignedBuffer(count: 0)
  /// The step size in place of the rule's.
  private var learningRate: Float?
  private var power1 = 1.0
  private var power2 = 1.0

  /// An optimiser for `count` parameters that has not stepped yet.
  public init(_ rule: StepRule, count: Int) {
    self.init(rule, count: count, kernels: .best)
  }

  init(_ rule: StepRule, count: Int, kernels: Kernels) {
    self.rule = rule
    self.count = count
    self.kernels = kernels
    first = AlignedBuffer(count: rule.moments > 0 ? count : 0)
    second = AlignedBuffer(count: rule.moments > 1 ? count : 0)
  }

  /// Forgets all steps.
  ///
  /// - Parameters:
  ///   - pull: what is added to every gradient until the next reset; nil adds nothing.
  ///   - learningRate: the step size until the next reset; nil is the rule's.
  public mutating func reset(pull: GradientPull? = nil, learningRate: Float? = nil) {
    first.elements.update(repeating: 0)
    second.elements.update(repeating: 0)
    power1 = 1
    power2 = 1
    self.learningRate = learningRate
    pullBy = pull.map { ($0.rate, $0.share) }
    guard let pull else { return }
    if self.pull.count != count { self.pull = AlignedBuffer(count: count) }
    self.pull.assign(pull.vector)
  }

  /// Begins a step of `parameters`, which have the count given at first.
  ///
  /// - Returns: the rule for this step and what it writes.
  mutating func beginStep(_ parameters: UnsafeMutablePointer<Float>) -> DenseStack.Sink {
    DenseStack.Sink(
      rule: nextRule(),
      state: fw_state(
        weight: parameters, first: first.count == 0 ? nil : first.base, second: second.count == 0 ? nil : second.base,
        pull: pullBy == nil ? nil : UnsafePointer(pull.base)))
  }

  private mutating func nextRule() -> fw_rule {
    var next = fw_rule()
    (next.pull_rate, next.pull_share) = pullBy ?? (0, 0)
    switch rule {
    case .sgd(let rate, let momentum):
      next.kind = momentum == 0 ? fw_rule_sgd : fw_rule_momentum
      next.rate = learningRate ?? rate
      next.momentum = momentum
    case .adam(let rate, let beta1, let beta2, let epsilon):
      power1 *= beta1
      power2 *= beta2
      next.kind = fw_rule_adam
      // From Double: in Float 1 − 0.999 is off by 1e-5, and the bias correction would not cancel it.
      next.adam = fw_adam(
        beta1: Float(beta1), rest1: Float(1 - beta1), beta2: Float(beta2), rest2: Float(1 - beta2),
        step: Float(Double(learningRate ?? rate) / (1 - power1)), scale: Float(1 / (1 - power2).squareRoot()),
        epsilon: epsilon)
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
