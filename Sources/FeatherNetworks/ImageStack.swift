internal import CKernels
internal import FeatherTensors

/// The layers of a network that see images, up to the flatten, compiled for one batch size.
///
/// Images come and go channel by channel, row by row; in between, the library keeps them in the layout that it likes best. A batch is
/// computed in slices of at most 16 images, whose arrays stay in the caches from layer to layer; the gradients of weights and biases are
/// summed slice by slice, the first one first. Weights are copied from the plain parameter vector once in every pass. Only whole slices
/// are computed: rows that a smaller batch leaves are zero, and so are their gradients.
struct ImageStack {
  /// One thing to do, in order.
  enum Step {
    case run(Operation)
    case winograd(WinogradConvolution, WinogradConvolution.Pass)
    case activate(Activation, LaidOutArray)
    case differentiate(Activation, gradient: LaidOutArray, output: LaidOutArray)
    case pool(MaxPool)
    case unpool(MaxPool, gradient: LaidOutArray, inputGradient: LaidOutArray)
    /// Sets the sum to the part in the first slice, and adds the part to it in the others.
    case accumulate(LaidOutArray, into: LaidOutArray)
  }

  /// Everything that is done in a batch.
  struct Steps {
    /// Once, before the first slice's forward pass.
    var beforeForward: [Step] = []
    /// For each slice.
    var forward: [Step] = []
    /// Once, before the first slice's backward pass.
    var beforeBackward: [Step] = []
    /// For each slice, the last layer's first.
    var backward: [Step] = []
    /// Once, after the last slice's backward pass.
    var afterBackward: [Step] = []
  }

  /// The network's memory that a stack reads and writes; it outlives the stack.
  ///
  /// Where there is a row per image, there are `room(for:)` rows.
  struct Memory {
    /// Shape [rows, channels, height, width].
    let inputs: UnsafeMutablePointer<Float>
    /// The whole parameter vector.
    let parameters: UnsafeMutablePointer<Float>
    /// The whole gradient vector.
    let gradients: UnsafeMutablePointer<Float>
    /// The flattened outputs, shape [rows, features].
    let features: UnsafeMutablePointer<Float>
    /// The loss's gradient with respect to them, the same shape.
    let featureGradients: UnsafeMutablePointer<Float>
  }

  /// What ran each convolution, such as `conv1 direct, conv2 winograd`.
  let convolutions: String
  private let steps: Steps
  private let memory: Memory
  private let slice: Int
  /// Floats of one image before the first layer and after the last.
  private let widths: (input: Int, output: Int)

  /// Images of a slice: as many as keep their arrays in the cache, and enough for the library's kernels.
  static func slice(of batch: Int) -> Int { min(batch, 16) }

  /// Rows that a batch takes in memory: whole slices.
  static func room(for batch: Int) -> Int {
    let slice = slice(of: batch)
    return (batch + slice - 1) / slice * slice
  }

  /// Compiles the first `layers` layers of `architecture`; `gradients` and `featureGradients` are only touched for training.
  init(
    _ architecture: Architecture, layers: Int, batch: Int, forTraining: Bool, memory: Memory, kernels: Kernels
  ) throws(NetworkError) {
    var compiler = try ImageStackCompiler(
      architecture, batch: batch, forTraining: forTraining, memory: memory, kernels: kernels)
    for index in 0..<layers { try compiler.add(index) }
    try compiler.finish()
    convolutions = compiler.convolutions.joined(separator: ", ")
    steps = compiler.steps
    self.memory = memory
    slice = Self.slice(of: batch)
    widths = (architecture.inputs, architecture.widths[layers])
  }

  /// Computes the features of the first `rows` inputs.
  func forward(rows: Int) {
    let slices = clear(memory.inputs, from: rows, width: widths.input)
    Self.execute(steps.beforeForward, slice: 0)
    for slice in 0..<slices { Self.execute(steps.forward, slice: slice) }
  }

  /// Computes the gradients of all weights and biases from the gradients of the first `rows` features.
  func backward(rows: Int) {
    let slices = clear(memory.featureGradients, from: rows, width: widths.output)
    Self.execute(steps.beforeBackward, slice: 0)
    for slice in 0..<slices { Self.execute(steps.backward, slice: slice) }
    Self.execute(steps.afterBackward, slice: 0)
  }

  /// Clears what `rows` rows leave of the last slice, so that it adds nothing to any sum.
  ///
  /// - Returns: how many slices they take.
  private func clear(_ array: UnsafeMutablePointer<Float>, from rows: Int, width: Int) -> Int {
    let slices = (rows + slice - 1) / slice
    (array + rows * width).update(repeating: 0, count: (slices * slice - rows) * width)
    return slices
  }

  private static func execute(_ steps: [Step], slice: Int) {
    for step in steps {
      switch step {
      case .run(let operation):
        operation.execute(slice: slice)
      case .winograd(let convolution, let pass):
        convolution.run(pass, slice: slice)
      case .activate(let activation, let array):
        ElementwiseKernels.apply(activation, array.base(slice), count: array.layout.count)
      case .differentiate(let activation, let gradient, let output):
        ElementwiseKernels.applyDerivative(
          activation, delta: gradient.base(slice), output: output.base(slice), count: output.layout.count)
      case .pool(let pool):
        pool.forward(slice: slice)
      case .unpool(let pool, let gradient, let inputGradient):
        pool.backward(slice: slice, gradient: gradient, inputGradient: inputGradient)
      case .accumulate(let part, let sum):
        let (part, total, count) = (part.base(slice), sum.base(slice), sum.layout.count)
        guard slice > 0 else {
          total.update(from: part, count: count)
          continue
        }
        fw_add(total, part, count)
      }
    }
  }
}
