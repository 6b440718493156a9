import FeatherNetworks
import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite("Fitted codecs of every length")
struct FittedLengthTests {
  private static func snapshots(_ count: Int) -> SnapshotSet {
    SnapshotSet(
      fitted: (0..<3).map { number in
        var stream = RandomStream(seed: 6, purpose: .codec, round: number)
        return (0..<count).map { _ in stream.uniformFloat() - 0.5 }
      }, heldOut: [])
  }

  /// Fits, ships, encodes and decodes; the decoded snapshot and the bytes that crossed.
  private static func round(_ codec: any UpdateCodec, _ set: SnapshotSet) throws -> (decoded: [Float], bytes: Int) {
    let fitted = try codec.fit(set, FitKey(seed: 1, client: 0), team: .single)
    let decoder = Payload(received: fitted.decoder.bytes)
    let encoder = try codec.encoder(
      from: fitted.encoder.map { Payload(received: $0.bytes) }, decoder: codec.encoderNeedsDecoder ? decoder : nil)
    let body = try encoder.encode(try #require(set.fitted.first)).body
    #expect(fitted.decoder.byteCount <= codec.shippedDecoderByteCount)
    return (try codec.decoder(from: decoder).decode(body), body.count)
  }

  @Test(
    "an autoencoder of any form takes updates of any length that has room for a latent",
    arguments: [2, 17, 15_910, 550_570])
  func autoencoders(count: Int) throws {
    let set = Self.snapshots(count)
    let slices = [0..<count / 2, count / 2..<count]
    let forms: [(AutoencoderDivision, Bool)] = [
      (.whole, false), (.whole, true), (.layers(slices: slices), false), (.chunks(size: max(1, count / 2)), true),
    ]
    for (division, tied) in forms where count > 2 || division == .whole {
      let latent = division == .whole ? 1 : 3
      let codec = AutoencoderCodec(
        parameters: count, hidden: [], latent: latent, activation: .linear, input: .weights, centre: true,
        fit: .init(epochs: 1, batch: 3, rule: .sgd(learningRate: 1e-6, momentum: 0), initialisation: .glorotUniform),
        division: division, tied: tied)
      let (decoded, bytes) = try Self.round(codec, set)
      #expect(decoded.count == count && decoded.allSatisfy(\.isFinite))
      #expect(bytes == codec.expectedByteCount && bytes == 4 * codec.latentSize)
    }
  }

  @Test(
    "principal components of three snapshots give each of them back, whatever the length",
    arguments: [0, 1, 2, 17, 15_910, 550_570])
  func components(count: Int) throws {
    let set = Self.snapshots(count)
    let (decoded, bytes) = try Self.round(PCACodec(parameters: count, latent: 2), set)
    // Three points lie in a plane around their mean: what is left is rounding.
    #expect(decoded.count == count && bytes <= 8)
    #expect(Reductions.relativeError(of: decoded, to: try #require(set.fitted.first)) < 1e-5)
  }
}
