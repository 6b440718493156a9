import FeatherCodecs
import FeatherNetworks
import FeatherTensors

/// Encoding or decoding one update again and again.
final class CodecWorkload: Workload {
  /// The half of the codec that is measured.
  enum Direction {
    case encode
    case decode
  }

  private let update: [Float]
  private let payload: Payload
  private let direction: Direction
  private var encoder: any UpdateEncoder
  private var decoder: any UpdateDecoder
  private static let times = 20

  init(_ codec: any UpdateCodec, parameters: Int, _ direction: Direction) throws {
    var stream = RandomStream(seed: 1, purpose: .codec)
    update = (0..<parameters).map { _ in stream.uniformFloat() - 0.5 }
    var shipped: FittedCodec?
    if codec.isFitted {
      shipped = try codec.fit(SnapshotSet(fitted: [update], heldOut: []), seed: 1, client: 0)
    }
    encoder = try codec.encoder(from: shipped?.encoder)
    decoder = try codec.decoder(from: shipped?.decoder)
    payload = try encoder.encode(update).payload
    self.direction = direction
  }

  func repetition() throws -> Repetition {
    let seconds = try Measurement.seconds {
      for _ in 0..<Self.times {
        switch direction {
        case .encode: _ = try encoder.encode(update)
        case .decode: _ = try decoder.decode(payload)
        }
      }
    }
    return Repetition(seconds: seconds, units: Double(4 * update.count * Self.times))
  }

  /// A one-epoch fit of the autoencoder of the small classifier: how well it decodes does not matter here.
  static func autoencoder(_ parameters: Int) -> AutoencoderCodec {
    AutoencoderCodec(
      parameters: parameters, hidden: [], latent: 32, activation: .relu, input: .weights, centre: true,
      fit: .init(epochs: 1, batch: 1, rule: .adam(learningRate: 0.001), initialisation: .glorotUniform))
  }
}
