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
    let centred = mean.map { mean in zip(update, mean).map { $0 - $1 } } ?? update
    let latent = networks.flatMap { $0.network.outputs(of: centred[$0.slice]) }
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
      update += part.network.outputs(of: latents.prefix(inputs)).prefix(part.slice.count)
      latents = latents.dropFirst(inputs)
    }
    if let mean { for i in update.indices { update[i] += mean[i] } }
    return try checkDecoded(update, of: "a decoded update")
  }
}

/// A network and the slice of an update that it serves.
struct SlicedNetwork: Sendable {
  let network: SharedNetwork
  let slice: Range<Int>
}

/// A network that threads use in turn: its weights may be too large for a copy each.
///
/// Unchecked, since a network is no value: it is touched with the lock held alone.
final class SharedNetwork: @unchecked Sendable {
  private let network: Network
  private let turn = Mutex(())

  /// A network that is always used on as many rows as it is compiled for.
  init(_ network: consuming Network) {
    self.network = network
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
  var inputs: Int { network.batch * network.architecture.inputs }

  /// What it makes of an input; what that lacks of the last row is zero.
  func outputs(of input: ArraySlice<Float>) -> [Float] {
    turn.withLock { _ in
      _ = network.inputs.update(fromContentsOf: input)
      network.forward(rows: network.batch)
      return Array(network.outputs)
    }
  }
}
