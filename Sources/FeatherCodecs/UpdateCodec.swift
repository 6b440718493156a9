public import FeatherTensors

/// What a codec encodes of a client's local training.
public enum UpdateInput: Hashable, Sendable {
  /// The weights after local training.
  case weights
  /// The difference: local weights minus global weights.
  case difference
}

/// When a client's update is encoded: the key of whatever a codec draws at random.
///
/// Both halves of a codec know it, so numbers drawn from it are on both sides and never cross.
public struct Occasion: Hashable, Sendable {
  /// The run's seed.
  public var seed: UInt64
  /// Whose update it is.
  public var client: Int
  /// The round; in the pre-pass the number of the snapshot.
  public var round: Int
  /// Whether it is a snapshot that is checked in the pre-pass, and no upload of a round.
  public var isCheck: Bool
  /// Whether it is a control variate that crosses beside the update.
  public var isVariate = false

  /// An occasion.
  public init(seed: UInt64, client: Int, round: Int, isCheck: Bool = false) {
    self.seed = seed
    self.client = client
    self.round = round
    self.isCheck = isCheck
  }

  /// When the aggregator encodes something for all clients alike.
  ///
  /// No client has its number.
  public static func broadcast(seed: UInt64, round: Int) -> Occasion {
    Occasion(seed: seed, client: Int(UInt32.max), round: round)
  }

  /// A stream of random numbers that both sides have; codecs within one chain take different lanes.
  public func stream(lane: Int = 0) -> RandomStream {
    let purpose: RandomPurpose = isVariate ? .codecVariate : isCheck ? .codecCheck : .codec
    return RandomStream(seed: seed, purpose: purpose, client: client, round: round, lane: lane)
  }
}

/// What one side of a codec remembers of one client from upload to upload: all the state that it has.
///
/// Empty before the first upload. Each codec of a chain keeps vectors under names of its own, so that a checkpoint holds everything.
public struct CodecMemory: Hashable, Sendable {
  /// The vectors by name, such as `residual`.
  public var vectors: [String: [Float]] = [:]

  /// Nothing remembered.
  public init() {}
}

/// An encoded update.
public struct Encoding: Sendable {
  /// The bytes that cross, without the header of a `Payload`.
  public var body: [UInt8]
  /// The latent before it was serialised, shape [K]; nil for a codec without one.
  public var latent: [Float]?

  /// An encoded update.
  public init(body: [UInt8], latent: [Float]? = nil) {
    self.body = body
    self.latent = latent
  }
}

/// A half of a codec.
///
/// Several threads may use it at a time; what it must remember of a client is handed in and out.
public protocol CodecHalf: Sendable {
  /// Learns what both sides hear; most codecs have no use for it.
  mutating func follow(_ broadcast: Broadcast)
}

extension CodecHalf {
  /// Has no use for it.
  public mutating func follow(_ broadcast: Broadcast) {}
}

/// What both sides of a codec hear.
public enum Broadcast: Sendable {
  /// The global model that is broadcast at the beginning of a round, shape [P], and the threads that share the work of learning it.
  case model([Float], team: ThreadTeam)
  /// All that was learned from the broadcasts before, when a run is continued from a checkpoint.
  case knowledge(CommonKnowledge)
}

/// What both sides of a codec have learned from the models that were broadcast; the same on either side.
public struct CommonKnowledge: Hashable, Sendable {
  /// The model that was heard last, shape [P]; nil before the first.
  public var model: [Float]?
  /// What each basis is made of: its weighted directions, flattened, then its reflections.
  public var bases: [[[Double]]]

  /// What was learned.
  public init(model: [Float]?, bases: [[[Double]]]) {
    self.model = model
    self.bases = bases
  }
}

/// The client's half of a codec: turns updates into bytes.
public protocol UpdateEncoder: CodecHalf {
  /// Encodes one update.
  ///
  /// - Parameters:
  ///   - update: shape [P]: local weights, or local minus global, as the codec's `input` says.
  ///   - memory: what was remembered of this client on this side; what is to be remembered.
  ///   - occasion: keys the random numbers.
  /// - Throws: `CodecError` when the update has another length, or a value that the codec cannot hold, with its index.
  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding
}

/// The aggregator's half of a codec: turns bytes back into updates.
///
/// It knows only what was shipped to it, the global models that it broadcast and what it remembers of earlier uploads.
public protocol UpdateDecoder: CodecHalf {
  /// All that was learned from broadcasts; nil where nothing ever is.
  var knowledge: CommonKnowledge? { get }

  /// Decodes one update, shape [P].
  ///
  /// - Parameters:
  ///   - body: the bytes that `encode` gave, as they came.
  ///   - memory: what was remembered of this client on this side; what is to be remembered.
  ///   - occasion: keys the random numbers.
  /// - Throws: `CodecError` when the bytes are not such as this codec writes.
  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float]
}

