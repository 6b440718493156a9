/// Every byte that crossed between clients and aggregator, by purpose and direction.
///
/// All sizes are those of real serialised payloads. `headers` are counted apart, so that body bytes compare with formulas.
public struct Ledger: Hashable, Sendable {
  /// Why bytes crossed.
  public enum Purpose: String, CaseIterable, Sendable {
    /// The initial weights on their way to the clients, and the snapshots of a shared codec on theirs to whoever fits it.
    case prepass
    /// An encoder, on its way to the clients of a shared codec.
    case encoder
    /// A decoder, on its way to the aggregator.
    case decoder
    /// Clients' updates.
    case update
    /// The global model, on its way to the participants of a round.
    case model
    /// Control variates of `scaffold`: the server's on its way to the participants, the changes of theirs on the way back.
    case variate

    /// Whether it came after the first version of the file format: files without such messages do not list it.
    package var isLater: Bool { self == .variate }
  }
  /// Which way bytes crossed.
  public enum Direction: String, CaseIterable, Sendable {
    /// From a client to the aggregator.
    case up
    /// From the aggregator to a client.
    case down
  }
  /// A count of messages and of their bytes.
  public struct Entry: Hashable, Sendable {
    /// Messages.
    public var messages = 0
    /// Bytes without headers.
    public var bodyBytes = 0
    /// Bytes of headers.
    public var headerBytes = 0
    /// Bytes on the wire.
    public var bytes: Int { bodyBytes + headerBytes }

    /// Nothing.
    public init() {}
  }

  /// Every purpose and direction, in the order of their cases.
  package var entries = [Entry](repeating: Entry(), count: Purpose.allCases.count * Direction.allCases.count)

  /// An empty ledger.
  public init() {}

  private static func index(_ purpose: Purpose, _ direction: Direction) -> Int {
    let position: Int =
      switch purpose {
      case .prepass: 0
      case .encoder: 1
      case .decoder: 2
      case .update: 3
      case .model: 4
      case .variate: 5
      }
    return position * 2 + (direction == .up ? 0 : 1)
  }

  /// Counts one message.
  public mutating func count(_ purpose: Purpose, _ direction: Direction, bodyBytes: Int, headerBytes: Int) {
    let i = Self.index(purpose, direction)
    entries[i].messages += 1
    entries[i].bodyBytes += bodyBytes
    entries[i].headerBytes += headerBytes
  }

  /// What crossed for one purpose in one direction.
  public subscript(purpose: Purpose, direction: Direction) -> Entry { entries[Self.index(purpose, direction)] }

  /// Bytes on the wire in one direction, all purposes.
  public func bytes(_ direction: Direction) -> Int {
    Purpose.allCases.reduce(0) { $0 + self[$1, direction].bytes }
  }
}

/// The ratios that a ledger gives for a model of `parameters` float32 values.
///
/// All are 'without codec over with codec', so above 1
/// the codec saves bytes.
public struct LedgerRatios: Hashable, Sendable {
  /// 4 P over the body bytes of a mean upload: the paper's ratio per upload (latent only).
  public var upload: Double
  /// 4 P over the bytes of a mean upload on the wire, header included.
  public var uploadOnWire: Double
  /// 4 P times the uploads, over the bytes of all uploads and decoders, headers included: the paper's savings ratio, measured.
  public var lifetime: Double
  /// The same without headers: equals SR(R, C) of arXiv:2108.05670.
  public var lifetimeBody: Double
  /// Bytes of everything that crossed both ways with raw uploads and the model in full to every participant, over what did cross, encoders
  /// and pre-pass included.
  public var total: Double
  /// Uploads per shipped decoder from which on the codec saves bytes; 0 without a decoder, infinity if it never does.
  public var breakEvenUploads: Double

  /// The ratios after a whole run.
  ///
  /// A ratio of uploads is NaN where there was none, and `total` where nothing crossed.
  /// - Parameters:
  ///   - parameters: P, parameters of the model.
  ///   - broadcasts: how often a client would have received the model in full, where it crossed in another form.
  public init(ledger: Ledger, parameters: Int, broadcasts: Int? = nil) {
    let raw = 4.0 * Double(parameters)
    let updates = ledger[.update, .up]
    let decoders = ledger[.decoder, .up]
    let uploads = Double(updates.messages)
    upload = raw * uploads / Double(updates.bodyBytes)
    uploadOnWire = raw * uploads / Double(updates.bytes)
    lifetime = raw * uploads / Double(updates.bytes + decoders.bytes)
    lifetimeBody = raw * uploads / Double(updates.bodyBytes + decoders.bodyBytes)
    let everything = Double(ledger.bytes(.up) + ledger.bytes(.down))
    let variates = raw * Double(ledger[.variate, .up].messages) + Double(ledger[.variate, .down].bytes)
    let models = ledger[.model, .down]
    // All of a model's messages have headers of the same length.
    let header = models.messages == 0 ? 0 : models.headerBytes / models.messages
    let full = broadcasts.map { (raw + Double(header)) * Double($0) } ?? Double(models.bytes)
    total = (raw * uploads + full + variates) / everything
    let saved = raw - Double(updates.bytes) / uploads
    let perDecoder = decoders.messages == 0 ? 0 : Double(decoders.bytes) / Double(decoders.messages)
    breakEvenUploads = perDecoder == 0 ? 0 : saved > 0 ? perDecoder / saved : .infinity
  }
}
