public import FeatherTensors

/// Principal components of updates, fitted on pre-pass snapshots in closed form: the best linear autoencoder there is.
///
/// Encoding is z = Vᵀ (x − mean), decoding mean + V z; the K columns of V are orthonormal and span the directions in which the
/// fitted snapshots vary most, so that no other K directions leave them a smaller squared error (Eckart and Young (1936); Pearson
/// (1901)). n snapshots have at most n − 1 directions around their mean, and n without one; directions in which they vary by less
/// than 10⁻⁶ of the largest count as none. So a fit may have K′ < K components. `keptVariance` lowers K′ to the smallest number
/// that keeps this share of the variance. The codec is biased: what lies outside the span of V is lost.
///
/// Wire format of an upload: K′ values as `ValueFormat` says. Of the shipped half (kind `basis`), from which both halves are built:
///
///     0  K′, 32 bits, little-endian
///     4  the mean, P floats, little-endian, when updates are centred; in float32 always, since its error would be in every upload
///     …  K′ components one after the other, each P values as `ShippedFormat` says
public struct PCACodec: UpdateCodec {
  /// Length of an update, P.
  public let parameters: Int
  /// The largest number of components, K.
  public let latent: Int
  /// The share of the variance that is enough; nil to keep K components.
  public let keptVariance: Double?
  /// Whether the snapshots' mean is subtracted before encoding and added after decoding.
  public let centre: Bool
  /// What is encoded.
  public let input: UpdateInput
  private let ship: ShippedFormat
  private let values: ValueFormat

  /// Principal components of updates of `parameters` floats: at most `latent`, shipped as `ship` and uploaded as `values` says.
  ///
  /// - Parameter keptVariance: in 0...1, or nil to keep `latent` components.
  public init(
    parameters: Int, latent: Int, keptVariance: Double? = nil, centre: Bool = true, input: UpdateInput = .weights,
    ship: ShippedFormat = .float32, values: ValueFormat = .float32
  ) {
    precondition(parameters >= 0 && latent >= 0, "neither parameters nor components are negative")
    precondition(keptVariance.map { (0...1).contains($0) } ?? true, "a share of the variance lies in 0...1")
    self.parameters = parameters
    self.latent = latent
    self.keptVariance = keptVariance
    self.centre = centre
    self.input = input
    self.ship = ship
    self.values = values
  }

  /// K, the largest number of components.
  public var latentSize: Int { latent }
  /// Coefficients of components.
  public var kind: Payload.Kind { .components }
  /// None of the encoder's own; mean and at most K components of the decoder.
  public var parameterCounts: (encoder: Int, decoder: Int) { (0, (latent + (centre ? 1 : 0)) * parameters) }
  /// Bytes of the shipped basis with as many components as it may have.
  public var shippedDecoderByteCount: Int { Payload.headerByteCount + shippedByteCount(components: latent) }
  /// It must be fitted.
  public var isFitted: Bool { true }
  /// The shipped basis says everything.
  public var encoderNeedsDecoder: Bool { true }

  /// Bytes of an upload's body when the fit found as many components as it may.
  public var expectedByteCount: Int { byteCount(components: latent) }
  /// Bytes of an upload's body when the fit found `components` components, K′.
  public func byteCount(components: Int) -> Int { values.byteCount(components) }

  /// Bytes of a shipped basis of `components` components, without the payload's header.
  public func shippedByteCount(components: Int) -> Int {
    4 + (centre ? 4 * parameters : 0) + components * ship.byteCount(parameters)
  }

