internal import FeatherTensors

/// Sparse ternary compression: places and signs of the k elements of largest magnitude, and one magnitude for all.
///
/// Source: Sattler et al. 2019, arXiv:1903.02891, algorithm 1 and its Golomb position encoding. The k elements of
/// largest magnitude become ±μ, the others zero, where μ is the mean magnitude of the k kept elements alone. Among
/// equal magnitudes those of lower index are kept. Biased; its squared error is ‖x‖₂² − k μ², less than ‖x‖₂², up to
/// the rounding of μ to float32.
///
/// Wire format:
///
///     μ as float32, little-endian
///     the k places as gaps, Golomb–Rice codes (`PlaceCode`), then k signs in the order of their places, 1 for values below zero; bits
///     lowest first, the last byte filled up with zeros
public struct STCCodec: UpdateCodec {
  /// Length of the update, P.
  public let parameters: Int
  /// Elements that are kept, k.
  public let count: Int
  /// What is encoded.
  public let input: UpdateInput
  let code: PlaceCode

  /// Keeps places and signs of `count` of `parameters` floats.
  public init(parameters: Int, count: Int, input: UpdateInput = .difference) {
    self.parameters = parameters
    self.count = count
    self.input = input
    code = PlaceCode(count: count, of: parameters)
  }

  /// Bytes of an upload without its header whose elements lie at `places`, ascending indices.
  ///
  /// 4 + ⌈bits / 8⌉; with d the gap from one place to the next, bits = Σ (b + 2 + ⌊(d − 1) / 2ᵇ⌋). For k > P / 2 the
  /// gaps are those of the P − k other places.
  public func byteCount(places: [Int32]) -> Int { byteCount(bits: code.bitCount(places)) }
  /// The most bytes of an upload, wherever its elements lie.
  public var maximumByteCount: Int { byteCount(bits: code.maximumBitCount) }
  /// Bytes of an upload whose elements lie at random (the paper's equation for the average bits of a place, and its
  /// sign).
  public var expectedByteCount: Int { byteCount(bits: Int(code.expectedBitCount.rounded(.up))) }
  private func byteCount(bits: Int) -> Int { 4 + BitWriter.byteCount(bits: bits + count) }

  /// k signs.
  public var latentSize: Int { count }
  /// A magnitude, places and signs.
  public var kind: Payload.Kind { .stc }

  /// The client's half.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder { STCCoder(codec: self) }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder { STCCoder(codec: self) }
}

/// Both halves of sparse ternary compression: it has no state.
struct STCCoder: UpdateEncoder, UpdateDecoder {
  let codec: STCCodec

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: codec.parameters)
    let places = Places.largest(codec.count, of: update)
    let kept = places.map { update[Int($0)] }
    let sum = kept.withUnsafeBufferPointer { Reductions.absoluteSum($0) }
    let mean = kept.isEmpty ? 0 : Float(sum / Double(kept.count))
    var writer = BitWriter(after: withUnsafeBytes(of: mean) { Array($0) }, reserving: codec.maximumByteCount)
    codec.code.write(places, to: &writer)
    for value in kept { writer.append(value < 0 ? 1 : 0, count: 1) }
    return Encoding(body: writer.finish())
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    guard body.count >= 4, body.count <= codec.maximumByteCount else {
      throw CodecError("a payload holds \(body.count) bytes, expected 4 to \(codec.maximumByteCount) of ternary values")
    }
    let mean = body.prefix(4).floats[0]
    guard mean.isFinite, mean >= 0 else { throw CodecError("a payload's magnitude is \(mean): it was damaged") }
    var reader = BitReader(body.dropFirst(4))
    let places = try codec.code.read(from: &reader)
    let kept = try places.map { _ in try reader.read(1) == 0 ? mean : -mean }
    try reader.finish()
    return Places.scatter(kept, at: places, of: codec.parameters)
  }
}
