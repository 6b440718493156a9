internal import FeatherNetworks
internal import FeatherTensors

extension AutoencoderCodec {
  /// The mean vector, accumulated in Double, snapshot 0 first.
  static func mean(of snapshots: [[Float]], width: Int) -> [Float] {
    var sum = [Double](repeating: 0, count: width)
    for snapshot in snapshots {
      for i in 0..<width { sum[i] += Double(snapshot[i]) }
    }
    return sum.map { Float($0 / Double(snapshots.count)) }
  }

  /// Takes a part's `mean` off the encoder's inputs and adds it to the decoder's outputs, through their biases; or undoes that.
  func fold(
    _ mean: ArraySlice<Float>, into parameters: UnsafeMutableBufferPointer<Float>, of part: AutoencoderPart,
    adding: Bool = true
  ) {
    foldInput(mean, into: parameters, of: part, adding: adding)
    foldOutput(mean, into: parameters, adding: adding)
  }

  /// b − W·mean, the product summed in Double from the first input on; or b + W·mean.
  private func foldInput(
    _ mean: ArraySlice<Float>, into parameters: UnsafeMutableBufferPointer<Float>, of part: AutoencoderPart,
    adding: Bool = true
  ) {
    let blocks = part.encoder.blocks
    for output in 0..<blocks[1].count {
      var projection = 0.0
      let row = blocks[0].offset + output * mean.count - mean.startIndex
      for i in mean.indices { projection += Double(parameters[row + i]) * Double(mean[i]) }
      let bias = blocks[1].offset + output
      parameters[bias] = Float(Double(parameters[bias]) + (adding ? -projection : projection))
    }
  }

  private func foldOutput(
    _ mean: ArraySlice<Float>, into parameters: UnsafeMutableBufferPointer<Float>, adding: Bool = true
  ) {
    let last = parameters.count - mean.count - mean.startIndex
    for i in mean.indices { parameters[last + i] += adding ? mean[i] : -mean[i] }
  }

  /// Serialises both halves of what was trained.
  func halves(of trained: [TrainedPart], mean: [Float]) throws -> (encoder: Payload, decoder: Payload) {
    var encoders: [UnsafeBufferPointer<Float>] = []
    var decoders: [UnsafeBufferPointer<Float>] = []
    for (part, trained) in zip(parts, trained) {
      if folds { fold(mean[part.slice], into: trained.parameters, of: part) }
      let half = part.encoder.parameterCount
      encoders.append(UnsafeBufferPointer(rebasing: trained.parameters[..<half]))
      decoders.append(UnsafeBufferPointer(rebasing: trained.parameters[half...]))
    }
    return try withExtendedLifetime(trained) {
      try mean.withUnsafeBufferPointer { mean in
        let means = encoderShipment.mean > 0 ? [mean] : []
        return (try encoderShipment.payload(encoders + means), try decoderShipment.payload(decoders + means))
      }
    }
  }

  /// The same with tied weights: the mean is taken off by the weights that will have crossed.
  func tiedHalves(of trained: [TrainedPart], mean: [Float]) throws -> (encoder: Payload, decoder: Payload) {
    var arrays: [[Float]] = []
    for (part, trained) in zip(parts, trained) {
      if folds { foldOutput(mean[part.slice], into: trained.parameters) }
      arrays.append(TiedWeights(part: part).decoder(of: UnsafeBufferPointer(trained.parameters)))
    }
    if decoderShipment.mean > 0 { arrays.append(mean) }
    let decoder = try decoderShipment.payload(of: arrays)
    let crossed = try decoderShipment.arrays(of: decoder)
    var biases: [[Float]] = []
    for (number, part) in parts.enumerated() {
      let weights = TiedWeights(part: part)
      let parameters = trained[number].parameters
      weights.writeEncoder(
        to: parameters, decoder: crossed[number], biases: weights.biases(of: UnsafeBufferPointer(parameters)))
      if folds { foldInput(mean[part.slice], into: parameters, of: part) }
      biases.append(weights.biases(of: UnsafeBufferPointer(parameters)))
    }
    return (try encoderShipment.payload(of: biases), decoder)
  }
}

/// The halves that were shipped before, as a start for another fit.
struct AutoencoderStart {
  private let codec: AutoencoderCodec
  private let encoder: [ArraySlice<UInt8>]
  private let decoder: [ArraySlice<UInt8>]

  /// - Throws: `CodecError` when they are not those of `codec`.
  init(_ fitted: FittedCodec, of codec: AutoencoderCodec) throws {
    guard let shipped = fitted.encoder else {
      throw CodecError("an autoencoder starts from both halves of another, and there is no encoder")
    }
    self.codec = codec
    encoder = try codec.encoderShipment.sections(of: shipped)
    decoder = try codec.decoderShipment.sections(of: fitted.decoder)
  }

  /// Writes the parameters of a part as its trainer has them, with the mean still folded in.
  func write(_ number: Int, to target: UnsafeMutableBufferPointer<Float>) throws {
    let part = codec.parts[number]
    let (encoders, decoders) = (codec.encoderShipment, codec.decoderShipment)
    guard codec.tied else {
      let half = part.encoder.parameterCount
      try encoders.read(encoder[number], into: UnsafeMutableBufferPointer(rebasing: target[..<half]))
      return try decoders.read(decoder[number], into: UnsafeMutableBufferPointer(rebasing: target[half...]))
    }
    TiedWeights(part: part).writeTrained(
      to: target, decoder: try decoders.format.values(decoder[number], count: part.decoder.parameterCount),
      biases: try encoders.format.values(encoder[number], count: encoders.counts[number]))
  }
}

extension NetworkShipment {
  /// The bytes of arrays that have `counts` floats each.
  func payload(of arrays: [[Float]]) throws -> Payload {
    // One array holds them all while their places are known.
    try Array(arrays.joined()).withUnsafeBufferPointer { all in
      var next = 0
      return try payload(
        counts.map { count in
          defer { next += count }
          return UnsafeBufferPointer(rebasing: all[next..<next + count])
        })
    }
  }
}