extension UpdateDecoder {
  /// Nothing ever is.
  public var knowledge: CommonKnowledge? { nil }
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
  /// The encoder's bytes, for whoever encodes; nil when the decoder's bytes say everything.
  public let encoder: Payload?
  /// The decoder's bytes, for the aggregator.
  public let decoder: Payload
  /// Mean squared error per element on the fitted snapshots, after each epoch's steps were taken one by one.
  public let trainLoss: [Double]
  /// Mean squared error per element on the held-out snapshots after each epoch; empty without held-out snapshots.
  public let heldOutLoss: [Double]

  /// A fitted codec.
  public init(encoder: Payload?, decoder: Payload, trainLoss: [Double], heldOutLoss: [Double]) {
    self.encoder = encoder
    self.decoder = decoder
    self.trainLoss = trainLoss
    self.heldOutLoss = heldOutLoss
  }
}

/// What keys a fit.
public struct FitKey: Sendable {
  /// The run's seed.
  public var seed: UInt64
  /// Whose codec it is: the client that fits.
  public var client: Int
  /// 0 for the fit on the pre-pass, then counted up with every refit.
  public var generation: Int
  /// The codec to start from, where it is not fitted from scratch.
  public var start: FittedCodec?

  /// The key of a fit.
  public init(seed: UInt64, client: Int, generation: Int = 0, start: FittedCodec? = nil) {
    self.seed = seed
    self.client = client
    self.generation = generation
    self.start = start
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
  /// What the header of an upload says.
  var kind: Payload.Kind { get }
  /// Bytes of an upload's body: exact where all uploads are equally long, else what is expected of elements at random places.
  var expectedByteCount: Int { get }
  /// Parameters of encoder and decoder; zero for a codec that is not fitted.
  var parameterCounts: (encoder: Int, decoder: Int) { get }
  /// Bytes of a shipped decoder, header included, at most; zero for a codec that is not fitted.
  var shippedDecoderByteCount: Int { get }
  /// Whether `fit` must be called, and its result shipped, before anything can be encoded.
  var isFitted: Bool { get }
  /// Whether a client's half must know what the aggregator will decode, and so needs the shipped decoder too.
  var encoderNeedsDecoder: Bool { get }
  /// Whether the halves must hear every global model that is broadcast (`follow`), from the first round on.
  var followsGlobal: Bool { get }

  /// Fits the codec to a weights dataset; deterministic in the key.
  ///
  /// - Parameters:
  ///   - snapshots: what to fit, and what to hold out.
  ///   - key: keys the random streams.
  ///   - team: the threads that share the work; the result does not depend on them.
  /// - Throws: `CodecError` when the fit diverges.
  func fit(_ snapshots: SnapshotSet, _ key: FitKey, team: ThreadTeam) throws -> FittedCodec

  /// The client's half, from shipped bytes where the codec is fitted.
  ///
  /// - Parameter decoder: the shipped decoder where `encoderNeedsDecoder` says so.
  func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder

  /// The aggregator's half, from shipped bytes where the codec is fitted.
  func decoder(from shipped: Payload?) throws -> any UpdateDecoder
}

extension UpdateCodec {
  /// There are none.
  public var parameterCounts: (encoder: Int, decoder: Int) { (0, 0) }
  /// There is none.
  public var shippedDecoderByteCount: Int { 0 }
  /// It needs no fit.
  public var isFitted: Bool { false }
  /// Its encoder can do without.
  public var encoderNeedsDecoder: Bool { false }
  /// It has no use for them.
  public var followsGlobal: Bool { false }

  /// Always throws: there is nothing to fit.
  public func fit(_ snapshots: SnapshotSet, _ key: FitKey, team: ThreadTeam) throws -> FittedCodec {
    throw CodecError("the codec \(kind) is not fitted")
  }

  /// The bytes of an upload as they cross.
  public func payload(_ encoding: Encoding) throws -> Payload { try Payload(kind, body: encoding.body) }
}

/// Refuses updates that a codec for `count` floats cannot encode: of another length, or with a value that is not finite.
func checkUpdate(_ update: [Float], count: Int) throws {
  guard update.count == count else {
    throw CodecError("an update of \(update.count) floats was given to an encoder for \(count)")
  }
  if let index = Reductions.firstNonFinite(update) {
    throw CodecError("value \(index) of an update is \(update[index]): only finite values can be encoded")
  }
}

/// Passes on decoded values, which no encoder makes other than finite: others are damage.
func checkDecoded(_ values: [Float], of what: String = "a payload") throws -> [Float] {
  guard let index = Reductions.firstNonFinite(values) else { return values }
  throw CodecError("value \(index) of \(what) is \(values[index]): it was damaged, or the codecs differ")
}
