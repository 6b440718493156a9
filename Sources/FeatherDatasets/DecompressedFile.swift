internal import CZlib

/// The bytes of a file, decompressed where it begins with the magic bytes of gzip, read as a stream.
///
/// Never holds more than one buffer of input, and makes no more output than is asked for.
struct DecompressedFile: ~Copyable {
  private static let bufferSize = 1 << 18

  let path: String
  /// Whether the file is gzip; its magic bytes decide, not its name.
  let isCompressed: Bool
  /// Decompressed bytes handed out so far.
  private(set) var position = 0
  private let file: FileHandle
  private let input: UnsafeMutableRawBufferPointer
  /// The part of `input` that is not used yet.
  private var rest: Range<Int>
  private var inflater: Inflater
  private var consumed = 0
  private var isAtMemberEnd = false
  private var isAtEnd = false

  /// Opens `path` and looks at its first two bytes.
  init(_ path: String) throws {
    let file = try FileHandle(reading: path)
    let isCompressed = try file.firstBytes(2) == [0x1f, 0x8b]
    self.init(file, isCompressed: isCompressed)
  }

  private init(_ file: consuming FileHandle, isCompressed: Bool) {
    path = file.path
    self.file = file
    self.isCompressed = isCompressed
    input = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 16)
    rest = 0..<0
    inflater = Inflater()
  }

  deinit {
    input.deallocate()
  }

  /// Fills `output` with the next decompressed bytes; fewer only at the end.
  ///
  /// - Throws: `DatasetError` with the byte offset where a gzip file is corrupt or cut short.
  mutating func read(into output: UnsafeMutableRawBufferPointer) throws -> Int {
    var filled = 0
    while filled < output.count, !isAtEnd {
      if rest.isEmpty {
        rest = 0..<(try file.read(into: input))
        if rest.isEmpty { try finish() }
      }
      let space = UnsafeMutableRawBufferPointer(rebasing: output[filled...])
      filled += isCompressed ? try inflate(into: space) : copy(into: space)
    }
    position += filled
    return filled
  }

  /// The next `count` decompressed bytes; fewer only at the end.
  mutating func read(count: Int) throws -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { buffer.deallocate() }
    return Array(buffer[..<(try read(into: buffer))])
  }

  private mutating func finish() throws {
    isAtEnd = true
    guard isCompressed, !isAtMemberEnd else { return }
    throw DatasetError(
      "\(path): truncated gzip: the file ends at byte \(consumed) in the middle of the compressed data; fetch it again")
  }

  private mutating func copy(into space: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(space.count, rest.count)
    space.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[rest.lowerBound..<rest.lowerBound + count]))
    rest = rest.lowerBound + count..<rest.upperBound
    return count
  }

  private mutating func inflate(into space: UnsafeMutableRawBufferPointer) throws -> Int {
    guard !rest.isEmpty else { return 0 }
    // A gzip file may hold several members, one after the other.
    if isAtMemberEnd {
      inflater.reset()
      isAtMemberEnd = false
    }
    let step = inflater.step(from: UnsafeRawBufferPointer(rebasing: input[rest]), into: space)
    rest = rest.lowerBound + step.used..<rest.upperBound
    consumed += step.used
    switch step.outcome {
    case .more: break
    case .memberEnd: isAtMemberEnd = true
    case .failure(let reason):
      throw DatasetError("\(path): corrupt gzip near byte \(consumed): \(reason); delete the file and fetch it again")
    }
    return step.made
  }
}

/// A zlib decompressor for gzip members.
private struct Inflater: ~Copyable {
  enum Outcome {
    case more
    case memberEnd
    case failure(String)
  }

  // zlib keeps the address of its stream, so the stream lives on the heap.
  private let stream: UnsafeMutablePointer<z_stream>
  private let status: Int32

  init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of window; 16 asks for a gzip header and its checksum.
    status = fw_inflate_init2(stream, 15 + 16)
  }

  deinit {
    if status == Z_OK { inflateEnd(stream) }
    stream.deallocate()
  }

  func reset() { inflateReset(stream) }

  /// Decompresses as far as input and output go.
  func step(
    from input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (used: Int, made: Int, outcome: Outcome) {
    guard status == Z_OK else { return (0, 0, .failure("zlib has no memory")) }
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) })
    stream.pointee.avail_in = UInt32(clamping: input.count)
    stream.pointee.next_out = output.baseAddress.map { $0.assumingMemoryBound(to: UInt8.self) }
    stream.pointee.avail_out = UInt32(clamping: output.count)
    let offered = (stream.pointee.avail_in, stream.pointee.avail_out)
    let result = inflate(stream, Z_NO_FLUSH)
    let used = Int(offered.0 - stream.pointee.avail_in)
    let made = Int(offered.1 - stream.pointee.avail_out)
    switch result {
    case Z_OK, Z_BUF_ERROR: return (used, made, .more)
    case Z_STREAM_END: return (used, made, .memberEnd)
    default: return (used, made, .failure(stream.pointee.msg.map { String(cString: $0) } ?? "zlib error \(result)"))
    }
  }
}
