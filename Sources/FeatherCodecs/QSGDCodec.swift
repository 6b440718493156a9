internal import FeatherTensors

/// Stochastic quantisation to a few levels, unbiased.
///
/// Source: QSGD, Alistarh et al. 2017, arXiv:1610.02132, section 3.1. The update is cut into buckets of `bucket`
/// values, the last of which may be short. With n a bucket's norm and s levels, x becomes sign(x) · n · l / s, where l
/// is s |x| / n rounded up or down at random, up with the probability of its fractional part. Of the `bits` per value
/// one is the sign: s = 2^(bits−1) − 1. A single bit has no level 0: x becomes n with probability (1 + x / n) / 2, else
/// −n. The norm is the largest magnitude, as implementations have it, or the paper's Euclidean norm, rounded up to
/// float32.
///
/// The expectation is x up to 2⁻³² of a level (a random word has 32 bits) and the rounding of the result to float32.
/// Every value is off by less than n / s (2 n for a single bit). With the Euclidean norm and a bucket of d values the
/// expected squared error is at most min(d / s², √d / s) ‖x‖₂² (the paper's lemma 3.1).
///
/// Value i takes word i of the occasion's stream. Wire format:
///
///     ⌈P / bucket⌉ norms as float32, little-endian
///     P levels of `bits` bits in two's complement, lowest bits first (for a single bit: 1 is −n); the last byte filled up with zeros
public struct QSGDCodec: UpdateCodec {
  /// What the levels of a bucket are relative to.
  public enum Norm: String, CaseIterable, Hashable, Sendable {
    /// The largest magnitude.
    case max
    /// The Euclidean norm.
    case l2
  }

  /// Length of the update, P.
  public let parameters: Int
  /// Bits per value with its sign, 1 to 8.
  public let bits: Int
  /// Values that share a norm.
  public let bucket: Int
  /// What the levels of a bucket are relative to.
  public let norm: Norm
  /// What is encoded.
  public let input: UpdateInput

  /// Quantises `parameters` floats to `bits` bits each, 1 to 8, with a norm for every `bucket` of them.
  public init(parameters: Int, bits: Int, bucket: Int = 512, norm: Norm = .max, input: UpdateInput = .difference) {
    precondition((1...8).contains(bits) && bucket >= 1, "1 to 8 bits per value and buckets of at least one value")
    self.parameters = parameters
    self.bits = bits
    self.bucket = bucket
    self.norm = norm
    self.input = input
  }

  /// Bytes of an upload without its header: 4 ⌈P / bucket⌉ + ⌈bits · P / 8⌉.
  public var expectedByteCount: Int { 4 * bucketCount + BitWriter.byteCount(bits: bits * parameters) }
  /// P levels.
  public var latentSize: Int { parameters }
  /// Norms and levels.
  public var kind: Payload.Kind { .qsgd }

  /// The client's half.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder { QSGDCoder(codec: self) }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder { QSGDCoder(codec: self) }

  /// ⌈P / bucket⌉.
  var bucketCount: Int { parameters / bucket + (parameters % bucket == 0 ? 0 : 1) }
  /// The largest level, s; for a single bit the only one.
  var top: Int32 { bits == 1 ? 1 : 1 << Int32(bits - 1) - 1 }

  /// The values of bucket `number`.
  func range(_ number: Int) -> Range<Int> {
    let start = number * bucket
    return start..<start + min(parameters - start, bucket)
  }
}

/// Both halves of QSGD: it has no state.
struct QSGDCoder: UpdateEncoder, UpdateDecoder {
  let codec: QSGDCodec

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: codec.parameters)
    var stream = occasion.stream()
    return try update.withUnsafeBufferPointer { update in
      let norms = try (0..<codec.bucketCount).map {
        try norm(of: UnsafeBufferPointer(rebasing: update[codec.range($0)]), number: $0)
      }
      var writer = BitWriter(
        after: norms.withUnsafeBytes { Array($0) }, reserving: codec.expectedByteCount - 4 * norms.count)
      var words = [UInt32](repeating: 0, count: min(codec.bucket, codec.parameters))
      for (number, norm) in norms.enumerated() {
        let values = UnsafeBufferPointer(rebasing: update[codec.range(number)])
        words.withUnsafeMutableBufferPointer { words in
          let drawn = UnsafeMutableBufferPointer(rebasing: words[..<values.count])
          stream.fill(drawn)
          if codec.bits == 1 {
            writeSigns(values, norm, UnsafeBufferPointer(drawn), &writer)
          } else {
            writeLevels(values, norm, UnsafeBufferPointer(drawn), &writer)
          }
        }
      }
      return Encoding(body: writer.finish())
    }
  }

  private func norm(of values: UnsafeBufferPointer<Float>, number: Int) throws -> Float {
    guard codec.norm == .l2 else { return values.reduce(0) { max($0, abs($1)) } }
    let exact = Reductions.squaredNorm(values).squareRoot()
    let nearest = Float(exact)
    let norm = Double(nearest) < exact ? nearest.nextUp : nearest
    guard norm.isFinite else { throw CodecError("the norm of bucket \(number) is \(exact), which float32 cannot hold") }
    return norm
  }

  private func writeLevels(
    _ values: UnsafeBufferPointer<Float>, _ norm: Float, _ words: UnsafeBufferPointer<UInt32>,
    _ writer: inout BitWriter
  ) {
    let (bits, top) = (codec.bits, codec.top)
    let levelsPerUnit = norm > 0 ? Double(top) / Double(norm) : 0
    for (value, word) in zip(values, words) {
      let exact = Double(abs(value)) * levelsPerUnit
      let low = Int32(exact)
      let isUp = Double(word) * 0x1p-32 < exact - Double(low)
      // The product may exceed the top level by its rounding.
      let level = min(low + (isUp ? 1 : 0), top)
      writer.append(UInt32(bitPattern: value < 0 ? -level : level), count: bits)
    }
  }

  private func writeSigns(
    _ values: UnsafeBufferPointer<Float>, _ norm: Float, _ words: UnsafeBufferPointer<UInt32>,
    _ writer: inout BitWriter
  ) {
    let half = norm > 0 ? 0.5 / Double(norm) : 0
    for (value, word) in zip(values, words) {
      let isPositive = Double(word) * 0x1p-32 < 0.5 + Double(value) * half
      writer.append(isPositive || norm == 0 ? 0 : 1, count: 1)
    }
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    guard body.count == codec.expectedByteCount else {
      throw CodecError(
        "a payload holds \(body.count) bytes, expected \(codec.expectedByteCount) of stochastic quantisation")
    }
    let norms = body.prefix(4 * codec.bucketCount).floats
    if let number = norms.firstIndex(where: { !($0.isFinite && $0 >= 0) }) {
      throw CodecError("the norm of bucket \(number) of a payload is \(norms[number]): it was damaged")
    }
    var reader = BitReader(body.dropFirst(4 * norms.count))
    var values: [Float] = []
    values.reserveCapacity(codec.parameters)
    let (bits, top) = (codec.bits, codec.top)
    for (number, norm) in norms.enumerated() {
      for _ in codec.range(number) {
        let code = Int32(try reader.read(bits))
        let level = bits == 1 ? 1 - 2 * code : code > top ? code - 2 * (top + 1) : code
        guard level >= -top else { throw CodecError("a payload holds level \(level) of \(top): it was damaged") }
        values.append(Float(Double(norm) * Double(level) / Double(top)))
      }
    }
    try reader.finish()
    return values
  }
}
