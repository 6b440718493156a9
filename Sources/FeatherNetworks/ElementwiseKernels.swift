internal import CKernels
internal import FeatherTensors

/// Element-by-element kernels on contiguous floats; each element is computed alone, so that no order of operations matters.
enum ElementwiseKernels {
  static func apply(
    _ activation: Activation, _ x: UnsafeMutablePointer<Float>, count: Int, _ kernels: Kernels = .best
  ) {
    switch activation {
    case .linear: break
    case .relu: kernels.pointee.rectify(x, count, 0)
    case .leakyRelu: kernels.pointee.rectify(x, count, 0.01)
    case .tanh:
      for i in 0..<count { x[i] = tanh(x[i]) }
    case .sigmoid:
      for i in 0..<count { x[i] = sigmoid(x[i]) }
    }
  }

  /// `delta` *= activation's derivative, expressed through the activation's output `y`.
  static func applyDerivative(
    _ activation: Activation, delta: UnsafeMutablePointer<Float>, output y: UnsafePointer<Float>, count: Int,
    _ kernels: Kernels = .best
  ) {
    switch activation {
    case .linear: break
    case .relu: kernels.pointee.rectify_back(delta, y, count, 0)
    case .leakyRelu: kernels.pointee.rectify_back(delta, y, count, 0.01)
    case .tanh:
      for i in 0..<count { delta[i] *= 1 - y[i] * y[i] }
    case .sigmoid:
      for i in 0..<count { delta[i] *= y[i] * (1 - y[i]) }
    }
  }

  static func tanh(_ x: Float) -> Float {
    let magnitude = Swift.min(Double(abs(x)), 20)
    guard magnitude >= 1e-4 else { return x }
    let e = ReproducibleMath.exp(-2 * magnitude)
    let y = Float((1 - e) / (1 + e))
    return x.isNaN ? x : x < 0 ? -y : y
  }

  static func sigmoid(_ x: Float) -> Float {
    Float(1 / (1 + ReproducibleMath.exp(-Double(x))))
  }
}
