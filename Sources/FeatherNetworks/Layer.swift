/// The non-linearity after a layer, applied element by element.
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

/// One layer of a network.
public enum Layer: Hashable, Sendable {
  /// Fully connected: a vector in, `outputs` numbers out.
  case dense(outputs: Int, activation: Activation)
  /// Cross-correlation of an image with `channels` kernels of side `kernel`, moved by `stride` pixels, over an image with `padding`
  /// zeros on each side; PyTorch's `Conv2d` with its activation.
  case convolution(channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, activation: Activation)
  /// The largest of each square of side `size`, moved by `stride` pixels; rows and columns that fill no square are left out.
  case maxPool(size: Int, stride: Int)
  /// An image as a vector: channel by channel, row by row.
  case flatten

  /// The parameters' shapes for an input of `shape`, weight first: PyTorch's order.
  func parameterShapes(input shape: SampleShape) -> [(name: String, shape: [Int])] {
    switch self {
    case .dense(let outputs, _):
      [("weight", [outputs, shape.count]), ("bias", [outputs])]
    case .convolution(let channels, let kernel, _, _, _):
      [("weight", [channels, shape.dimensions[0], kernel, kernel]), ("bias", [channels])]
    case .maxPool, .flatten: []
    }
  }

  /// What the layer is called, before its number.
  var kind: String {
    switch self {
    case .dense: "dense"
    case .convolution: "conv"
    case .maxPool: "pool"
    case .flatten: "flatten"
    }
  }
}

/// The shape of one sample between two layers.
public enum SampleShape: Hashable, Sendable, CustomStringConvertible {
  /// That many numbers.
  case vector(Int)
  /// Channel by channel, row by row: [channels, height, width].
  case image(channels: Int, height: Int, width: Int)

  /// The sizes, slowest first.
  public var dimensions: [Int] {
    switch self {
    case .vector(let count): [count]
    case .image(let channels, let height, let width): [channels, height, width]
    }
  }

  /// Number of elements.
  public var count: Int {
    switch self {
    case .vector(let count): count
    case .image(let channels, let height, let width): channels * height * width
    }
  }

  /// The sizes in brackets, such as `[3, 32, 32]`.
  public var description: String { "\(dimensions)" }
}
