/// How the training samples are divided among the clients.
public struct PartitionSpec: Hashable, Sendable {
  /// The partition schemes and what only they need.
  public enum Scheme: Hashable, Sendable {
    /// A random division into equal parts, or `samplesPerClient` for each.
    case iid
    /// Sorted by label, cut into equal shards, `perClient` of them each (McMahan et al. 2017, arXiv:1602.05629).
    case shards(perClient: Int)
    /// Label skew: each class is divided by a Dirichlet(`alpha`) draw (Hsu et al. 2019, arXiv:1909.06335), drawn anew until
    /// every client has at least `minimumSamples`.
    case dirichlet(alpha: Double, minimumSamples: Int)
    /// Label skew by client: each has its own class mixture, a Dirichlet(`alpha`) draw, and as many samples as
    /// `samplesPerClient` says, or by a Dirichlet(`quantityAlpha`) draw as in `quantity` where that is not 0 (Acar et al. 2021,
    /// arXiv:2111.04263).
    case innerDirichlet(alpha: Double, quantityAlpha: Double, minimumSamples: Int)
    /// Label skew: every client has samples of `perClient` classes (Li et al. 2022, arXiv:2102.02079, "#C = k").
    case classes(perClient: Int)
    /// Quantity skew: the clients' shares of all samples are a Dirichlet(`alpha`) draw (Li et al. 2022, arXiv:2102.02079),
    /// drawn anew until every client has at least `minimumSamples`.
    case quantity(alpha: Double, minimumSamples: Int)
    /// Feature skew: equal parts, and Gaussian noise on the pixels that grows with the client's number, up to `sigma` for the
    /// last (Li et al. 2022).
    case featureNoise(sigma: Double)
    /// Some clients see colour images and others grey ones (arXiv:2108.05670).
    case colourImbalance(ColourImbalanceSpec)
    /// As a file says.
    case fromFile(PartitionFile)
  }

  /// The scheme.
  public var scheme = Scheme.iid
  /// The number of clients, C.
  public var clients = 2
  /// Samples of each client in the schemes `iid` and `innerDirichlet`; 0 divides all.
  ///
  /// Where clients need more together than there are, each draws its own and they share samples.
  public var samplesPerClient = 0

  /// Two clients, IID.
  public init() {}
}

/// How many of each client's images are grey.
public struct ColourImbalanceSpec: Hashable, Sendable {
  /// How an image loses its colour; all channels are equal afterwards.
  public enum Conversion: String, CaseIterable, Sendable {
    /// By the weights of ITU-R BT.601: 0.299 red, 0.587 green, 0.114 blue.
    case luminance
    /// Red is copied to green and blue.
    case channelCopy = "channel-copy"
  }

  /// How an image loses its colour.
  public var conversion = Conversion.luminance
  /// The share of each client's images that are grey, 0…1, by client number; empty stands for `PartitionSpec.greyFractions`.
  public var greyFraction: [Double] = []
  /// Whether the clients divide the classes among them as well, so that colour and class go together.
  public var confounded = false

  /// The first half of the clients has colour, the second grey, whatever the class.
  public init() {}
}

extension PartitionSpec {
  /// Samples of a client of average size, at least 1, when `train` samples are divided.
  public func samplesPerClient(of train: Int) -> Int {
    givenSamples > 0 ? givenSamples : max(1, train / max(1, clients))
  }

  /// Whether clients need more of the `train` samples together than there are, so that they share them.
  public func isDrawn(from train: Int) -> Bool {
    givenSamples > 0 && clients > train / givenSamples
  }

  /// `samplesPerClient` where the scheme has it, else 0.
  private var givenSamples: Int {
    switch scheme {
    case .iid, .innerDirichlet: max(0, samplesPerClient)
    case .shards, .dirichlet, .classes, .quantity, .featureNoise, .colourImbalance, .fromFile: 0
    }
  }

  /// The share of grey images of each client, 0…1: as given, else 0 for the first half of the clients and 1 for the second.
  ///
  /// All 0 for other schemes than `colourImbalance`.
  public var greyFractions: [Double] {
    guard case .colourImbalance(let colour) = scheme else { return [Double](repeating: 0, count: max(0, clients)) }
    return colour.greyFraction.isEmpty ? Self.halfGrey(clients) : colour.greyFraction
  }

  /// 0 for the first half of the clients, the larger one if their number is odd, and 1 for the second.
  static func halfGrey(_ clients: Int) -> [Double] {
    // A number of clients that no data set can serve is refused elsewhere, and must not fill the memory before.
    (0..<min(max(0, clients), 10_000_000)).map { $0 < (clients + 1) / 2 ? 0 : 1 }
  }
}
