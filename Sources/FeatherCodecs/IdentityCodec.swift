/// No compression: the weights as float32, 4 P bytes and a header.
///
/// Wire format: P values as `ValueFormat` says, float32 unless fewer bits are asked for. With float32, decoding gives the encoded bits
/// back; it is the baseline every other codec is held against.
public struct IdentityCodec: UpdateCodec {
  /// Length of the update, P.
  public let parameters: Int
  /// What is encoded.
  public let input: UpdateInput
  private let values: ValueFormat

  /// The identity on updates of `parameters` floats.
  public init(parameters: Int, input: UpdateInput = .weights, values: ValueFormat = .float32) {
    self.parameters = parameters
    self.input = input
    self.values = values
  }

  /// P floats.
  public var latentSize: Int { parameters }
  /// The floats themselves.
  public var kind: Payload.Kind { .floats }

  /// Bytes of P values.
  public var expectedByteCount: Int { values.byteCount(parameters) }

  /// The client's half.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder {
    FloatCoder(count: parameters, values: values)
  }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder {
    FloatCoder(count: parameters, values: values)
  }
}

/// Both halves of the identity: it has no state.
struct FloatCoder: UpdateEncoder, UpdateDecoder {
  let count: Int
  let values: ValueFormat

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    guard update.count == count else {
      throw CodecError("an update of \(update.count) floats was given to an encoder for \(count)")
    }
    return Encoding(body: try values.bytes(update))
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    try values.values(body, count: count)
  }
}
