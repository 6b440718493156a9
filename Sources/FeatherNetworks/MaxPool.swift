internal import CKernels

/// A max-pool between two arrays of the same layout, with the ReLU that stood before it.
///
/// ReLU and maximum change places: the largest of the rectified is the rectified largest, and a quarter of the elements is rectified.
struct MaxPool {
  let input: LaidOutArray
  let output: LaidOutArray
  let isRectified: Bool
  private let sizes: fw_pool

  /// - Parameter input: in one of the layouts that `Layout.lanes` knows.
  init(from input: LaidOutArray, to output: LaidOutArray, lanes: Int, side: Int, stride: Int, isRectified: Bool) {
    self.input = input
    self.output = output
    self.isRectified = isRectified
    let shape = input.layout.shape
    let result = output.layout.shape
    sizes = fw_pool(
      planes: input.layout.count / (shape[2] * shape[3] * lanes), height: shape[2], width: shape[3], lanes: lanes,
      output_height: result[2], output_width: result[3], side: side, stride: stride)
  }

  func forward(slice: Int) {
    fw_pool_forward(sizes, input.base(slice), output.base(slice), isRectified ? 1 : 0)
  }

  /// Computes the gradient at the input from that at the output.
  func backward(slice: Int, gradient: LaidOutArray, inputGradient: LaidOutArray) {
    let arrays = fw_pool_arrays(
      input: input.base(slice), output: output.base(slice), delta: gradient.base(slice),
      gradient: inputGradient.base(slice))
    fw_pool_backward(sizes, arrays, isRectified ? 1 : 0)
  }
}
