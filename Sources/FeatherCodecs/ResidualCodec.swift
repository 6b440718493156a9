internal import FeatherTensors

/// A second codec for what the first leaves over: update ≈ decoded by the base + decoded residual.
///
/// With r = u − decoded(u), both u by the base and r by the other codec cross in one payload. Meant for a dense base of few numbers and a
/// sparse residual. The error is the other codec's error on r.
///
/// Wire format: the number of bytes of the base's body, 7 bits to a byte, low bits first, the top bit set where more follow (LEB128);
/// the base's body; the residual's body.
public struct ResidualCodec: EchoCodec {
  let base: any UpdateCodec
  private let residual: any UpdateCodec

  /// `base` with its residual encoded by `residual`, a codec of the same length that is not fitted and remembers nothing.
  public init(_ base: any UpdateCodec, residual: any UpdateCodec) {
    precondition(!residual.isFitted, "a residual is encoded by a codec without a fit")
    self.base = base
    self.residual = residual
  }

  /// The base's, the residual's and the length between.
  public var expectedByteCount: Int {
    let count = base.expectedByteCount
    return LEB128.bytes(count).count + count + residual.expectedByteCount
  }

  func encoder(_ base: any UpdateEncoder, echo: any UpdateDecoder) throws -> any UpdateEncoder {
    ResidualEncoder(base: base, echo: echo, residual: try residual.encoder(from: nil, decoder: nil))
  }

  func decoder(_ base: any UpdateDecoder) throws -> any UpdateDecoder {
    ResidualDecoder(base: base, residual: try residual.decoder(from: nil))
  }
}

private struct ResidualEncoder: UpdateEncoder {
  var base: any UpdateEncoder
  var echo: any UpdateDecoder
  let residual: any UpdateEncoder

  mutating func follow(_ broadcast: Broadcast) {
    base.follow(broadcast)
    echo.follow(broadcast)
  }

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    let first = try base.encode(update, &memory, at: occasion)
    var nothing = CodecMemory()
    let decoded = try echo.decode(first.body[...], &nothing, at: occasion)
    let second = try residual.encode(Elementwise.combined(update, decoded, -), &memory, at: occasion)
    return Encoding(body: LEB128.bytes(first.body.count) + first.body + second.body, latent: first.latent)
  }
}

private struct ResidualDecoder: UpdateDecoder {
  var base: any UpdateDecoder
  let residual: any UpdateDecoder

  var knowledge: CommonKnowledge? { base.knowledge }

  mutating func follow(_ broadcast: Broadcast) {
    base.follow(broadcast)
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    var place = body.startIndex
    let count = try LEB128.value(body, &place)
    guard count <= body.endIndex - place else {
      throw CodecError(
        "a payload's first part says \(count) bytes and \(body.endIndex - place) are left: it was damaged")
    }
    let first = try base.decode(body[place..<place + count], &memory, at: occasion)
    let second = try residual.decode(body[(place + count)...], &memory, at: occasion)
    let update = Elementwise.combined(first, second, +)
    return try checkDecoded(update, of: "a decoded update")
  }
}

/// Numbers of 7 bits to a byte, low bits first, the top bit set where more follow.
private enum LEB128 {
  static func bytes(_ value: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  /// The number at `place`, which is moved behind it.
  static func value(_ bytes: ArraySlice<UInt8>, _ place: inout Int) throws -> Int {
    var value = 0
    for shift in stride(from: 0, through: 28, by: 7) {
      guard place < bytes.endIndex else { break }
      let byte = bytes[place]
      place += 1
      value |= Int(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw CodecError("a payload's first part has no length: it was truncated or damaged")
  }
}
