public import FeatherNetworks

/// An autoencoder of updates, fitted on pre-pass snapshots (arXiv:2108.05670, the method's section).
///
/// P – hidden – K – hidden reversed – P; `activation` after every hidden layer and the latent, a linear output, mean squared error. The
/// vector may be divided among several such autoencoders, or served by a small one slice by slice (`AutoencoderDivision`).
///
/// Centring subtracts the snapshots' mean before encoding and adds it after decoding. It costs no bytes: after the fit the mean is
/// folded into the first bias of the encoder (b − W·mean) and the last bias of the decoder (b + mean). Only a network that serves all
/// slices cannot hold it: with `chunks` the mean, P floats, crosses with either half.
///
/// Tied, the decoder's weights are the encoder's, transposed, and each has its own biases. The decoder crosses as any other does; of
/// the encoder only the biases do, float32, and its weights (and with `chunks` its mean) are taken from the shipped decoder.
///
/// Wire format of an upload: K latents as `ValueFormat` says, float32 unless fewer bits are asked for; those of the first slice or
/// layer come first. Of a shipped half: a description and its parameters (`NetworkShipment`), a decoder's as `ship` says, an encoder's
/// always as float32, since it stays with those who encode. Both halves are built from shipped bytes, whoever fitted them. The codec
/// is biased; its error is what the fit leaves.
public struct AutoencoderCodec: UpdateCodec {
  /// Length of an update, P.
  public let parameters: Int
  /// How the vector is divided among autoencoders.
  public let division: AutoencoderDivision
  /// Whether the decoder's weights are the encoder's, transposed.
  public let tied: Bool
  /// What is encoded.
  public let input: UpdateInput
  /// Whether the snapshots' mean is subtracted before encoding and added after decoding.
  public let centre: Bool
  /// How the autoencoder is fitted.
  public let fit: Fit
  let parts: [AutoencoderPart]
  private let ship: ShippedFormat
  private let values: ValueFormat

  /// An autoencoder of updates of `parameters` floats with `latent` floats in the middle, which are sent as `values` says; the decoder
  /// is shipped as `ship` says.
  ///
  /// `AutoencoderDivision.refusal` says which divisions there cannot be.
  public init(
    parameters: Int, hidden: [Int], latent: Int, activation: Activation, input: UpdateInput, centre: Bool, fit: Fit,
    values: ValueFormat = .float32, division: AutoencoderDivision = .whole, tied: Bool = false,
    ship: ShippedFormat = .float32
  ) {
    self.parameters = parameters
    self.division = division
    self.tied = tied
    self.input = input
    self.centre = centre
    self.fit = fit
    self.ship = ship
    self.values = values
    parts = division.parts(parameters: parameters, hidden: hidden, latent: latent, activation: activation)
  }

  /// The layers of the encoder, or of the first one: P to K.
  public var encoderArchitecture: Architecture { parts[0].encoder }
  /// The layers of the decoder, or of the first one: K to P.
  public var decoderArchitecture: Architecture { parts[0].decoder }
  /// Floats of an upload: the latent's width K, or what the division makes of it.
  public var latentSize: Int { parts.reduce(0) { $0 + $1.latent } }
  /// Bytes of an upload's body.
  public var expectedByteCount: Int { values.byteCount(latentSize) }
  /// A latent.
  public var kind: Payload.Kind { .latent }
  /// Floats that cross with each half: its parameters, and a mean where that crosses; of a tied encoder the biases.
  public var parameterCounts: (encoder: Int, decoder: Int) { sizes.shipped }
  /// Bytes that cross with each half, headers included.
  public var shippedByteCounts: (encoder: Int, decoder: Int) { (encoderShipment.byteCount, decoderShipment.byteCount) }
  /// Bytes of the shipped decoder.
  public var shippedDecoderByteCount: Int { shippedByteCounts.decoder }
  /// It must be fitted.
  public var isFitted: Bool { true }
  /// A tied encoder has the decoder's weights.
  public var encoderNeedsDecoder: Bool { tied }

  /// Counts without building anything.
  var sizes: AutoencoderSizes { AutoencoderSizes(parts: parts, parameters: parameters, tied: tied, mean: mean) }

  /// Whether the mean is folded into biases.
  var folds: Bool { centre && mean == 0 }
  /// Floats of a mean that crosses by itself.
  private var mean: Int { division.shipsMean && centre ? parameters : 0 }

  var encoderShipment: NetworkShipment {
    NetworkShipment(architectures: parts.map(\.encoder), biasesAlone: tied, mean: tied ? 0 : mean)
  }

  var decoderShipment: NetworkShipment {
    NetworkShipment(architectures: parts.map(\.decoder), mean: mean, format: ship)
  }

  /// The client's half, from its shipped bytes; a tied one from the shipped decoder too.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder {
    guard let shipped else { throw Self.missing }
    guard tied else {
      return NetworkEncoder(
        networks: try networks(encoderShipment, shipped, \.encoder), mean: try mean(of: shipped, encoderShipment),
        count: parameters, values: values)
    }
    guard let decoder else { throw Self.missing }
    return NetworkEncoder(
      networks: try tiedNetworks(shipped, decoder), mean: try mean(of: decoder, decoderShipment), count: parameters,
      values: values)
  }

  /// The aggregator's half, from its shipped bytes.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder {
    guard let shipped else { throw Self.missing }
    return NetworkDecoder(
      networks: try networks(decoderShipment, shipped, \.decoder), mean: try mean(of: shipped, decoderShipment),
      values: values)
  }

  /// The floats that cross with each half, as both sides read them, whatever format they cross in: networks first, then a mean.
  ///
  /// - Throws: `CodecError` when the halves are not those of this codec.
  public func shippedValues(of fitted: FittedCodec) throws -> (encoder: [Float], decoder: [Float]) {
    guard let encoder = fitted.encoder else { throw Self.missing }
    return (
      Array(try encoderShipment.arrays(of: encoder).joined()),
      Array(try decoderShipment.arrays(of: fitted.decoder).joined())
    )
  }

  private static var missing: CodecError {
    CodecError("an autoencoder's half is built from shipped bytes, and none came")
  }

  private func networks(
    _ shipment: NetworkShipment, _ payload: Payload, _ half: KeyPath<AutoencoderPart, Architecture>
  ) throws -> [SlicedNetwork] {
    try zip(parts, shipment.sections(of: payload)).map { part, section in
      let network = try SharedNetwork(part[keyPath: half], rows: part.rows) { try shipment.read(section, into: $0) }
      return SlicedNetwork(network: network, slice: part.slice)
    }
  }

  private func tiedNetworks(_ encoder: Payload, _ decoder: Payload) throws -> [SlicedNetwork] {
    let (biases, decoders) = (try encoderShipment.arrays(of: encoder), try decoderShipment.arrays(of: decoder))
    return try parts.enumerated().map { number, part in
      let network = try SharedNetwork(part.encoder, rows: part.rows) {
        TiedWeights(part: part).writeEncoder(to: $0, decoder: decoders[number], biases: biases[number])
      }
      return SlicedNetwork(network: network, slice: part.slice)
    }
  }

  /// The mean that crossed with a half, if one did.
  private func mean(of payload: Payload, _ shipment: NetworkShipment) throws -> [Float]? {
    guard shipment.mean > 0, let section = try shipment.sections(of: payload).last else { return nil }
    return try shipment.format.values(section, count: shipment.mean)
  }
}
