internal import FeatherNetworks
internal import FeatherTensors

/// Fully connected networks as bytes: how an encoder or a decoder crosses.
///
/// The body is a description, the parameters of each network and, where there is one, a mean. All numbers are little-endian:
///
///     0  for each network: its layers, 32 bits; then its inputs, 32 bits; then for each layer its outputs, 32 bits, and its
///        activation, 8 bits
///        where a mean crosses too: its length, 32 bits
///        where the networks' biases cross alone: 128, 8 bits
///        unless the values are float32: their format, 8 bits: 1 half precision, 2 eight bits
///        each network's parameters, or its biases, as `format` says; then the mean likewise
struct NetworkShipment {
  /// The networks, in order.
  var architectures: [Architecture]
  /// Whether the weights are known otherwise, and the biases cross alone.
  var biasesAlone = false
  /// Floats of a mean that crosses too.
  var mean = 0
  /// How values are written.
  var format = ShippedFormat.float32

  /// Floats of each array that crosses: one for each network, and the mean.
  var counts: [Int] {
    let networks = architectures.map { biasesAlone ? $0.widths.dropFirst().reduce(0, +) : $0.parameterCount }
    return mean > 0 ? networks + [mean] : networks
  }

  /// Bytes on the wire, header included.
  var byteCount: Int {
    Payload.headerByteCount + description.count + counts.reduce(0) { $0 + format.byteCount($1) }
  }

  /// The bytes of arrays that have `counts` floats each.
  ///
  /// - Throws: `CodecError` on a value that the format cannot hold, and beyond 4 GiB.
  func payload(_ arrays: [UnsafeBufferPointer<Float>]) throws -> Payload {
    let content = arrays.reduce(0) { $0 + format.byteCount($1.count) }
    let written = try format == .float32 ? [] : arrays.map { try format.bytes($0) }
    return try Payload(.network, description: description, contentByteCount: content) { bytes in
      var place = 0
      func write(_ part: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: bytes[place...]).copyMemory(from: part)
        place += part.count
      }
      // Float32 is written from where it lies, without a copy in between.
      for part in written { part.withUnsafeBytes(write) }
      if format == .float32 { for part in arrays { write(UnsafeRawBufferPointer(part)) } }
    }
  }

  /// The bytes of one network as float32.
  static func payload(_ architecture: Architecture, parameters: UnsafeBufferPointer<Float>) throws -> Payload {
    try NetworkShipment(architectures: [architecture]).payload([parameters])
  }

  /// The bytes of each array of a received payload.
  ///
  /// - Throws: `CodecError` when the bytes are damaged or describe other networks than the spec's.
  func sections(of payload: Payload) throws -> [ArraySlice<UInt8>] {
    var body = try payload.body(expecting: .network)
    // The expected description bounds what is allocated: bytes that claim other sizes are refused before.
    let expected = description
    guard body.starts(with: expected) else {
      throw CodecError(
        "a shipped network is not the one the spec describes, \(architectures.map(\.widths)): check codec in the spec")
    }
    body = body.dropFirst(expected.count)
    let sizes = counts.map(format.byteCount)
    guard body.count == sizes.reduce(0, +) else {
      throw CodecError("a shipped network has \(body.count) bytes, expected \(sizes.reduce(0, +))")
    }
    return sizes.map { size in
      defer { body = body.dropFirst(size) }
      return body.prefix(size)
    }
  }

  /// Reads one array's bytes into as many floats.
  ///
  /// - Throws: `CodecError` when one of them is not finite.
  func read(_ section: ArraySlice<UInt8>, into target: UnsafeMutableBufferPointer<Float>) throws {
    guard format == .float32 else {
      _ = target.update(from: try format.values(section, count: target.count))
      return
    }
    section.withUnsafeBytes { UnsafeMutableRawBufferPointer(target).copyMemory(from: $0) }
    if let index = Reductions.firstNonFinite(UnsafeBufferPointer(target)) {
      throw CodecError("value \(index) of a shipped network is \(target[index]): it was damaged")
    }
  }

  /// The arrays of a received payload.
  func arrays(of payload: Payload) throws -> [[Float]] {
    try zip(sections(of: payload), counts).map { try format.values($0, count: $1) }
  }

  private var description: [UInt8] {
    var bytes: [UInt8] = []
    for architecture in architectures {
      bytes.append(littleEndian: UInt32(architecture.denseLayers.count))
      bytes.append(littleEndian: UInt32(architecture.inputs))
      for layer in architecture.denseLayers {
        bytes.append(littleEndian: UInt32(layer.outputs))
        bytes.append(layer.activation.rawValue)
      }
    }
    if mean > 0 { bytes.append(littleEndian: UInt32(mean)) }
    if biasesAlone { bytes.append(128) }
    switch format {
    case .float32: break
    case .float16: bytes.append(1)
    case .eight: bytes.append(2)
    }
    return bytes
  }
}
