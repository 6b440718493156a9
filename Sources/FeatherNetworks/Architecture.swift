public import FeatherTensors

/// The non-linearity between two dense layers, applied element by element.
public enum Activation: UInt8, CaseIterable, Hashable, Sendable {
  /// x itself.
  case linear = 0
  /// max(0, x).
  case relu = 1
  /// x where positive, 0.01 x elsewhere.
  case leakyRelu = 2
  /// The hyperbolic tangent.
  case tanh = 3
  /// 1 / (1 + exp(−x)).
  case sigmoid = 4
}

/// What a network's output is compared with and how.
public enum Loss: Hashable, Sendable {
  /// Mean over the batch of −log softmax(output)[label], in nats.
  case softmaxCrossEntropy
  /// Mean over batch and outputs of (output − target)².
  case meanSquaredError
}

/// How weights are drawn at first; biases start at zero.
public enum Initialisation: Hashable, Sendable {
  /// Uniform on ±sqrt(6 / fan-in) (He et al. 2015, arXiv:1502.01852).
  case kaimingUniform
  /// Normal with variance 2 / fan-in (He et al. 2015).
  case kaimingNormal
  /// Uniform on ±sqrt(6 / (fan-in + fan-out)) (Glorot and Bengio 2010).
  case glorotUniform
  /// Normal with variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010).
  case glorotNormal
}

/// A dense layer with its activation: output = activation(weight · input + bias).
public struct DenseLayer: Hashable, Sendable {
  /// Number of outputs.
  public var outputs: Int
  /// Applied to the outputs.
  public var activation: Activation

  /// A dense layer.
  public init(outputs: Int, activation: Activation) {
    self.outputs = outputs
    self.activation = activation
  }
}

/// A named slice of a parameter vector.
public struct ParameterBlock: Hashable, Sendable {
  /// The name, such as `dense1.weight`.
  public let name: String
  /// The first element's index.
  public let offset: Int
  /// The shape, row-major: [outputs, inputs] for a weight, [outputs] for a bias.
  public let shape: [Int]
  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }
}

/// The layers of a fully connected network, and where each one's parameters lie in the one parameter vector.
///
/// Weights are row-major [outputs, inputs], each followed by its bias, input side first: PyTorch's order for a `Sequential` of `Linear`.
public struct Architecture: Hashable, Sendable {
  /// Number of inputs.
  public let inputs: Int
  /// The layers, input side first.
  public let layers: [DenseLayer]

  /// A network of at least one layer.
  public init(inputs: Int, layers: [DenseLayer]) {
    precondition(inputs > 0 && !layers.isEmpty && layers.allSatisfy { $0.outputs > 0 }, "widths are positive")
    self.inputs = inputs
    self.layers = layers
  }

  /// A multilayer perceptron: `activation` after each hidden layer, a linear output.
  public init(inputs: Int, hidden: [Int], activation: Activation, outputs: Int) {
    self.init(
      inputs: inputs,
      layers: hidden.map { DenseLayer(outputs: $0, activation: activation) }
        + [DenseLayer(outputs: outputs, activation: .linear)])
  }

  /// Number of outputs.
  public var outputs: Int { layers[layers.count - 1].outputs }

  /// All widths, the inputs' first.
  public var widths: [Int] { [inputs] + layers.map(\.outputs) }

  /// Length of the parameter vector.
  public var parameterCount: Int {
    zip(widths, layers).reduce(0) { $0 + ($1.0 + 1) * $1.1.outputs }
  }

  /// The slices of the parameter vector, in order.
  public var blocks: [ParameterBlock] {
    var offset = 0
    var blocks: [ParameterBlock] = []
    for (number, (inputs, layer)) in zip(widths, layers).enumerated() {
      let weight = ParameterBlock(name: "dense\(number + 1).weight", offset: offset, shape: [layer.outputs, inputs])
      let bias = ParameterBlock(
        name: "dense\(number + 1).bias", offset: offset + weight.count, shape: [layer.outputs])
      blocks += [weight, bias]
      offset = bias.offset + bias.count
    }
    return blocks
  }

  /// Draws a parameter vector, shape [parameterCount]: weights by `scheme` in the vector's order, biases zero.
  public func initialParameters(_ scheme: Initialisation, stream: inout RandomStream) -> [Float] {
    var parameters = [Float](repeating: 0, count: parameterCount)
    for block in blocks where block.shape.count == 2 {
      let fanOut = Double(block.shape[0])
      let fanIn = Double(block.shape[1])
      let range = block.offset..<block.offset + block.count
      switch scheme {
      case .kaimingUniform: fillUniform(&parameters, range, bound: (6 / fanIn).squareRoot(), &stream)
      case .glorotUniform: fillUniform(&parameters, range, bound: (6 / (fanIn + fanOut)).squareRoot(), &stream)
      case .kaimingNormal: fillNormal(&parameters, range, deviation: (2 / fanIn).squareRoot(), &stream)
      case .glorotNormal: fillNormal(&parameters, range, deviation: (2 / (fanIn + fanOut)).squareRoot(), &stream)
      }
    }
    return parameters
  }

  private func fillUniform(_ p: inout [Float], _ range: Range<Int>, bound: Double, _ stream: inout RandomStream) {
    for i in range { p[i] = Float(bound) * (2 * stream.uniformFloat() - 1) }
  }

  private func fillNormal(_ p: inout [Float], _ range: Range<Int>, deviation: Double, _ stream: inout RandomStream) {
    for i in range { p[i] = Float(deviation * stream.normal()) }
  }
}
