/// The shape of one image.
public struct ImageShape: Hashable, Sendable {
  /// Channels: 1 of grey images, 3 of colour ones.
  public var channels: Int
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// [channels, height, width], the order in memory.
  public var dimensions: [Int] { [channels, height, width] }
  /// Numbers per image.
  public var count: Int { channels * height * width }
}

extension DatasetSpec.Name {
  /// The shape of an image.
  public var image: ImageShape {
    switch self {
    case .syntheticDigits, .mnist, .fashionMNIST: ImageShape(channels: 1, height: 28, width: 28)
    case .syntheticColours, .cifar10: ImageShape(channels: 3, height: 32, width: 32)
    }
  }
}

extension DatasetSpec {
  /// The shape of an image.
  public var image: ImageShape { name.image }

  /// The number of classes.
  public var classes: Int { 10 }

  /// The length of an image's vector, and the number of classes.
  public var shape: (inputs: Int, classes: Int) { (inputs: image.count, classes: classes) }

  /// How many training and test samples there are at most.
  var maximum: (train: Int, test: Int) {
    switch name {
    case .syntheticDigits, .syntheticColours: (train: 10_000_000, test: 10_000_000)
    case .mnist, .fashionMNIST: (train: 60_000, test: 10_000)
    case .cifar10: (train: 50_000, test: 10_000)
    }
  }
}

extension ModelSizes {
  /// The sizes that a configuration gives, counted without building anything.
  ///
  /// `Int.max` where they are beyond counting or the layers do not fit each other.
  public init(of spec: RunSpec) {
    let layers = spec.model.layers(for: spec.dataset)
    let model = LayerSpec.parameters(of: layers, input: spec.dataset.image.dimensions) ?? Int.max
    switch spec.codec {
    case .identity:
      self.init(model: model, latent: model)
    case .autoencoder(let settings):
      let widths = [model] + settings.hidden + [settings.latent]
      self.init(
        model: model, encoder: Self.dense(widths), decoder: Self.dense(widths.reversed()), latent: settings.latent)
    }
  }

  /// Weights and biases of fully connected layers between these widths; `Int.max` where that does not fit an `Int`.
  private static func dense(_ widths: [Int]) -> Int {
    var total = 0
    for (inputs, outputs) in zip(widths, widths.dropFirst()) {
      let (weights, overflow) = inputs.multipliedReportingOverflow(by: outputs)
      let (layer, overflow2) = weights.addingReportingOverflow(outputs)
      let (sum, overflow3) = total.addingReportingOverflow(layer)
      guard !overflow, !overflow2, !overflow3 else { return Int.max }
      total = sum
    }
    return total
  }
}
