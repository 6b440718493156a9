/// Serialised bytes that cross between a client and the aggregator; nothing else crosses.
///
/// The wire format is an 8-byte header and a body:
///
///     0  magic 0xFE
///     1  kind of content (`Payload.Kind`)
///     2  CRC-16/XMODEM of the other seven header bytes (checksum left out) and the body, little-endian
///     4  body bytes, 32 bits, little-endian
///     8  body
public struct Payload: Hashable, Sendable {
  /// What a payload's body holds.
  public enum Kind: UInt8, CaseIterable, Sendable {
    /// Float32 values, little-endian: weights, differences, a global model, a snapshot.
    case floats = 1
    /// Float32 latents, little-endian.
    case latent = 2
    /// A fully connected network: an encoder or a decoder.
    case network = 3
    /// An update in half precision (`HalfCodec`).
    case float16 = 4
    /// An update in bfloat16 (`HalfCodec`).
    case bfloat16 = 5
    /// Levels of stochastic quantisation (`QSGDCodec`).
    case qsgd = 6
    /// Signs and a magnitude (`SignCodec`).
    case sign = 7
    /// Places and values of the largest elements (`TopKCodec`).
    case topk = 8
    /// Values of elements at places that both sides draw (`RandomKCodec`).
    case randomk = 9
    /// Places and signs of the largest elements (`STCCodec`).
    case stc = 10
    /// A count sketch (`CountSketchCodec`).
    case sketch = 11
    /// Signs after a random rotation (`DRIVECodec`).
    case drive = 12
    /// Levels after a random rotation (`EDENCodec`).
    case eden = 13
    /// Two thin matrices per layer (`PowerSGDCodec`).
    case powersgd = 14
    /// Coefficients of principal components (`PCACodec`).
    case components = 15
    /// A basis of principal components: a fitted `PCACodec`.
    case basis = 16
  }

  /// Bytes of the header.
  public static let headerByteCount = 8
  private static let magic: UInt8 = 0xFE

  /// All bytes, header first.
  public let bytes: [UInt8]
  /// Bytes that describe the content: the header, and a network's description.
  ///
  /// The rest is parameters or values.
  public let overheadByteCount: Int

  /// Bytes on the wire, header included.
  public var byteCount: Int { bytes.count }
  /// Bytes on the wire that are parameters or values.
  public var contentByteCount: Int { bytes.count - overheadByteCount }

  /// How many bytes are parameters or values, and how many describe them.
  public struct Size: Hashable, Sendable {
    /// Bytes of parameters or values.
    public let content: Int
    /// Bytes of the header and the description.
    public let overhead: Int

    /// So many bytes of either.
    public init(content: Int, overhead: Int) {
      self.content = content
      self.overhead = overhead
    }
  }

  /// How many bytes of it are what.
  public var size: Size { Size(content: contentByteCount, overhead: overheadByteCount) }

  /// The parameters or values of a payload made here, without its description.
  public var contentValues: [Float] { bytes[overheadByteCount...].floats }

  /// Puts a header before a body.
  ///
  /// - Throws: `CodecError` when the body exceeds 4 GiB − 1.
  public init(_ kind: Kind, body: [UInt8]) throws {
    try self.init(kind, contentByteCount: body.count) { bytes in bytes.copyBytes(from: body) }
  }

  /// Serialises `values` behind a header and, where there is one, a description.
  ///
  /// - Throws: `CodecError` when the body would exceed 4 GiB − 1.
  public init(_ kind: Kind, description: [UInt8] = [], values: [Float]) throws {
    self = try values.withUnsafeBufferPointer { try Payload(kind, description: description, values: $0) }
  }

  /// Serialises floats that lie elsewhere in memory, without a copy of them in between.
  init(_ kind: Kind, description: [UInt8], values: UnsafeBufferPointer<Float>) throws {
    try self.init(kind, description: description, contentByteCount: 4 * values.count) {
      $0.copyMemory(from: UnsafeRawBufferPointer(values))
    }
  }

