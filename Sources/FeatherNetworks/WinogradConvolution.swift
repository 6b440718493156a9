internal import CKernels
internal import FeatherTensors

/// A convolution with 3x3 squares that move by one pixel, computed by Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2015,
/// arXiv:1509.09308) with kernels of our own.
///
/// Images lie in blocks of sixteen channels. All instruction sets give the same bits, and so do all slices of a batch: the sums over
/// tiles and images go on from slice to slice.
final class WinogradConvolution {
  /// One thing to do.
  enum Pass {
    /// Once, before the first slice's forward pass.
    case transformWeights
    case forward
    /// Once, before the first slice's backward pass.
    case transformTurnedWeights
    /// Of the weights and the biases.
    case gradient
    /// Once, after the last slice's backward pass.
    case collectGradient
    case inputGradient
  }

  /// What the forward pass reads and writes.
  struct Arrays {
    let input: LaidOutArray
    /// Shape [outputs, inputs, 3, 3], plain.
    let weights: UnsafeMutablePointer<Float>
    /// Shape [outputs].
    let biases: UnsafeMutablePointer<Float>
    let output: LaidOutArray
  }

  /// What the backward pass reads and writes.
  struct Gradients {
    let output: LaidOutArray
    let weights: UnsafeMutablePointer<Float>
    let biases: UnsafeMutablePointer<Float>
    /// Nil where nobody asks for it.
    let input: LaidOutArray?
  }

  private let kernels: Kernels
  private let engine: OneDNNEngine
  private let arrays: Arrays
  private let gradients: Gradients?
  private let sizes: fw_winograd
  /// From the outputs' gradient to the inputs'.
  private let back: fw_winograd
  private let weights: fw_winograd_weights
  private let turnedWeights: fw_winograd_weights
  private let transformed: AlignedBuffer
  private let transformedBack: AlignedBuffer
  private let transformedGradient: AlignedBuffer

  /// - Parameters:
  ///   - padding: lines of zeros around an image.
  ///   - gradients: nil for inference.
  ///   - engine: its scratchpad is used.
  init(_ arrays: Arrays, _ gradients: Gradients?, padding: Int, _ engine: OneDNNEngine, _ kernels: Kernels) {
    self.kernels = kernels
    self.engine = engine
    self.arrays = arrays
    self.gradients = gradients
    let (source, destination) = (arrays.input.layout.shape, arrays.output.layout.shape)
    func planes(_ shape: [Int]) -> fw_planes { fw_planes(channels: shape[1], height: shape[2], width: shape[3]) }
    sizes = fw_winograd(
      images: source[0], source: planes(source), destination: planes(destination), padding: padding)
    back = fw_winograd(
      images: source[0], source: planes(destination), destination: planes(source), padding: 2 - padding)
    weights = fw_winograd_weights(outputs: destination[1], inputs: source[1], is_turned: false)
    turnedWeights = fw_winograd_weights(outputs: destination[1], inputs: source[1], is_turned: true)
    let room = fw_winograd_room(weights)
    transformed = AlignedBuffer(count: room)
    transformedBack = AlignedBuffer(count: gradients?.input == nil ? 0 : room)
    transformedGradient = AlignedBuffer(count: gradients == nil ? 0 : room)
    engine.reserveScratchpad(fw_winograd_scratch(sizes))
  }

  func run(_ pass: Pass, slice: Int) {
    let kernels = kernels.pointee
    switch pass {
    case .transformWeights:
      kernels.winograd_weights(weights, arrays.weights, transformed.base)
    case .forward:
      kernels.winograd_convolve(
        sizes, arrays.input.base(slice), transformed.base, arrays.biases, arrays.output.base(slice), engine.scratchpad)
    case .transformTurnedWeights:
      kernels.winograd_weights(turnedWeights, arrays.weights, transformedBack.base)
    case .gradient:
      let gradients = ofTraining
      kernels.winograd_differentiate(
        sizes, arrays.input.base(slice), gradients.output.base(slice), slice > 0, transformedGradient.base,
        gradients.biases, engine.scratchpad)
    case .collectGradient:
      kernels.winograd_gradient(weights, transformedGradient.base, ofTraining.weights)
    case .inputGradient:
      let gradients = ofTraining
      guard let input = gradients.input else { preconditionFailure("nobody asked for the inputs' gradient") }
      kernels.winograd_convolve(
        back, gradients.output.base(slice), transformedBack.base, nil, input.base(slice), engine.scratchpad)
    }
  }

  private var ofTraining: Gradients {
    guard let gradients else { preconditionFailure("a network for inference has no gradients") }
    return gradients
  }
}
