internal import FeatherTensors

/// A codec of the coefficients of updates in an orthonormal basis that both sides know, so that no decoder has to be shipped.
///
/// Weights of a layer are a matrix W with a row per output, and the coefficients are Uᵀ W V. Sparse codecs gain: of coefficients far
/// fewer say as much as of weights. Since the basis is orthonormal and complete, the error of an update is that of its coefficients, and
/// nothing is beyond reach: with error feedback whatever was left over comes later.
///
/// - `cosine`: where the weights of an output lie on an image, V is the two-dimensional cosine transform (`CosineBasis`): weights
///   of neighbouring pixels change alike.
/// - `trajectory`: both sides hear every global model that is broadcast; V and U begin with the directions in which it has changed most
///   (`DirectionSpan`), found anew on either side in every round. Nothing else is known before the second broadcast, so the first
///   round's coefficients are the weights.
/// - `cosineTrajectory`: the second within the first.
///
/// Computed in Double, then rounded to float32: besides the base's error one of 2⁻²⁴ of each coefficient. Wire format: the base's.
/// Source: the Karhunen–Loève transform of transform coding, found on common knowledge (backward adaptation); for this use our own.
public struct TransformCodec: WrappingCodec {
  /// Which basis.
  public enum Basis: Hashable, Sendable {
    /// The cosine transform of images.
    case cosine
    /// Directions of change of the broadcast model.
    case trajectory
    /// Directions of change of the cosine transform's coefficients.
    case cosineTrajectory
  }

  let base: any UpdateCodec
  private let parameters: Int
  private let matrices: [LayerMatrix]
  private let basis: Basis

  /// `base` on coefficients of updates of `parameters` floats; what is in none of the matrices keeps its place and value.
  public init(_ base: any UpdateCodec, parameters: Int, matrices: [LayerMatrix], basis: Basis) {
    precondition(!base.isFitted, "a codec that is fitted finds its own basis")
    precondition(
      matrices.allSatisfy { $0.offset >= 0 && $0.range.upperBound <= parameters },
      "matrices lie within the update")
    self.base = base
    self.parameters = parameters
    self.matrices = matrices
    self.basis = basis
  }

  /// Where the basis is found in the broadcast models.
  public var followsGlobal: Bool { basis != .cosine || base.followsGlobal }

  private var layers: LayerBasis {
    LayerBasis(matrices, cosines: basis != .trajectory, follows: basis != .cosine)
  }

  /// The client's half.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder {
    TransformingEncoder(base: try base.encoder(from: nil, decoder: nil), basis: layers, parameters: parameters)
  }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder {
    TransformingDecoder(base: try base.decoder(from: nil), basis: layers)
  }
}

private struct TransformingEncoder: UpdateEncoder {
  var base: any UpdateEncoder
  var basis: LayerBasis
  let parameters: Int

  mutating func follow(_ broadcast: Broadcast) {
    basis.follow(broadcast)
    base.follow(broadcast)
  }

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: parameters)
    return try base.encode(basis.coefficients(of: update), &memory, at: occasion)
  }
}

private struct TransformingDecoder: UpdateDecoder {
  var base: any UpdateDecoder
  var basis: LayerBasis

  var knowledge: CommonKnowledge? { basis.knowledge }

  mutating func follow(_ broadcast: Broadcast) {
    basis.follow(broadcast)
    base.follow(broadcast)
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    let update = basis.update(of: try base.decode(body, &memory, at: occasion))
    return try checkDecoded(update, of: "a decoded update")
  }
}
