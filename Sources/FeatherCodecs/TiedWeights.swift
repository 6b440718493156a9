internal import FeatherNetworks

/// The parameters of a tied autoencoder in the three forms they have: trained, shipped and used.
///
/// Trained: the encoder's, then the decoder's biases, latent side first (`TiedAutoencoderTrainer`). Shipped: the decoder's as those of
/// any other decoder, with each weight the transpose of the encoder's, and the encoder's biases. Used: the encoder's.
struct TiedWeights {
  let part: AutoencoderPart

  private typealias Block = (weight: ParameterBlock, bias: ParameterBlock)

  private func pairs(_ architecture: Architecture) -> [Block] {
    let blocks = architecture.blocks
    return stride(from: 0, to: blocks.count, by: 2).map { (blocks[$0], blocks[$0 + 1]) }
  }

  /// The encoder's layers with the decoder's that have the same weights, latent side first.
  private var mirrored: [(encoder: Block, decoder: Block)] {
    zip(pairs(part.encoder).reversed(), pairs(part.decoder)).map { ($0, $1) }
  }

  /// The decoder's parameters.
  func decoder(of trained: UnsafeBufferPointer<Float>) -> [Float] {
    [Float](unsafeUninitializedCapacity: part.decoder.parameterCount) { parameters, count in
      parameters.initialize(repeating: 0)
      var bias = part.encoder.parameterCount
      for (encoder, decoder) in mirrored {
        let shape = (encoder.weight.shape[0], encoder.weight.shape[1])
        Self.transpose(trained, encoder.weight.offset, shape, to: parameters, decoder.weight.offset)
        for i in 0..<shape.1 { parameters[decoder.bias.offset + i] = trained[bias + i] }
        bias += shape.1
      }
      count = parameters.count
    }
  }

  /// The encoder's biases, input side first.
  func biases(of trained: UnsafeBufferPointer<Float>) -> [Float] {
    pairs(part.encoder).flatMap { trained[$0.bias.offset..<$0.bias.offset + $0.bias.count] }
  }

  /// Writes the encoder's parameters, from the decoder's and the encoder's biases.
  func writeEncoder(to target: UnsafeMutableBufferPointer<Float>, decoder: [Float], biases: [Float]) {
    decoder.withUnsafeBufferPointer { decoder in
      for (encoder, mirror) in mirrored {
        let shape = (mirror.weight.shape[0], mirror.weight.shape[1])
        Self.transpose(decoder, mirror.weight.offset, shape, to: target, encoder.weight.offset)
      }
    }
    var next = 0
    for (_, bias) in pairs(part.encoder) {
      for i in 0..<bias.count { target[bias.offset + i] = biases[next + i] }
      next += bias.count
    }
  }

  /// Writes the trained form.
  func writeTrained(to target: UnsafeMutableBufferPointer<Float>, decoder: [Float], biases: [Float]) {
    writeEncoder(to: target, decoder: decoder, biases: biases)
    var next = part.encoder.parameterCount
    for (_, bias) in pairs(part.decoder) {
      for i in 0..<bias.count { target[next + i] = decoder[bias.offset + i] }
      next += bias.count
    }
  }

  /// Writes the transpose of the matrix of `shape`, rows and columns, that begins at `start`, in tiles that stay in the cache.
  private static func transpose(
    _ source: UnsafeBufferPointer<Float>, _ start: Int, _ shape: (rows: Int, columns: Int),
    to target: UnsafeMutableBufferPointer<Float>, _ place: Int
  ) {
    let from = UnsafeBufferPointer(rebasing: source[start..<start + shape.rows * shape.columns])
    let to = UnsafeMutableBufferPointer(rebasing: target[place..<place + shape.rows * shape.columns])
    let side = 16
    for top in stride(from: 0, to: shape.rows, by: side) {
      for left in stride(from: 0, to: shape.columns, by: side) {
        for row in top..<min(top + side, shape.rows) {
          for column in left..<min(left + side, shape.columns) {
            to[column * shape.rows + row] = from[row * shape.columns + column]
          }
        }
      }
    }
  }
}
