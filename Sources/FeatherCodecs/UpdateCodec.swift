public import FeatherTensors

/// What a codec encodes of a client's local training.
public enum UpdateInput: Hashable, Sendable {
  /// The weights after local training.
  case weights
  /// The difference: local weights minus global weights.
  case difference
}

/// An encoded update.
public struct EncodedUpdate: Sendable {
  /// The bytes that cross.
  public let payload: Payload
  /// The latent before it was serialised, shape [K]; nil for a codec without one.
  public let latent: [Float]?

  /// An encoded update.
  public init(payload: Payload, latent: [Float]? = nil) {
    self.payload = payload
    self.latent = latent
  }
}

/// The client's half of a codec: turns updates into bytes.
public protocol UpdateEncoder {
  /// Encodes one update.
  ///
  /// - Parameter update: shape [P]: local weights, or local minus global, as the codec's `input` says; all finite.
  /// - Returns: a payload; its `byteCount` is bytes on the wire, header included.
  mutating func encode(_ update: [Float]) throws -> EncodedUpdate
}

/// The aggregator's half of a codec: turns bytes back into updates.
///
/// It knows only what was shipped to it.
public protocol UpdateDecoder {
  /// Decodes one update, shape [P].
  ///
  /// - Throws: `CodecError` when the payload is not one of this codec, or damaged.
  mutating func decode(_ payload: Payload) throws -> [Float]
}

/// The weights dataset of a fit: snapshots of the weights taken in the pre-pass (arXiv:2108.05670), all as the codec's `input` asks.
public struct SnapshotSet: Sendable {
  /// The fitted snapshots, each of shape [P]; at least one.
  public let fitted: [[Float]]
  /// The held-out snapshots, each of shape [P]; may be empty.
  public let heldOut: [[Float]]

  /// A weights dataset.
  public init(fitted: [[Float]], heldOut: [[Float]]) {
    self.fitted = fitted
    self.heldOut = heldOut
  }
}

/// What a fit gives: what has to be shipped, and how the fit went.
public struct FittedCodec: Sendable {
  /// The encoder's bytes, for whoever encodes.
  public let encoder: Payload
  /// The decoder's bytes, for the aggregator.
  public let decoder: Payload
  /// Mean squared error per element on the fitted snapshots, after each epoch's steps were taken one by one.
  public let trainLoss: [Double]
  /// Mean squared error per element on the held-out snapshots after each epoch; empty without held-out snapshots.
  public let heldOutLoss: [Double]

  /// A fitted codec.
  public init(encoder: Payload, decoder: Payload, trainLoss: [Double], heldOutLoss: [Double]) {
    self.encoder = encoder
    self.decoder = decoder
    self.trainLoss = trainLoss
    self.heldOutLoss = heldOutLoss
  }
}

/// A way to turn updates into bytes and back.
///
/// Adding one means one new file and one new case where specs are assembled.
///
/// Encoder and decoder are separate objects that share nothing: a codec that is fitted gives both as bytes, and each half is built
/// from the bytes that were shipped to it. A codec that is not fitted builds both from its configuration alone.
public protocol UpdateCodec: Sendable {
  /// What is encoded.
  var input: UpdateInput { get }
  /// Floats in an upload: the latent's width K, or P.
  var latentSize: Int { get }
  /// What an upload's payload holds.
  var payloadKind: Payload.Kind { get }
  /// Parameters of encoder and decoder; zero for a codec that is not fitted.
  var parameterCounts: (encoder: Int, decoder: Int) { get }
  /// Whether `fit` must be called, and its result shipped, before anything can be encoded.
  var isFitted: Bool { get }

  /// Fits the codec to a weights dataset; deterministic in `seed` and `client`.
  ///
  /// - Parameters:
  ///   - snapshots: what to fit, and what to hold out.
  ///   - seed: the run's seed.
  ///   - client: whose codec it is; keys the random streams.
  ///   - team: the threads that share the work; the result does not depend on them.
  func fit(_ snapshots: SnapshotSet, seed: UInt64, client: Int, team: ThreadTeam) throws -> FittedCodec

  /// The client's half, from shipped bytes where the codec is fitted.
  func encoder(from shipped: Payload?) throws -> any UpdateEncoder

  /// The aggregator's half, from shipped bytes where the codec is fitted.
  func decoder(from shipped: Payload?) throws -> any UpdateDecoder
}

extension UpdateCodec {
  /// Fits the codec on the caller's thread alone.
  public func fit(_ snapshots: SnapshotSet, seed: UInt64, client: Int) throws -> FittedCodec {
    try fit(snapshots, seed: seed, client: client, team: .single)
  }
}
