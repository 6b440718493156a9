internal import CZlib
internal import FeatherTensors

/// The bytes of any codec, compressed by deflate (RFC 1951) where that makes them fewer.
///
/// Wire format: one byte, 0 for a body as it is and 1 for a deflated one; then the body, or a deflate stream without header and checksum
/// (the payload has a checksum). zlib at level 9; its bytes are those of the linked version, which run files record.
public struct DeflatedCodec: WrappingCodec {
  let base: any UpdateCodec
  private let mostBytes: Int

  /// Deflated bytes of `base`, a codec of updates of `parameters` floats.
  ///
  /// No codec writes more than 16 bytes a parameter and 4096 more; a stream that inflates to more is refused.
  public init(_ base: any UpdateCodec, parameters: Int) {
    self.base = base
    mostBytes = 16 * parameters + 4096
  }

  /// zlib's version.
  public static var libraryVersion: String { String(cString: zlibVersion()) }

  /// The most: the base's and a byte.
  public var expectedByteCount: Int { base.expectedByteCount + 1 }

  /// The client's half: the base's, then deflate.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder {
    DeflatingEncoder(base: try base.encoder(from: shipped, decoder: decoder))
  }

  /// The aggregator's half: inflate, then the base's.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder {
    InflatingDecoder(base: try base.decoder(from: shipped), mostBytes: mostBytes)
  }
}

private struct DeflatingEncoder: UpdateEncoder {
  var base: any UpdateEncoder

  mutating func follow(_ broadcast: Broadcast) {
    base.follow(broadcast)
  }

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    var encoding = try base.encode(update, &memory, at: occasion)
    if let deflated = try Deflate.deflated(encoding.body), deflated.count < encoding.body.count {
      encoding.body = [1] + deflated
    } else {
      encoding.body = [0] + encoding.body
    }
    return encoding
  }
}

private struct InflatingDecoder: UpdateDecoder {
  var base: any UpdateDecoder
  let mostBytes: Int

  var knowledge: CommonKnowledge? { base.knowledge }

  mutating func follow(_ broadcast: Broadcast) {
    base.follow(broadcast)
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    switch body.first {
    case 0: return try base.decode(body.dropFirst(), &memory, at: occasion)
    case 1: return try base.decode(Deflate.inflated(body.dropFirst(), most: mostBytes)[...], &memory, at: occasion)
    case let other?: throw CodecError("a payload begins with \(other), expected 0 or 1: it is not of a deflated codec")
    case nil: throw CodecError("a payload of a deflated codec is empty: it was truncated")
    }
  }
}

/// zlib's raw deflate streams.
enum Deflate {
  private static let windowBits: Int32 = -15

  /// The stream for `bytes`; nil where it would not be shorter.
  static func deflated(_ bytes: [UInt8]) throws -> [UInt8]? {
    guard bytes.count > 1 else { return nil }
    var stream = z_stream()
    let status = deflateInit2_(
      &stream, Z_BEST_COMPRESSION, Z_DEFLATED, windowBits, 9, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw CodecError("zlib cannot start to deflate (status \(status)): out of memory") }
    defer { deflateEnd(&stream) }
    var input = bytes
    var ended = false
    let output = [UInt8](unsafeUninitializedCapacity: bytes.count - 1) { output, count in
      input.withUnsafeMutableBufferPointer { input in
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(clamping: input.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(clamping: output.count)
        ended = deflate(&stream, Z_FINISH) == Z_STREAM_END
        count = output.count - Int(stream.avail_out)
      }
    }
    return ended ? output : nil
  }

  /// What a stream stands for, at most `most` bytes.
  ///
  /// - Throws: `CodecError` when the stream is damaged, longer or shorter than it says, or inflates to more.
  static func inflated(_ bytes: ArraySlice<UInt8>, most: Int) throws -> [UInt8] {
    var stream = z_stream()
    guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw CodecError("zlib cannot start to inflate: out of memory")
    }
    defer { inflateEnd(&stream) }
    var input = Array(bytes)
    var output: [UInt8] = []
    return try input.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(clamping: input.count)
      // Room grows with what comes out, so that a small payload cannot ask for much memory at once.
      var room = min(most, max(256, 4 * input.count))
      while true {
        var status = Z_OK
        output += [UInt8](unsafeUninitializedCapacity: room) { part, count in
          stream.next_out = part.baseAddress
          stream.avail_out = UInt32(clamping: part.count)
          status = inflate(&stream, Z_NO_FLUSH)
          count = room - Int(stream.avail_out)
        }
        if status == Z_STREAM_END, stream.avail_in == 0 { return output }
        guard status == Z_OK, stream.avail_out == 0 else {
          throw CodecError("a deflated payload is damaged near byte \(stream.total_in): it cannot be inflated")
        }
        guard output.count < most else {
          throw CodecError("a deflated payload inflates to more than \(most) bytes, which no upload of this model has")
        }
        room = min(most - output.count, output.count)
      }
    }
  }
}
