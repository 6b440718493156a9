import FeatherNetworks
import FeatherTensors

@testable import FeatherCodecs

extension FuzzReader {
  private static let parameters = 20

  /// What crosses between client and aggregator: headers, shipped networks and bases, uploads.
  static func payloads() throws -> [FuzzReader] {
    var stream = RandomStream(seed: 1, purpose: .codec)
    let snapshots = SnapshotSet(
      fitted: (0..<4).map { _ in (0..<parameters).map { _ in stream.uniformFloat() } }, heldOut: [])
    let autoencoder = AutoencoderCodec(
      parameters: parameters, hidden: [4], latent: 3, activation: .relu, input: .weights, centre: true,
      fit: .init(epochs: 1, batch: 4, rule: .adam(learningRate: 0.01), initialisation: .glorotUniform))
    let network = try autoencoder.fit(snapshots, FitKey(seed: 1, client: 0), team: .single).decoder
    let components = PCACodec(parameters: parameters, latent: 2)
    let basis = try components.fit(snapshots, FitKey(seed: 1, client: 0), team: .single).decoder
    let topk = TopKCodec(parameters: parameters, count: 5, values: .sixteen)
    var memory = CodecMemory()
    let occasion = Occasion(seed: 1, client: 0, round: 0)
    let encoder = try topk.encoder(from: nil, decoder: nil)
    let upload = try topk.payload(try encoder.encode(snapshots.fitted[0], &memory, at: occasion))
    return [
      payload("payload", upload, topk, occasion) { _ in nil },
      payload("network", network, autoencoder, occasion) { $0 },
      payload("basis", basis, components, occasion) { $0 },
    ]
  }

  /// A payload that is an upload, or a decoder that was shipped: then it decodes an upload of zeros.
  private static func payload(
    _ name: String, _ seed: Payload, _ codec: any UpdateCodec, _ occasion: Occasion,
    shipped: @escaping @Sendable (Payload) -> Payload?
  ) -> FuzzReader {
    FuzzReader(
      name: name, seeds: [seed.bytes],
      repair: { bytes in
        // Half of the inputs have a header that fits again; the checksum refuses nearly all of the others.
        guard bytes.count > Payload.headerByteCount, bytes.count % 2 == 0, let kind = Payload.Kind(rawValue: bytes[1]),
          let payload = try? Payload(kind, body: Array(bytes[Payload.headerByteCount...]))
        else { return bytes }
        return payload.bytes
      }, refusal: CodecError.self
    ) { bytes in
      let received = Payload(received: bytes)
      var memory = CodecMemory()
      let decoder = try codec.decoder(from: shipped(received))
      let body =
        shipped(received) == nil
        ? try received.body(expecting: codec.kind) : [UInt8](repeating: 0, count: 4 * codec.latentSize)[...]
      let update = try decoder.decode(body, &memory, at: occasion)
      guard update.count == parameters, update.allSatisfy(\.isFinite) else {
        throw FuzzError("\(update.count) floats, or some that are not finite")
      }
    }
  }
}