  /// Finds the principal components of the fitted snapshots; the losses are those of the basis as it is shipped.
  ///
  /// - Throws: `CodecError` when a snapshot has another length or a value that is not finite.
  public func fit(_ snapshots: SnapshotSet, _ key: FitKey, team: ThreadTeam) throws -> FittedCodec {
    for snapshot in snapshots.fitted + snapshots.heldOut { try checkUpdate(snapshot, count: parameters) }
    let mean = centre ? AutoencoderCodec.mean(of: snapshots.fitted, width: parameters) : []
    let exact = PrincipalFit.basis(
      snapshots.fitted, mean: mean, length: parameters, most: latent, keptVariance: keptVariance, team: team)
    let shipped = try payload(of: exact)
    let basis = try basis(from: shipped)
    func loss(_ vectors: [[Float]]) -> [Double] {
      guard !vectors.isEmpty else { return [] }
      let sum = basis.squaredErrors(of: vectors, team: team).reduce(0, +)
      return [sum / Double(max(1, vectors.count * parameters))]
    }
    return FittedCodec(
      encoder: nil, decoder: shipped, trainLoss: loss(snapshots.fitted), heldOutLoss: loss(snapshots.heldOut))
  }

  /// The client's half, from the basis that was shipped to the aggregator.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder {
    PrincipalCoder(basis: try basis(from: decoder), latent: latent, values: values)
  }

  /// The aggregator's half, from the shipped basis.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder {
    PrincipalCoder(basis: try basis(from: shipped), latent: latent, values: values)
  }

  /// A basis as bytes.
  private func payload(of basis: PrincipalBasis) throws -> Payload {
    var description: [UInt8] = []
    description.append(littleEndian: UInt32(basis.rank))
    var content = basis.mean.withUnsafeBytes { Array($0) }
    content.reserveCapacity(shippedByteCount(components: basis.rank))
    try basis.components.withUnsafeBufferPointer { components in
      for k in 0..<basis.rank {
        content += try ship.bytes(UnsafeBufferPointer(rebasing: components[(k * parameters)...].prefix(parameters)))
      }
    }
    return try Payload(.basis, description: description, contentByteCount: content.count) {
      $0.copyBytes(from: content)
    }
  }

  /// Rebuilds a basis from bytes alone.
  ///
  /// - Throws: `CodecError` when the bytes are damaged or are not such as this configuration ships.
  private func basis(from shipped: Payload?) throws -> PrincipalBasis {
    guard let shipped else { throw CodecError("a half of PCA is built from a shipped basis, and none came") }
    let body = try shipped.body(expecting: .basis)
    guard body.count >= 4 else { throw CodecError("a shipped basis ends within its description: it was truncated") }
    // The configuration bounds what is allocated.
    let rank = Int(body.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
    guard rank <= latent else {
      throw CodecError("a shipped basis has \(rank) components, at most \(latent) are expected: check codec.latent")
    }
    let expected = shippedByteCount(components: rank)
    guard body.count == expected else {
      throw CodecError("a shipped basis has \(body.count) bytes, expected \(expected) for \(rank) components")
    }
    var rest = body.dropFirst(4)
    let mean = centre ? try ShippedFormat.float32.values(rest.prefix(4 * parameters), count: parameters) : []
    rest = rest.dropFirst(4 * mean.count)
    var components: [Float] = []
    components.reserveCapacity(rank * parameters)
    for _ in 0..<rank {
      components += try ship.values(rest.prefix(ship.byteCount(parameters)), count: parameters)
      rest = rest.dropFirst(ship.byteCount(parameters))
    }
    return PrincipalBasis(length: parameters, mean: mean, components: components, rank: rank)
  }
}

/// Both halves of PCA: they know the same basis.
private struct PrincipalCoder: UpdateEncoder, UpdateDecoder {
  let basis: PrincipalBasis
  let latent: Int
  let values: ValueFormat

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: basis.length)
    let coefficients = basis.coefficients(of: update).map(Float.init)
    if let index = Reductions.firstNonFinite(coefficients) {
      throw CodecError("coefficient \(index) of an update is beyond float32's range: the update is too large for PCA")
    }
    // Records have K latents of every fit; components that the snapshots did not give are zero.
    let missing = [Float](repeating: 0, count: latent - basis.rank)
    return Encoding(body: try values.bytes(coefficients), latent: coefficients + missing)
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    let coefficients = try values.values(body, count: basis.rank)
    if let index = Reductions.firstNonFinite(coefficients) {
      throw CodecError("coefficient \(index) of an upload is \(coefficients[index]): it was damaged")
    }
    let update = basis.reconstruction(of: coefficients)
    return try checkDecoded(update, of: "a decoded update")
  }
}
