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
    /// Values of fewer bits behind a scale (`QuantisedCodec`).
    case quantised = 4
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

  /// The parameters or values of a payload made here, without its description.
  public var contentValues: [Float] { bytes[overheadByteCount...].floats }

  /// Serialises `values` behind a header and, where there is one, a description.
  ///
  /// - Throws: `CodecError` when the body would exceed 4 GiB − 1.
  public init(_ kind: Kind, description: [UInt8] = [], values: [Float]) throws {
    try self.init(kind, description: description, contentByteCount: 4 * values.count) {
      $0.append(littleEndian: values)
    }
  }

  /// Serialises floats that lie elsewhere in memory, without a copy of them in between.
  init(_ kind: Kind, description: [UInt8], values: UnsafeBufferPointer<Float>) throws {
    try self.init(kind, description: description, contentByteCount: 4 * values.count) {
      $0.append(contentsOf: UnsafeRawBufferPointer(values))
    }
  }

  /// Serialises what `append` writes, `contentByteCount` bytes, behind a header and a description.
  init(
    _ kind: Kind, description: [UInt8] = [], contentByteCount: Int, append: (inout [UInt8]) -> Void
  ) throws {
    let bodyCount = description.count + contentByteCount
    guard let length = UInt32(exactly: bodyCount) else {
      throw CodecError("a payload of \(bodyCount) bytes exceeds the wire format's 4 GiB")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.headerByteCount + bodyCount)
    bytes += [Self.magic, kind.rawValue, 0, 0]
    bytes.append(littleEndian: length)
    bytes += description
    append(&bytes)
    let checksum = Self.checksum(bytes)
    bytes[2] = UInt8(truncatingIfNeeded: checksum)
    bytes[3] = UInt8(truncatingIfNeeded: checksum >> 8)
    self.bytes = bytes
    overheadByteCount = Self.headerByteCount + description.count
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
    guard checksum == Self.checksum(bytes) else {
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

  /// The checksum of all bytes but its own.
  private static func checksum(_ bytes: [UInt8]) -> UInt16 {
    crc(bytes[4...], after: crc(bytes[..<2]))
  }

  /// CRC-16/XMODEM (polynomial 0x1021, initial value 0) of `bytes`, going on from an earlier part's.
  static func crc(_ bytes: ArraySlice<UInt8>, after earlier: UInt16 = 0) -> UInt16 {
    bytes.reduce(earlier) { crc, byte in
      crc << 8 ^ table[Int(UInt8(truncatingIfNeeded: crc >> 8) ^ byte)]
    }
  }

  private static let table: [UInt16] = (0..<256).map { index in
    (0..<8).reduce(UInt16(index) << 8) { crc, _ in crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
  }
}
