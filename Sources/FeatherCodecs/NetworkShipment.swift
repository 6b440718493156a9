internal import FeatherNetworks

/// A fully connected network as bytes: how an encoder or a decoder crosses.
///
/// The body is a description and the parameters as little-endian float32:
///
///     0  layers, 32 bits; then the inputs, 32 bits; then for each layer its outputs, 32 bits, and its activation, 8 bits
enum NetworkShipment {
  static func payload(_ architecture: Architecture, parameters: UnsafeBufferPointer<Float>) throws -> Payload {
    try Payload(.network, description: description(of: architecture), values: parameters)
  }

  /// Rebuilds a network from bytes alone, for one input at a time.
  ///
  /// - Throws: `CodecError` when the bytes are damaged or describe another network than the spec's.
  static func network(_ payload: Payload, expecting architecture: Architecture) throws -> Network {
    let body = try payload.body(expecting: .network)
    // The expected description bounds what is allocated: bytes that claim other sizes are refused before.
    let expected = description(of: architecture)
    guard body.starts(with: expected) else {
      throw CodecError(
        "a shipped network is not the one the spec describes, \(architecture.widths): check codec in the spec")
    }
    let values = body.dropFirst(expected.count)
    guard values.count == 4 * architecture.parameterCount else {
      throw CodecError("a shipped network has \(values.count) bytes, expected \(4 * architecture.parameterCount)")
    }
    let network = try Network(architecture, loss: .meanSquaredError, batch: 1, for: .inference)
    values.withUnsafeBytes { UnsafeMutableRawBufferPointer(network.parameters).copyMemory(from: $0) }
    return network
  }

  private static func description(of architecture: Architecture) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt32(architecture.denseLayers.count))
    bytes.append(littleEndian: UInt32(architecture.inputs))
    for layer in architecture.denseLayers {
      bytes.append(littleEndian: UInt32(layer.outputs))
      bytes.append(layer.activation.rawValue)
    }
    return bytes
  }
}
