import FeatherExperiments
import FeatherResults

/// A fitted codec as its run file keeps it, each half layer by layer with its values.
struct StoredCodec {
  /// An array of a half, row-major.
  struct Tensor: Hashable {
    var shape: [Int]
    var values: ArraySlice<Float>
  }

  /// A dense layer with its values.
  struct Layer {
    var weight: Tensor
    var bias: Tensor
    var activation: ActivationName
  }

  /// One half of the autoencoder of a part of the update.
  struct Network {
    var part: CodecLayout.Part
    /// Input side first.
    var layers: [Layer]
  }

  /// One side's half: what turns an update into a latent, or that into an update.
  enum Half {
    /// Networks whose inputs and outputs follow each other; a mean is taken off an encoder's input or added to a decoder's output.
    case networks([Network], mean: Tensor?)
    /// The latent is components · (update − mean), and the update mean + componentsᵀ · latent; components have the shape [K, P].
    ///
    /// K is what the snapshots gave: latents in run files are filled up with zeros to the width of the configuration.
    case basis(components: Tensor, mean: Tensor?)
  }

  /// The fit's number in its run.
  var fit: Int
  /// The group of clients that it is for.
  var group: Int
  /// The round before which it was fitted; nil for the fit on the pre-pass.
  var round: Int?
  var encoder: Half
  var decoder: Half

  /// All fitted codecs of a run, in order; none where the configuration does not keep them or its codec is not fitted.
  static func all(of run: ExportedRun) throws(ExportError) -> [StoredCodec] {
    guard let decoders = try run.floats("/codec/decoder"), let count = run.tree.array("/fit")?.count, count > 0,
      let latent = try run.integers("/ledger/latent_size")?.first,
      let layout = CodecLayout(run.spec.codec, layers: try run.layout(), latent: latent)
    else { return [] }
    let encoders = try run.floats("/codec/encoder")
    let groups = try run.integers("/codec/history/group") ?? Array(0..<count)
    let rounds = try run.integers("/codec/history/round") ?? [Int](repeating: -1, count: count)
    guard groups.count == count, rounds.count == count else {
      throw run.error("/codec/history does not have an entry per fit; run it again")
    }
    var codecs: [StoredCodec] = []
    for fit in 0..<count {
      var decoder = ParameterReader(row(fit, of: decoders, count))
      var encoder = ParameterReader(row(fit, of: encoders ?? [], count))
      guard let halves = layout.halves(&encoder, &decoder), encoder.isAtEnd, decoder.isAtEnd else {
        throw run.error("/codec does not have the parameters of its configuration's codec; run it again")
      }
      codecs.append(
        StoredCodec(
          fit: fit, group: groups[fit], round: rounds[fit] < 0 ? nil : rounds[fit], encoder: halves.encoder,
          decoder: halves.decoder))
    }
    return codecs
  }

  /// A fit's parameters, without the NaN that fills up those of fits that have fewer.
  private static func row(_ fit: Int, of values: [Float], _ count: Int) -> ArraySlice<Float> {
    let width = values.count / count
    var row = values[fit * width..<(fit + 1) * width]
    while row.last?.isNaN == true { row.removeLast() }
    return row
  }
}

/// Takes parameters one after another.
private struct ParameterReader {
  private var rest: ArraySlice<Float>

  init(_ values: ArraySlice<Float>) { rest = values }

  var isAtEnd: Bool { rest.isEmpty }
  var count: Int { rest.count }

  /// The next ones as an array; nil when there are too few.
  mutating func tensor(_ shape: [Int]) -> StoredCodec.Tensor? {
    let count = shape.reduce(1, *)
    guard rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return StoredCodec.Tensor(shape: shape, values: rest.prefix(count))
  }
}

extension CodecLayout {
  /// Both halves from their parameters; nil when there are too few.
  fileprivate func halves(
    _ encoder: inout ParameterReader, _ decoder: inout ParameterReader
  ) -> (encoder: StoredCodec.Half, decoder: StoredCodec.Half)? {
    switch self {
    case .basis(let mean, let length):
      guard let mean = decoder.tensor([mean]), length > 0,
        let components = decoder.tensor([decoder.count / length, length])
      else { return nil }
      let half = StoredCodec.Half.basis(components: components, mean: mean.orNil)
      return (half, half)
    case .networks(let parts, let mean, let tied):
      var decoders: [StoredCodec.Network] = []
      for part in parts {
        guard let layers = Self.layers(part.decoder, &decoder) else { return nil }
        decoders.append(StoredCodec.Network(part: part, layers: layers))
      }
      guard let added = decoder.tensor([mean]) else { return nil }
      var encoders: [StoredCodec.Network] = []
      for (part, mirror) in zip(parts, decoders) {
        let layers = tied ? Self.tied(part.encoder, to: mirror.layers, &encoder) : Self.layers(part.encoder, &encoder)
        guard let layers else { return nil }
        encoders.append(StoredCodec.Network(part: part, layers: layers))
      }
      guard let subtracted = tied ? added : encoder.tensor([mean]) else { return nil }
      return (.networks(encoders, mean: subtracted.orNil), .networks(decoders, mean: added.orNil))
    }
  }

  private static func layers(_ layers: [Layer], _ reader: inout ParameterReader) -> [StoredCodec.Layer]? {
    var read: [StoredCodec.Layer] = []
    for layer in layers {
      guard let weight = reader.tensor([layer.outputs, layer.inputs]), let bias = reader.tensor([layer.outputs]) else {
        return nil
      }
      read.append(StoredCodec.Layer(weight: weight, bias: bias, activation: layer.activation))
    }
    return read
  }

  /// Layers with biases of their own, and the weights of the mirrored ones, transposed.
  private static func tied(
    _ layers: [Layer], to mirrored: [StoredCodec.Layer], _ reader: inout ParameterReader
  ) -> [StoredCodec.Layer]? {
    var read: [StoredCodec.Layer] = []
    for (layer, mirror) in zip(layers, mirrored.reversed()) {
      guard let bias = reader.tensor([layer.outputs]) else { return nil }
      read.append(
        StoredCodec.Layer(weight: mirror.weight.transposed, bias: bias, activation: layer.activation))
    }
    return read
  }
}

extension StoredCodec.Tensor {
  /// Nil for one without elements.
  fileprivate var orNil: StoredCodec.Tensor? { values.isEmpty ? nil : self }

  /// Of a matrix, its columns as rows.
  fileprivate var transposed: StoredCodec.Tensor {
    let (rows, columns, start) = (shape[0], shape[1], values.startIndex)
    let swapped = [Float](unsafeUninitializedCapacity: values.count) { target, count in
      for row in 0..<rows {
        for column in 0..<columns { target[column * rows + row] = values[start + row * columns + column] }
      }
      count = rows * columns
    }
    return StoredCodec.Tensor(shape: [columns, rows], values: swapped[...])
  }
}
