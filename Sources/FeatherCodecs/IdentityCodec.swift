public import FeatherTensors

/// No compression: the weights as float32, 4 P bytes and a header.
///
/// Wire format: P little-endian float32. Decoding gives the encoded bits back; it is the baseline every other codec is held against.
public struct IdentityCodec: UpdateCodec {
  /// Length of the update, P.
  public let parameters: Int

  /// The identity on updates of `parameters` floats.
  public init(parameters: Int) {
    self.parameters = parameters
  }

  /// The weights themselves.
  public var input: UpdateInput { .weights }
  /// P floats.
  public var latentSize: Int { parameters }
  /// The floats themselves.
  public var payloadKind: Payload.Kind { .floats }
  /// There are none.
  public var parameterCounts: (encoder: Int, decoder: Int) { (0, 0) }
  /// It needs no fit.
  public var isFitted: Bool { false }

  /// Always throws: there is nothing to fit.
  public func fit(_ snapshots: SnapshotSet, seed: UInt64, client: Int, team: ThreadTeam) throws -> FittedCodec {
    throw CodecError("the identity codec is not fitted")
  }

  /// The client's half.
  public func encoder(from shipped: Payload?) throws -> any UpdateEncoder { FloatCoder(count: parameters) }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder { FloatCoder(count: parameters) }
}

/// Both halves of the identity: it has no state.
struct FloatCoder: UpdateEncoder, UpdateDecoder {
  let count: Int

  func encode(_ update: [Float]) throws -> EncodedUpdate {
    guard update.count == count else {
      throw CodecError("an update of \(update.count) floats was given to an encoder for \(count)")
    }
    return EncodedUpdate(payload: try Payload(.floats, values: update))
  }

  func decode(_ payload: Payload) throws -> [Float] {
    try payload.values(.floats, count: count)
  }
}
