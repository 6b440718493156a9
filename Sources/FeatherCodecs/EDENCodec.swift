internal import FeatherTensors

/// A few bits per value: levels of the normal distribution after a random rotation, and a scale per block.
///
/// Source: EDEN, Vargaftik et al. 2022, arXiv:2108.08842, algorithm 1. With y = R x a block of d places rotated by `RandomRotation`,
/// its values times √d / ‖y‖₂ are almost standard normal. Q(y) takes each to the nearest of the 2^bits levels of the Lloyd–Max
/// quantiser (`EDENCentroids`), a value half-way between two to the upper one, and the aggregator takes x̂ = S R⁻¹ Q(y) with S =
/// ‖y‖₂² / ⟨y, Q(y)⟩.
///
/// So ⟨x̂, x⟩ = ‖x‖² in every draw, and E[x̂] = x if the rotation is uniformly random; what `DRIVECodec` says about the Hadamard
/// transform's bias holds here too, the less the more bits. With D the quantiser's mean squared error, the expected squared error
/// tends to (1 / (1 − D) − 1) ‖x‖²: for 1 to 8 bits 0.571, 0.133, 0.0358, 0.00959, 0.00251, 6.4e-4, 1.6e-4 and 4.1e-5 times ‖x‖².
/// One bit is `DRIVECodec` with its unbiased scale.
///
/// The rotation takes the occasion's stream. Wire format, n blocks of d places as `RandomRotation` says:
///
///     n scales as float32, little-endian
///     n d levels of `bits` bits, 0 the lowest, lowest bits first; the last byte filled up with zeros
public struct EDENCodec: UpdateCodec {
  /// Length of the update, P.
  public let parameters: Int
  /// Bits per value, 1 to 8.
  public let bits: Int
  /// What is encoded.
  public let input: UpdateInput
  let rotation: RandomRotation

  /// Levels of `bits` bits, 1 to 8, of updates of `parameters` floats after a random rotation.
  public init(parameters: Int, bits: Int, input: UpdateInput = .difference) {
    precondition((1...8).contains(bits), "EDEN has 1 to 8 bits per value")
    self.parameters = parameters
    self.bits = bits
    self.input = input
    rotation = RandomRotation(count: parameters, bits: bits, overhead: 4)
  }

  /// Bytes of an upload without its header: 4 n + ⌈bits · n d / 8⌉.
  public var expectedByteCount: Int { 4 * rotation.blocks + BitWriter.byteCount(bits: bits * rotation.places) }
  /// P levels.
  public var latentSize: Int { parameters }
  /// Scales and levels.
  public var kind: Payload.Kind { .eden }

  /// The client's half.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder { EDENCoder(self) }

  /// The aggregator's half.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder { EDENCoder(self) }
}

/// Both halves of EDEN: it has no state.
struct EDENCoder: UpdateEncoder, UpdateDecoder {
  private let codec: EDENCodec
  private let levels: [Float]
  /// Where cells meet, and infinity behind them, so that a search has a power of two of places.
  private let edges: [Float]

  init(_ codec: EDENCodec) {
    self.codec = codec
    levels = EDENCentroids.levels(bits: codec.bits)
    edges = EDENCentroids.edges(bits: codec.bits) + [.infinity]
  }

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: codec.parameters)
    let rotation = codec.rotation
    let rotated = rotation.rotated(update, occasion.stream())
    var scales: [UInt8] = []
    scales.reserveCapacity(codec.expectedByteCount)
    var indices = [UInt8](repeating: 0, count: rotation.places)
    try rotated.withUnsafeBufferPointer { rotated in
      try indices.withUnsafeMutableBufferPointer { indices in
        for block in 0..<rotation.blocks {
          let places = block * rotation.blockSize..<(block + 1) * rotation.blockSize
          let y = UnsafeBufferPointer(rebasing: rotated[places])
          let exact = quantise(y, to: UnsafeMutableBufferPointer(rebasing: indices[places]))
          scales.append(littleEndian: try BlockScales.checked(exact, block).bitPattern)
        }
      }
    }
    var writer = BitWriter(after: scales)
    for index in indices { writer.append(UInt32(index), count: codec.bits) }
    return Encoding(body: writer.finish())
  }

  /// The levels of a block.
  ///
  /// - Returns: the scale; 0 for a block of zeros.
  private func quantise(_ y: UnsafeBufferPointer<Float>, to indices: UnsafeMutableBufferPointer<UInt8>) -> Double {
    let square = BlockSums.sum(y) { Double($0) * Double($0) }
    let factor = square > 0 ? (Double(y.count) / square).squareRoot() : 0
    edges.withUnsafeBufferPointer { edges in
      for i in 0..<y.count {
        // As many edges as are at most the value, found without a branch: a negative difference has a sign bit. Adding 0 makes
        // −0 a plain 0.
        let value = Float(Double(y[i]) * factor) + 0
        var index = 0
        var half = edges.count / 2
        while half > 0 {
          let isBelow = Int((value - edges[index + half - 1]).bitPattern >> 31)
          index += half & (isBelow - 1)
          half /= 2
        }
        indices[i] = UInt8(truncatingIfNeeded: index)
      }
    }
    guard square > 0 else { return 0 }
    var product = 0.0
    levels.withUnsafeBufferPointer { levels in
      for i in 0..<y.count { product += Double(y[i]) * Double(levels[Int(indices[i])]) }
    }
    return square / product
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    let rotation = codec.rotation
    guard body.count == codec.expectedByteCount else {
      throw CodecError("a payload has \(body.count) bytes, EDEN expects \(codec.expectedByteCount)")
    }
    let scales = try BlockScales.read(body.prefix(4 * rotation.blocks))
    var reader = BitReader(body.dropFirst(4 * rotation.blocks))
    var values = [Float](repeating: 0, count: rotation.places)
    for (block, scale) in scales.enumerated() {
      for i in block * rotation.blockSize..<(block + 1) * rotation.blockSize {
        values[i] = scale * levels[Int(try reader.read(codec.bits))]
      }
    }
    try reader.finish()
    return try checkDecoded(rotation.restored(values, occasion.stream()), of: "a decoded update")
  }
}
