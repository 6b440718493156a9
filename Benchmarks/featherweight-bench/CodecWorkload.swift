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
  private let body: ArraySlice<UInt8>
  private let direction: Direction
  private let encoder: any UpdateEncoder
  private let decoder: any UpdateDecoder
  private static let times = 20
  private static let occasion = Occasion(seed: 1, client: 0, round: 0)

  init(_ codec: any UpdateCodec, parameters: Int, _ direction: Direction) throws {
    var stream = RandomStream(seed: 1, purpose: .codec)
    update = (0..<parameters).map { _ in stream.uniformFloat() - 0.5 }
    var shipped: FittedCodec?
    if codec.isFitted {
      shipped = try codec.fit(SnapshotSet(fitted: [update], heldOut: []), FitKey(seed: 1, client: 0), team: .single)
    }
    encoder = try codec.encoder(from: shipped?.encoder, decoder: shipped?.decoder)
    decoder = try codec.decoder(from: shipped?.decoder)
    var memory = CodecMemory()
    body = try encoder.encode(update, &memory, at: Self.occasion).body[...]
    self.direction = direction
  }

  func repetition() throws -> Repetition {
    var memory = CodecMemory()
    let seconds = try Measurement.seconds {
      for _ in 0..<Self.times {
        switch direction {
        case .encode: _ = try encoder.encode(update, &memory, at: Self.occasion)
        case .decode: _ = try decoder.decode(body, &memory, at: Self.occasion)
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
