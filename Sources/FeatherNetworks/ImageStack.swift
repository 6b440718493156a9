internal import FeatherTensors

/// The layers of a network that see images, up to the flatten, compiled for one batch size.
///
/// Images come and go channel by channel, row by row; in between, the library keeps them in the layout that it likes best. Weights are
/// copied from the plain parameter vector in every forward pass and gradients to theirs in every backward pass. Only whole batches are
/// computed: rows that a smaller batch leaves are zero, and so are their gradients.
struct ImageStack {
  /// One thing to do, in order.
  enum Step {
    case run(Operation)
    case activate(Activation, LaidOutArray)
    case differentiate(Activation, gradient: LaidOutArray, output: LaidOutArray)
  }

  /// The network's memory that a stack reads and writes; it outlives the stack.
  struct Memory {
    /// Shape [batch, channels, height, width].
    let inputs: UnsafeMutablePointer<Float>
    /// The whole parameter vector.
    let parameters: UnsafeMutablePointer<Float>
    /// The whole gradient vector.
    let gradients: UnsafeMutablePointer<Float>
    /// The flattened outputs, shape [batch, features].
    let features: UnsafeMutablePointer<Float>
    /// The loss's gradient with respect to them, the same shape.
    let featureGradients: UnsafeMutablePointer<Float>
  }

  private let forwardSteps: [Step]
  private let backwardSteps: [Step]

  /// Compiles the first `layers` layers of `architecture`; `gradients` and `featureGradients` are only touched for training.
  init(
    _ architecture: Architecture, layers: Int, batch: Int, forTraining: Bool, memory: Memory
  ) throws(NetworkError) {
    var compiler = try ImageStackCompiler(architecture, batch: batch, forTraining: forTraining, memory: memory)
    for index in 0..<layers { try compiler.add(index) }
    try compiler.finish()
    forwardSteps = compiler.forwardSteps
    backwardSteps = compiler.backwardSteps
  }

  /// Computes the features from the inputs.
  func forward() { Self.execute(forwardSteps) }

  /// Computes the gradients of all weights and biases from the features' gradients.
  func backward() { Self.execute(backwardSteps) }

  private static func execute(_ steps: [Step]) {
    for step in steps {
      switch step {
      case .run(let operation):
        operation.execute()
      case .activate(let activation, let array):
        ElementwiseKernels.apply(activation, array.base, count: array.layout.count)
      case .differentiate(let activation, let gradient, let output):
        ElementwiseKernels.applyDerivative(
          activation, delta: gradient.base, output: output.base, count: output.layout.count)
      }
    }
  }
}
