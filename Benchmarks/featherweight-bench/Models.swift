import FeatherDatasets
import FeatherNetworks
import FeatherTensors

/// The networks of the workloads.
enum Models {
  /// The classifier of arXiv:2108.05670 for MNIST: 15,910 parameters.
  static let mlp = Architecture(inputs: 784, hidden: [20], activation: .relu, outputs: 10)

  /// The model `vgg3` on 32x32 colour images: 550,570 parameters.
  static func vgg3() throws -> Architecture {
    let pairs = [32, 64, 128].flatMap { channels -> [Layer] in
      let convolution = Layer.convolution(channels: channels, kernel: 3, padding: 1, activation: .relu)
      return [convolution, convolution, .maxPool(size: 2, stride: 2)]
    }
    return try Architecture(
      input: .image(channels: 3, height: 32, width: 32),
      layers: pairs + [
        .flatten, .dense(outputs: 128, activation: .relu), .dense(outputs: 10, activation: .linear),
      ])
  }

  /// The autoencoder of arXiv:2108.05670: one layer to the latent and one back.
  static func autoencoder(of parameters: Int, latent: Int) -> Architecture {
    Architecture(inputs: parameters, hidden: [latent], activation: .relu, outputs: parameters)
  }

  /// Vectors like a training's snapshots: weights with a small difference each, flattened.
  static func snapshots(_ count: Int, of model: Architecture) -> [Float] {
    var stream = RandomStream(seed: 1, purpose: .prepass)
    let weights = model.initialParameters(.kaimingUniform, stream: &stream)
    return (0..<count).flatMap { _ in weights.map { $0 + 0.02 * (stream.uniformFloat() - 0.5) } }
  }

  /// Floating-point operations of a training step per sample: every weight is used in the forward pass and in its own gradient, and
  /// beyond the first layer in its inputs' gradient as well; two operations each.
  static func trainingOperations(_ model: Architecture) -> Double {
    var operations = 0.0
    var isFirst = true
    for (index, layer) in model.layers.enumerated() {
      guard let products = products(of: layer, in: model, at: index) else { continue }
      operations += 2 * Double(products) * (isFirst ? 2 : 3)
      isFirst = false
    }
    return operations
  }

  /// Multiplications of a layer's forward pass for one sample; nil for layers without weights.
  private static func products(of layer: Layer, in model: Architecture, at index: Int) -> Int? {
    let input = index == 0 ? model.input : model.shapes[index - 1]
    switch layer {
    case .dense(let outputs, _): return outputs * input.count
    case .convolution(_, let kernel, _, _, _):
      return model.shapes[index].count * input.dimensions[0] * kernel * kernel
    case .maxPool, .flatten: return nil
    }
  }
}

extension Setting {
  /// The digits for others, once for all workloads.
  func dumpDigits(to folder: DumpFolder) throws {
    guard !digitsAreDumped else { return }
    digitsAreDumped = true
    let splits = try digits.get()
    let own = try folder.folder("digits")
    for (name, part) in [("train", splits.train), ("test", splits.test)] {
      try own.write("\(name)-images", Array(part.images), shape: [part.count, part.features])
      try own.write("\(name)-labels", part.labels, shape: [part.count])
    }
  }
}
