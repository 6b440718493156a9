import FeatherExperiments

/// What the parameters of a run's encoders and decoders are: dense layers between widths, or components of a basis.
///
/// It follows from the configuration, the model's layers and the width of the latent that was used.
enum CodecLayout: Hashable {
  /// Fully connected networks, each with its part of the update.
  ///
  /// A stored decoder is each network's parameters, weight before bias; then the mean, where there is one, which is taken off before
  /// encoding and added after decoding. A stored encoder is likewise, or the networks' biases alone where it is tied: its weights are the
  /// decoder's, transposed, in reverse order, and its mean is the decoder's.
  case networks([Part], mean: Int, tied: Bool)
  /// A mean of so many numbers, or none, and then components of `length` numbers each; both halves are this basis.
  case basis(mean: Int, length: Int)

  /// The autoencoder of one part of the update.
  struct Part: Hashable {
    /// The layer of the model that it serves, such as `dense1`; empty where it serves all.
    var name = ""
    /// Which elements of the update it serves.
    var slice: Range<Int>
    /// Numbers that it sees at a time: all of its slice, or a chunk of it, the last of which is filled up with zeros.
    var width: Int
    /// Layers, input side first, of each half.
    var encoder: [Layer]
    var decoder: [Layer]

    /// How often it is used for one update.
    var rows: Int { (slice.count + width - 1) / width }
    /// Numbers that it makes of each row.
    var latent: Int { decoder.first?.inputs ?? 0 }

    init(_ name: String = "", slice: Range<Int>, width: Int, latent: Int, of spec: AutoencoderSpec) {
      self.name = name
      self.slice = slice
      self.width = width
      // Only an undivided autoencoder may be wider inside than what it sees.
      let hidden = spec.division == .whole ? spec.hidden : spec.hidden.map { min($0, width) }
      let widths = [width] + hidden + [latent]
      encoder = zip(widths, widths.dropFirst()).map { Layer(inputs: $0, outputs: $1, activation: spec.activation) }
      decoder = zip(widths, widths.dropFirst()).reversed().map {
        Layer(inputs: $1, outputs: $0, activation: spec.activation)
      }
      decoder[decoder.count - 1].activation = .linear
    }
  }

  /// A fully connected layer: activation(weight · input + bias), the weight of shape [outputs, inputs].
  struct Layer: Hashable {
    var inputs: Int
    var outputs: Int
    var activation: ActivationName
  }

  /// - Parameters:
  ///   - layers: the slices of the model's parameters.
  ///   - latent: floats per upload, as the run had them: a budget may have chosen them.
  /// - Returns: nil for a codec that is not fitted, and for a latent that no model of these layers has.
  init?(_ codec: CodecSpec, layers: [ParameterSlice], latent: Int) {
    let count = layers.last.map { $0.offset + $0.shape.reduce(1, *) } ?? 0
    guard (1...max(1, count)).contains(latent) else { return nil }
    switch codec {
    case .identity, .direct: return nil
    case .pca(let spec): self = .basis(mean: spec.centre ? count : 0, length: count)
    case .autoencoder(let spec):
      let parts: [Part]
      switch spec.division {
      case .whole: parts = [Part(slice: 0..<count, width: count, latent: latent, of: spec)]
      case .chunks:
        let chunks = (count + spec.chunk - 1) / spec.chunk
        parts = [Part(slice: 0..<count, width: spec.chunk, latent: latent / chunks, of: spec)]
      case .layers:
        let slices = Self.slices(layers)
        let shares = ModelSizes.shares(of: latent, among: slices.map(\.range.count))
        parts = zip(slices, shares).map {
          Part($0.name, slice: $0.range, width: $0.range.count, latent: $1, of: spec)
        }
      }
      // The biases of a network that serves all chunks cannot hold a mean.
      self = .networks(parts, mean: spec.division == .chunks && spec.centre ? count : 0, tied: spec.tied)
    }
  }

  /// Each layer's weights and biases together.
  private static func slices(_ layers: [ParameterSlice]) -> [(name: String, range: Range<Int>)] {
    var slices: [(name: String, range: Range<Int>)] = []
    for layer in layers {
      let name = String(layer.name.prefix { $0 != "." })
      let end = layer.offset + layer.shape.reduce(1, *)
      if slices.last?.name == name {
        slices[slices.count - 1].range = slices[slices.count - 1].range.lowerBound..<end
      } else {
        slices.append((name, layer.offset..<end))
      }
    }
    return slices
  }
}
