internal import FeatherTensors

/// A sign per value and a magnitude per slice: signSGD scaled by the mean magnitude.
///
/// Source: EF-signSGD, Karimireddy et al. 2019, arXiv:1901.09847, algorithm 1. A slice x of d values becomes (‖x‖₁ / d)
/// · sign(x), where zeros count as positive. Biased: what it leaves out must be fed back, or training stalls. Its
/// squared error is ‖x‖₂² − ‖x‖₁² / d, a contraction by 1 − ‖x‖₁² / (d ‖x‖₂²), up to the rounding of the magnitude to
/// float32.
///
/// Wire format:
///
///     a magnitude per slice as float32, little-endian
///     P bits, lowest first, 1 for values below zero; the last byte filled up with zeros
public struct SignCodec: UpdateCodec {
  /// Length of the update, P.
  public let parameters: Int
  /// Values that share a magnitude, such as a layer's; they follow one another and cover the update.
  public let slices: [Range<Int>]
  /// What is encoded.
  public let input: UpdateInput

  /// Signs of `parameters` floats, with a magnitude for each of `slices`, or one for all.
  public init(parameters: Int, slices: [Range<Int>]? = nil, input: UpdateInput = .difference) {
    let slices = slices ?? (parameters == 0 ? [] : [0..<parameters])
    let ends = [0] + slices.map(\.upperBound)
    precondition(
      slices.map(\.lowerBound) == ends.dropLast() && ends.last == parameters,
      "slices follow one another over the update")
    self.parameters = parameters
    self.slices = slices
    self.input = input
  }

  /// Bytes of an upload without its header: 4 for each slice + ⌈P / 8⌉.
  public var expectedByteCount: Int { 4 * slices.count + BitWriter.byteCount(bits: parameters) }
  /// P signs.
  public var latentSize: Int { parameters }
  /// Magnitudes and signs.
  public var kind: Payload.Kind { .sign }

  /// The client's half.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder { SignCoder(codec: self) }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder { SignCoder(codec: self) }
}

/// Both halves of the scaled signs: they have no state.
struct SignCoder: UpdateEncoder, UpdateDecoder {
  let codec: SignCodec

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: codec.parameters)
    let magnitudes = update.withUnsafeBufferPointer { update in
      codec.slices.map { slice -> Float in
        let sum = Reductions.absoluteSum(UnsafeBufferPointer(rebasing: update[slice]))
        return slice.isEmpty ? 0 : Float(sum / Double(slice.count))
      }
    }
    var writer = BitWriter(
      after: magnitudes.withUnsafeBytes { Array($0) }, reserving: codec.expectedByteCount - 4 * magnitudes.count)
    for value in update { writer.append(value < 0 ? 1 : 0, count: 1) }
    return Encoding(body: writer.finish())
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    guard body.count == codec.expectedByteCount else {
      throw CodecError(
        "a payload holds \(body.count) bytes, expected \(codec.expectedByteCount) of magnitudes and signs")
    }
    let magnitudes = body.prefix(4 * codec.slices.count).floats
    if let number = magnitudes.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
      throw CodecError("the magnitude of slice \(number) of a payload is \(magnitudes[number]): it was damaged")
    }
    var reader = BitReader(body.dropFirst(4 * magnitudes.count))
    var values: [Float] = []
    values.reserveCapacity(codec.parameters)
    for (slice, magnitude) in zip(codec.slices, magnitudes) {
      for _ in slice { values.append(try reader.read(1) == 0 ? magnitude : -magnitude) }
    }
    try reader.finish()
    return values
  }
}
