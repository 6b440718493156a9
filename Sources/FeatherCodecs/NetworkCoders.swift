internal import FeatherNetworks
internal import FeatherTensors
internal import Synchronization

/// The client's half of an autoencoder.
struct NetworkEncoder: UpdateEncoder {
  /// What each network encodes; their latents follow each other.
  let networks: [SlicedNetwork]
  /// Subtracted first.
  let mean: [Float]?
  /// Length of an update.
  let count: Int
  let values: ValueFormat

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: count)
    let centred = mean.map { Elementwise.combined(update, $0, -) } ?? update
    let latent = try networks.flatMap { try $0.network.outputs(of: centred[$0.slice]) }
    if let index = Reductions.firstNonFinite(latent) {
      throw CodecError("latent \(index) of an update is \(latent[index]): its values are too large for this encoder")
    }
    return Encoding(body: try values.bytes(latent), latent: latent)
  }
}

/// The aggregator's half of an autoencoder.
struct NetworkDecoder: UpdateDecoder {
  /// What each network gives back; their latents follow each other.
  let networks: [SlicedNetwork]
  /// Added at last.
  let mean: [Float]?
  let values: ValueFormat

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    let count = networks.reduce(0) { $0 + $1.network.inputs }
    var latents = try values.values(body, count: count)[...]
    if let index = Reductions.firstNonFinite(Array(latents)) {
      throw CodecError("latent \(index) of an upload is \(latents[index]): it was damaged")
    }
    var update: [Float] = []
    update.reserveCapacity(networks.last?.slice.upperBound ?? 0)
    for part in networks {
      let inputs = part.network.inputs
      update += try part.network.outputs(of: latents.prefix(inputs)).prefix(part.slice.count)
      latents = latents.dropFirst(inputs)
    }
    if let mean { update = Elementwise.combined(update, mean, +) }
    return try checkDecoded(update, of: "a decoded update")
  }
}

/// A network and the slice of an update that it serves.
struct SlicedNetwork: Sendable {
  let network: SharedNetwork
  let slice: Range<Int>
}

/// A network that several threads may use: small ones on a copy each, large ones in turn.
final class SharedNetwork: Sendable {
  /// Networks of fewer parameters, 16 MB, are copied for each thread.
  private static let copiedBelow = 1 << 22

  private let original: Instance
  /// The original and its copies; nil for a large one.
  private let copies: Pool<Instance>?
  private let turn = Mutex(())

  /// A network that is always used on as many rows as it is compiled for.
  init(_ network: consuming Network) {
    let original = Instance(network)
    self.original = original
    copies = original.network.parameters.count < Self.copiedBelow ? Pool(original) { try original.copy() } : nil
  }

  /// A network of `architecture` on `rows` rows whose parameters `fill` writes.
  convenience init(
    _ architecture: Architecture, rows: Int, fill: (UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let network = try Network(architecture, loss: .meanSquaredError, batch: rows, for: .inference)
    try fill(network.parameters)
    self.init(network)
  }

  /// Floats that it sees at a time.
  var inputs: Int { original.network.batch * original.network.architecture.inputs }

  /// What it makes of an input; what that lacks of the last row is zero.
  func outputs(of input: ArraySlice<Float>) throws -> [Float] {
    guard let copies else { return turn.withLock { _ in original.outputs(of: input) } }
    return try copies.use { $0.outputs(of: input) }
  }
}

/// One compiled network; unchecked, since a network is no value: one thread at a time uses it, and nobody changes its parameters.
private final class Instance: @unchecked Sendable {
  let network: Network

  init(_ network: consuming Network) { self.network = network }

  func copy() throws -> Instance {
    let other = try Network(
      network.architecture, loss: .meanSquaredError, batch: network.batch, for: .inference)
    _ = other.parameters.update(fromContentsOf: network.parameters)
    return Instance(other)
  }

  func outputs(of input: ArraySlice<Float>) -> [Float] {
    _ = network.inputs.update(fromContentsOf: input)
    network.forward(rows: network.batch)
    return Array(network.outputs)
  }
}
