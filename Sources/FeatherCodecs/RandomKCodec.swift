internal import FeatherTensors

/// Random-k sparsification: k elements at places that both sides draw; only values cross, and the others become zero.
///
/// The places are drawn without replacement, every set of k equally likely, from the occasion's stream (Floyd's
/// algorithm). Unbiased, values are multiplied by P / k when decoded; the expected squared error is then (P / k − 1)
/// ‖x‖₂². Without that factor it is a contraction on average: E ‖C(x) − x‖₂² = (1 − k / P) ‖x‖₂² (Stich et al. 2018,
/// arXiv:1809.07599, lemma A.1). Both hold up to the rounding of `values`.
///
/// Wire format: k values in the order of their places, as `ValueFormat` says, float32 unless fewer bits are asked for.
public struct RandomKCodec: UpdateCodec {
  /// Length of the update, P.
  public let parameters: Int
  /// Elements that are kept, k.
  public let count: Int
  /// Whether values are multiplied by P / k when decoded.
  public let isUnbiased: Bool
  /// How values are written.
  public let values: ValueFormat
  /// What is encoded.
  public let input: UpdateInput

  /// Keeps `count` of `parameters` floats.
  public init(
    parameters: Int, count: Int, isUnbiased: Bool = true, values: ValueFormat = .float32,
    input: UpdateInput = .difference
  ) {
    precondition(count >= 0 && count <= parameters, "\(count) places of \(parameters)")
    self.parameters = parameters
    self.count = count
    self.isUnbiased = isUnbiased
    self.values = values
    self.input = input
  }

  /// Bytes of an upload without its header: those of k values.
  public var expectedByteCount: Int { values.byteCount(count) }
  /// k floats.
  public var latentSize: Int { count }
  /// Values alone.
  public var kind: Payload.Kind { .randomk }

  /// The client's half.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder {
    RandomKCoder(codec: self)
  }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder { RandomKCoder(codec: self) }
}

/// Both halves of random-k: it has no state.
struct RandomKCoder: UpdateEncoder, UpdateDecoder {
  let codec: RandomKCodec
  /// What decoding multiplies with.
  private var factor: Double { codec.isUnbiased ? Double(codec.parameters) / Double(codec.count) : 1 }

  private func places(at occasion: Occasion) -> [Int32] {
    var stream = occasion.stream()
    return Places.random(codec.count, of: codec.parameters, &stream)
  }

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: codec.parameters)
    let places = places(at: occasion)
    let factor = factor
    // The factor 2 leaves room for the rounding of values in fewer bits.
    if factor > 1, let place = places.first(where: { Double(abs(update[Int($0)])) * factor > 0x1p127 }) {
      let value = update[Int(place)]
      throw CodecError("value \(place) of an update is \(value), which times \(factor) float32 cannot hold")
    }
    return Encoding(body: try codec.values.bytes(places.map { update[Int($0)] }))
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    let sent = try codec.values.values(body, count: codec.count)
    let factor = factor
    let values = try checkDecoded(factor > 1 ? sent.map { Float(Double($0) * factor) } : sent)
    return Places.scatter(values, at: places(at: occasion), of: codec.parameters)
  }
}
