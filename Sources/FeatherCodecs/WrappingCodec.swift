internal import FeatherTensors

/// A codec around another one; what it does not change is the base's.
protocol WrappingCodec: UpdateCodec {
  /// The codec within.
  var base: any UpdateCodec { get }
}

extension WrappingCodec {
  /// What the base encodes.
  public var input: UpdateInput { base.input }
  /// The base's floats per upload.
  public var latentSize: Int { base.latentSize }
  /// The base's id: the specification says what is around it.
  public var kind: Payload.Kind { base.kind }
  /// The base's.
  public var expectedByteCount: Int { base.expectedByteCount }
  /// The base's.
  public var parameterCounts: (encoder: Int, decoder: Int) { base.parameterCounts }
  /// The base's.
  public var shippedDecoderByteCount: Int { base.shippedDecoderByteCount }
  /// Whether the base is.
  public var isFitted: Bool { base.isFitted }
  /// Whether the base's does.
  public var encoderNeedsDecoder: Bool { base.encoderNeedsDecoder }
  /// Whether the base does.
  public var followsGlobal: Bool { base.followsGlobal }

  /// Fits the base.
  public func fit(_ snapshots: SnapshotSet, _ key: FitKey, team: ThreadTeam) throws -> FittedCodec {
    try base.fit(snapshots, key, team: team)
  }
}

/// A wrapping codec whose client's half must know what the aggregator will decode.
///
/// The client builds a decoder of its own from the bytes that were shipped to the aggregator; who did not fit the codec receives them.
protocol EchoCodec: WrappingCodec {
  /// The client's half around the base's encoder and a decoder that gives what the aggregator will decode.
  func encoder(_ base: any UpdateEncoder, echo: any UpdateDecoder) throws -> any UpdateEncoder
  /// The aggregator's half around the base's decoder.
  func decoder(_ base: any UpdateDecoder) throws -> any UpdateDecoder
}

extension EchoCodec {
  /// It does, where there is a fit.
  public var encoderNeedsDecoder: Bool { base.isFitted }

  /// The client's half, with an echo of the aggregator's.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder {
    try encoder(base.encoder(from: shipped, decoder: decoder), echo: base.decoder(from: decoder))
  }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder { try decoder(base.decoder(from: shipped)) }
}