  /// Serialises what `write` writes, `contentByteCount` bytes, behind a header and a description.
  init(
    _ kind: Kind, description: [UInt8] = [], contentByteCount: Int, write: (UnsafeMutableRawBufferPointer) -> Void
  ) throws {
    let bodyCount = description.count + contentByteCount
    guard let length = UInt32(exactly: bodyCount) else {
      throw CodecError("a payload of \(bodyCount) bytes exceeds the wire format's 4 GiB")
    }
    overheadByteCount = Self.headerByteCount + description.count
    let (overhead, count) = (overheadByteCount, Self.headerByteCount + bodyCount)
    bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      bytes[0] = Self.magic
      bytes[1] = kind.rawValue
      bytes.storeBytes(of: length.littleEndian, toByteOffset: 4, as: UInt32.self)
      for (i, byte) in description.enumerated() { bytes[Self.headerByteCount + i] = byte }
      write(UnsafeMutableRawBufferPointer(rebasing: bytes[overhead..<count]))
      let checksum = Self.checksum(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      bytes.storeBytes(of: checksum.littleEndian, toByteOffset: 2, as: UInt16.self)
      filled = count
    }
  }

  /// The body of a received payload, after its header was checked.
  ///
  /// - Throws: `CodecError` on a short or long payload, a wrong magic, kind or checksum.
  public func body(expecting kind: Kind) throws -> ArraySlice<UInt8> {
    guard bytes.count >= Self.headerByteCount else {
      throw CodecError("a payload of \(bytes.count) bytes is shorter than its 8-byte header: it was truncated")
    }
    guard bytes[0] == Self.magic else {
      throw CodecError("a payload begins with byte \(bytes[0]), expected \(Self.magic): these are not our bytes")
    }
    guard bytes[1] == kind.rawValue else {
      let found = Kind(rawValue: bytes[1]).map { "\($0)" } ?? "an unknown kind (\(bytes[1]))"
      throw CodecError("a payload holds \(found), expected \(kind): sender and receiver use different codecs")
    }
    let length = Int(bytes.littleEndianWord(at: 4))
    guard length == bytes.count - Self.headerByteCount else {
      throw CodecError(
        "a payload says it has a body of \(length) bytes and has \(bytes.count - Self.headerByteCount): "
          + "it was truncated or extended")
    }
    let checksum = UInt16(bytes[2]) | UInt16(bytes[3]) << 8
    guard checksum == bytes.withUnsafeBytes(Self.checksum) else {
      throw CodecError("a payload's checksum is wrong: it was damaged on the way")
    }
    return bytes[Self.headerByteCount...]
  }

  /// The float32 values of a received payload.
  ///
  /// - Throws: `CodecError` as `body(expecting:)`, and when there are not exactly `count` values.
  public func values(_ kind: Kind, count: Int) throws -> [Float] {
    let body = try body(expecting: kind)
    guard body.count == 4 * count else {
      throw CodecError("a payload holds \(body.count) bytes of values, expected \(4 * count) for \(count) float32")
    }
    return body.floats
  }

  /// Wraps received bytes; they are checked when the body is read.
  public init(received bytes: [UInt8]) {
    self.bytes = bytes
    overheadByteCount = min(Self.headerByteCount, bytes.count)
  }

  /// A payload as it was when it was set down.
  package init(setDown bytes: [UInt8], overheadByteCount: Int) {
    self.bytes = bytes
    self.overheadByteCount = min(max(0, overheadByteCount), bytes.count)
  }

  /// The checksum of all bytes but its own.
  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt16 {
    let kind = CRC16.value(of: UnsafeRawBufferPointer(rebasing: bytes[..<2]))
    return CRC16.value(of: UnsafeRawBufferPointer(rebasing: bytes[4...]), after: kind)
  }
}
