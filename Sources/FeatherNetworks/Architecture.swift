public import FeatherTensors

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

/// A named slice of a parameter vector.
public struct ParameterBlock: Hashable, Sendable {
  /// The name, such as `dense1.weight`.
  public let name: String
  /// The first element's index.
  public let offset: Int
  /// The shape, row-major: [outputs, inputs] or [outputs, inputs, height, width] for a weight, [outputs] for a bias.
  public let shape: [Int]
  /// Number of elements.
  public var count: Int { shape.reduce(1, *) }
}

/// A list of layers that fit each other, and where each one's parameters lie in the one parameter vector.
///
/// Weights are row-major, [outputs, inputs] or [outputs, inputs, height, width], each followed by its bias, input side first: PyTorch's
/// order for a `Sequential`.
public struct Architecture: Hashable, Sendable {
  /// The shape of one input.
  public let input: SampleShape
  /// The layers, input side first.
  public let layers: [Layer]
  /// The shape of one sample after each layer.
  public let shapes: [SampleShape]
  /// How the convolutions are computed, which decides the last bits of what they give.
  public var convolution = ConvolutionAlgorithm.auto

  /// A network of any layers.
  ///
  /// - Throws: `NetworkError` when a layer does not fit its input, naming the layer and both shapes.
  public init(input: SampleShape, layers: [Layer]) throws(NetworkError) {
    self.input = input
    self.layers = layers
    shapes = try LayerShapes.outputs(of: layers, names: Self.names(of: layers), input: input)
  }

  /// A network of at least one dense layer and no other.
  public init(inputs: Int, layers: [DenseLayer]) {
    precondition(inputs > 0 && !layers.isEmpty && layers.allSatisfy { $0.outputs > 0 }, "widths are positive")
    input = .vector(inputs)
    self.layers = layers.map { .dense(outputs: $0.outputs, activation: $0.activation) }
    shapes = layers.map { .vector($0.outputs) }
  }

  /// A multilayer perceptron: `activation` after each hidden layer, a linear output.
  public init(inputs: Int, hidden: [Int], activation: Activation, outputs: Int) {
    self.init(
      inputs: inputs,
      layers: hidden.map { DenseLayer(outputs: $0, activation: activation) }
        + [DenseLayer(outputs: outputs, activation: .linear)])
  }

  /// Number of inputs.
  public var inputs: Int { input.count }

  /// Number of outputs.
  public var outputs: Int { shapes[shapes.count - 1].count }

  /// Elements of one sample before the first layer and after each.
  public var widths: [Int] { [inputs] + shapes.map(\.count) }

  /// The dense layers, input side first.
  public var denseLayers: [DenseLayer] {
    layers.compactMap {
      guard case .dense(let outputs, let activation) = $0 else { return nil }
      return DenseLayer(outputs: outputs, activation: activation)
    }
  }

  /// What each layer is called: `conv1`, `pool1`, `conv2`, `flatten1`, `dense1`…, each kind counted from 1.
  public var layerNames: [String] { Self.names(of: layers) }

  private static func names(of layers: [Layer]) -> [String] {
    layers.indices.map { index in
      "\(layers[index].kind)\(layers[...index].count { $0.kind == layers[index].kind })"
    }
  }

  /// Length of the parameter vector.
  public var parameterCount: Int { blocks.reduce(0) { $0 + $1.count } }

  /// The slices of the parameter vector, in order.
  public var blocks: [ParameterBlock] {
    var offset = 0
    var blocks: [ParameterBlock] = []
    for (index, name) in layerNames.enumerated() {
      let shape = index == 0 ? input : shapes[index - 1]
      for part in layers[index].parameterShapes(input: shape) {
        let block = ParameterBlock(name: "\(name).\(part.name)", offset: offset, shape: part.shape)
        blocks.append(block)
        offset += block.count
      }
    }
    return blocks
  }

  /// Draws a parameter vector, shape [parameterCount]: weights by `scheme` in the vector's order, biases zero.
  public func initialParameters(_ scheme: Initialisation, stream: inout RandomStream) -> [Float] {
    var parameters = [Float](repeating: 0, count: parameterCount)
    parameters.withUnsafeMutableBufferPointer { draw(into: $0, scheme, stream: &stream) }
    return parameters
  }

  /// The same into a vector that is there already.
  func draw(into parameters: UnsafeMutableBufferPointer<Float>, _ scheme: Initialisation, stream: inout RandomStream) {
    for block in blocks {
      let values = UnsafeMutableBufferPointer(rebasing: parameters[block.offset..<block.offset + block.count])
      guard block.shape.count > 1 else {
        values.update(repeating: 0)
        continue
      }
      // Of a convolution, every place of the kernel counts: inputs or outputs times height times width.
      let fanOut = Double(block.count / block.shape[1])
      let fanIn = Double(block.count / block.shape[0])
      switch scheme {
      case .kaimingUniform: fillUniform(values, bound: (6 / fanIn).squareRoot(), &stream)
      case .glorotUniform: fillUniform(values, bound: (6 / (fanIn + fanOut)).squareRoot(), &stream)
      case .kaimingNormal: fillNormal(values, deviation: (2 / fanIn).squareRoot(), &stream)
      case .glorotNormal: fillNormal(values, deviation: (2 / (fanIn + fanOut)).squareRoot(), &stream)
      }
    }
  }

  private func fillUniform(_ values: UnsafeMutableBufferPointer<Float>, bound: Double, _ stream: inout RandomStream) {
    for i in values.indices { values[i] = Float(bound) * (2 * stream.uniformFloat() - 1) }
  }

  private func fillNormal(
    _ values: UnsafeMutableBufferPointer<Float>, deviation: Double, _ stream: inout RandomStream
  ) {
    for i in values.indices { values[i] = Float(deviation * stream.normal()) }
  }
}
