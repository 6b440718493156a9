/// The classifier that the federation trains.
public struct ModelSpec: Hashable, Sendable {
  /// The models there are.
  public enum Name: String, CaseIterable, Sendable {
    /// Fully connected layers with an activation between them.
    case mlp
    /// Three pairs of 3x3 convolutions (32, 64, 128 channels), max-pooling after each pair, dense 128: 550,570 parameters on
    /// cifar10.
    case vgg3
    /// LeNet-5 with max-pooling and ReLU (LeCun et al. 1998): 61,706 parameters on 28x28 grey images.
    case lenet5
    /// The layers that the spec lists.
    case layers
  }

  /// The model's name.
  public var name = Name.mlp
  /// Of `mlp`: widths of the hidden layers, input side first; [20] gives 784-20-10 on MNIST.
  public var hidden = [20]
  /// Of `mlp`: the activation after each hidden layer.
  public var activation = ActivationName.relu
  /// Of `layers`: the layers, input side first.
  public var layers: [LayerSpec] = []
  /// How the weights are drawn at first.
  public var initialisation = InitialisationName.kaimingUniform

  /// The 784-20-10 network of arXiv:2108.05670, on 28x28 images.
  public init() {}
}

/// One layer of a classifier.
public enum LayerSpec: Hashable, Sendable {
  /// `channels` squares of side `kernel` moved by `stride` over the image, which has `padding` zeros on each side.
  case convolution(channels: Int, kernel: Int, stride: Int = 1, padding: Int = 0, activation: ActivationName = .linear)
  /// The largest of each square of side `size`, moved by `stride`; rows and columns that fill no square are left out.
  case maxPool(size: Int, stride: Int)
  /// The image as a vector.
  case flatten
  /// Fully connected.
  case dense(outputs: Int, activation: ActivationName = .linear)

  /// The kind, as a spec writes it.
  public var kind: String {
    switch self {
    case .convolution: "convolution"
    case .maxPool: "maxPool"
    case .flatten: "flatten"
    case .dense: "dense"
    }
  }
}

extension ModelSpec {
  /// The layers of the classifier for a data set; those of `mlp` start with `flatten`.
  public func layers(for dataset: DatasetSpec) -> [LayerSpec] {
    let classes = dataset.classes
    switch name {
    case .mlp:
      return [.flatten] + hidden.map { .dense(outputs: $0, activation: activation) } + [.dense(outputs: classes)]
    case .vgg3:
      let pairs = [32, 64, 128].flatMap { channels -> [LayerSpec] in
        let convolution = LayerSpec.convolution(channels: channels, kernel: 3, padding: 1, activation: .relu)
        return [convolution, convolution, .maxPool(size: 2, stride: 2)]
      }
      return pairs + [.flatten, .dense(outputs: 128, activation: .relu), .dense(outputs: classes)]
    case .lenet5:
      // Made for 32x32: smaller images are padded.
      let padding = dataset.image.height < 32 ? 2 : 0
      return [
        .convolution(channels: 6, kernel: 5, padding: padding, activation: .relu), .maxPool(size: 2, stride: 2),
        .convolution(channels: 16, kernel: 5, activation: .relu), .maxPool(size: 2, stride: 2), .flatten,
        .dense(outputs: 120, activation: .relu), .dense(outputs: 84, activation: .relu), .dense(outputs: classes),
      ]
    case .layers:
      return layers
    }
  }
}
