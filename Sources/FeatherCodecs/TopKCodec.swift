/// Top-k sparsification: the k elements of largest magnitude, with their places; the others become zero.
///
/// Among equal magnitudes those of lower index are kept. Biased, a contraction: ‖C(x) − x‖₂² ≤ (1 − k / P) ‖x‖₂² (Stich
/// et al. 2018, arXiv:1809.07599, lemma A.1), up to the rounding of `values`.
///
/// Wire format:
///
///     the k places as gaps, Golomb–Rice codes (`PlaceCode`), bits lowest first; the last byte filled up with zeros
///     the k values in the order of their places, as `ValueFormat` says, float32 unless fewer bits are asked for
public struct TopKCodec: UpdateCodec {
  /// Length of the update, P.
  public let parameters: Int
  /// Elements that are kept, k.
  public let count: Int
  /// How values are written.
  public let values: ValueFormat
  /// What is encoded.
  public let input: UpdateInput
  let code: PlaceCode

  /// Keeps `count` of `parameters` floats.
  public init(parameters: Int, count: Int, values: ValueFormat = .float32, input: UpdateInput = .difference) {
    self.parameters = parameters
    self.count = count
    self.values = values
    self.input = input
    code = PlaceCode(count: count, of: parameters)
  }

  /// The share `fraction` of `parameters` as a count: rounded to nearest, at least one where there are any, at most
  /// all.
  public static func count(fraction: Double, of parameters: Int) -> Int {
    guard fraction < 1 else { return parameters }
    return min(parameters, max(1, Int((fraction * Double(parameters)).rounded())))
  }

  /// Bytes of an upload without its header whose elements lie at `places`, ascending indices.
  ///
  /// ⌈bits / 8⌉ and k values; with d the gap from one place to the next, bits = Σ (b + 1 + ⌊(d − 1) / 2ᵇ⌋). For k > P /
  /// 2 the gaps are those of the P − k other places.
  public func byteCount(places: [Int32]) -> Int { byteCount(bits: code.bitCount(places)) }
  /// The most bytes of an upload, wherever its elements lie.
  public var maximumByteCount: Int { byteCount(bits: code.maximumBitCount) }
  /// Bytes of an upload whose elements lie at random.
  public var expectedByteCount: Int { byteCount(bits: Int(code.expectedBitCount.rounded(.up))) }
  private func byteCount(bits: Int) -> Int { BitWriter.byteCount(bits: bits) + values.byteCount(count) }

  /// k floats.
  public var latentSize: Int { count }
  /// Places and values.
  public var kind: Payload.Kind { .topk }

  /// The client's half.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder { TopKCoder(codec: self) }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder { TopKCoder(codec: self) }
}

/// Both halves of top-k: it has no state.
struct TopKCoder: UpdateEncoder, UpdateDecoder {
  let codec: TopKCodec

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: codec.parameters)
    let places = Places.largest(codec.count, of: update)
    var writer = BitWriter(reserving: codec.maximumByteCount)
    codec.code.write(places, to: &writer)
    return Encoding(body: try writer.finish() + codec.values.bytes(places.map { update[Int($0)] }))
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    let valueBytes = codec.values.byteCount(codec.count)
    guard body.count >= valueBytes, body.count <= codec.maximumByteCount else {
      throw CodecError("a payload holds \(body.count) bytes, expected at most \(codec.maximumByteCount) of top-k")
    }
    var reader = BitReader(body.dropLast(valueBytes))
    let places = try codec.code.read(from: &reader)
    try reader.finish()
    let values = try checkDecoded(codec.values.values(body.suffix(valueBytes), count: codec.count))
    return Places.scatter(values, at: places, of: codec.parameters)
  }
}
