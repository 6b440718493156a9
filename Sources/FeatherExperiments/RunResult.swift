/// Everything a finished run has to say; what a result file is written from.
///
/// Nothing in it depends on time or machine load.
public struct RunResult: Sendable {
  /// How a run ended.
  public enum Status: Hashable, Sendable {
    /// All rounds were done.
    case complete
    /// A loss, weight or update became NaN or infinite; `round` is nil when that happened in the pre-pass or the fit.
    case diverged(round: Int?, reason: String)

    /// Where and why it diverged, such as `round 3: client 0's loss is NaN`; nil for a run that is complete.
    public var divergence: String? {
      guard case .diverged(let round, let reason) = self else { return nil }
      return (round.map { "round \($0): " } ?? "before the rounds: ") + reason
    }
  }

  /// The configuration.
  public var spec: RunSpec
  /// How the run ended.
  public var status: Status = .complete
  /// Libraries and instruction set that computed it, such as `oneDNN` → `2.6.3`; sorted by name.
  public var environment: [EnvironmentFact] = []
  /// The sizes of model and codec.
  public var sizes: ModelSizes
  /// The layers' slices of the parameter vector, in order.
  public var layout: [ParameterSlice]
  /// The clients' data, by client number, or in the order of `participants`.
  public var clients: [ClientRecord]
  /// The numbers, ascending, of those in `clients`, where the samples of clients are drawn when they are asked for: those that were;
  /// nil where all clients are listed.
  public var participants: [Int]?
  /// Mean total variation distance between a client's label distribution and that of all training data, weighted by samples:
  /// 0 when all agree, near 1 when clients share no class.
  public var labelSkew: Double
  /// What `per-channel` normalisation took off and divided by, channel by channel; empty without it.
  public var normalisation: [ChannelScale] = []
  /// Number of classes.
  public var classes: Int
  /// The pre-pass, when the codec needed one.
  public var prepass: PrepassRecord?
  /// One fit per client (scope perClient), one in all (shared), one per group (clustered), or none; then every refit.
  public var fits: [CodecFitRecord] = []
  /// The widths that were tried where a budget chose the latent's, in order.
  public var latentTrials: [LatentTrial] = []
  /// The rounds, in order.
  public var rounds: [RoundRecord] = []
  /// Every byte that crossed.
  public var ledger = Ledger()
  /// Global weights kept, as the spec asks: the number of finished rounds (0: initial) and the parameters, shape [P].
  public var weights: [(round: Int, parameters: [Float])] = []

  /// A result without rounds.
  public init(
    spec: RunSpec, sizes: ModelSizes, layout: [ParameterSlice], clients: [ClientRecord], labelSkew: Double, classes: Int
  ) {
    self.spec = spec
    self.sizes = sizes
    self.layout = layout
    self.clients = clients
    self.labelSkew = labelSkew
    self.classes = classes
  }
}

/// A library's version, or another fact that decides the bits of a result.
public struct EnvironmentFact: Hashable, Sendable {
  /// What it is about, such as `oneDNN`.
  public var name: String
  /// Its value, such as `2.6.3`.
  public var value: String

  /// A fact.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// What pixels of one channel were normalised by: (pixel − mean) / deviation, of pixels in 0…1.
public struct ChannelScale: Hashable, Sendable {
  /// Mean over the training samples.
  public var mean: Double
  /// Standard deviation over the training samples.
  public var deviation: Double

  /// A channel's scale.
  public init(mean: Double, deviation: Double) {
    self.mean = mean
    self.deviation = deviation
  }
}

/// Parameter counts; 0 where there is no autoencoder.
public struct ModelSizes: Hashable, Sendable {
  /// Parameters of the model, P.
  public var model: Int
  /// Parameters of the encoder.
  public var encoder: Int
  /// Parameters of the decoder.
  public var decoder: Int
  /// Floats per upload: the latent's width K, or P for the identity codec.
  public var latent: Int

  /// Sizes of a model and its codec.
  public init(model: Int, encoder: Int = 0, decoder: Int = 0, latent: Int) {
    self.model = model
    self.encoder = encoder
    self.decoder = decoder
    self.latent = latent
  }

  /// Parameters of encoder and decoder together.
  public var autoencoder: Int { encoder + decoder }
}

/// Where a layer's weights or biases lie in the parameter vector.
public struct ParameterSlice: Hashable, Sendable {
  /// The name, such as `dense1.weight`.
  public var name: String
  /// The first element's index.
  public var offset: Int
  /// The shape, row-major: [outputs, inputs] for a dense layer's weight.
  public var shape: [Int]

  /// A slice of the parameter vector.
  public init(name: String, offset: Int, shape: [Int]) {
    self.name = name
    self.offset = offset
    self.shape = shape
  }
}

/// A client's data.
public struct ClientRecord: Sendable {
  /// Indices of its samples in the training set.
  public var indices: [Int32]
  /// Samples per class.
  public var labelHistogram: [Int]
  /// How many of its samples it sees grey.
  public var greySamples: Int
  /// Standard deviation of the noise on its pixels.
  public var noiseDeviation: Double

  /// A client's data.
  public init(indices: [Int32], labelHistogram: [Int], greySamples: Int = 0, noiseDeviation: Double = 0) {
    self.indices = indices
    self.labelHistogram = labelHistogram
    self.greySamples = greySamples
    self.noiseDeviation = noiseDeviation
  }
}

/// What the pre-pass of all clients gave.
///
/// Outer index: client, or place among `clients`.
public struct PrepassRecord: Sendable {
  /// The clients that ran it, ascending; empty where all did.
  public var clients: [Int] = []
  /// Mean training loss per epoch: [client][epoch].
  public var trainLoss: [[Double]] = []
  /// The snapshots: [client][snapshot].
  public var snapshots: [[SnapshotRecord]] = []

  /// An empty record.
  public init() {}
}

/// One snapshot of a client's weights in the pre-pass and the paper's check of it, the validation model (arXiv:2108.05670).
public struct SnapshotRecord: Sendable {
  /// Training steps done when it was taken.
  public var step: Int
  /// Whether it was held out from the fit.
  public var heldOut = false
  /// Test accuracy, 0…1, of the model with the original weights.
  public var accuracyOriginal = Double.nan
  /// Test loss (cross-entropy, nats) of the model with the original weights.
  public var lossOriginal = Double.nan
  /// Test accuracy of the model with the decoded weights.
  public var accuracyReconstructed = Double.nan
  /// Test loss of the model with the decoded weights.
  public var lossReconstructed = Double.nan
  /// ‖decoded − original‖ / ‖original‖ of what the codec encodes.
  public var relativeError = Double.nan
  /// The weights, shape [P]; kept only when `store.snapshots` asks.
  public var weights: [Float]?

  /// A snapshot not yet evaluated.
  public init(step: Int) { self.step = step }
}

/// How the fit of one codec went.
public struct CodecFitRecord: Sendable {
  /// The group of clients that it was for: the client with a codec per client, 0 with a shared one.
  public var group = 0
  /// The round before which a refit was; nil for the fit on the pre-pass.
  public var round: Int?
  /// Mean squared error on the fitted snapshots per epoch, per element.
  public var trainLoss: [Double] = []
  /// Mean squared error on the held-out snapshots per epoch, per element; empty without held-out snapshots.
  public var heldOutLoss: [Double] = []
  /// The encoder's parameters; kept only when `store.codec` asks.
  public var encoder: [Float]?
  /// The decoder's parameters; kept only when `store.codec` asks.
  public var decoder: [Float]?

  /// An empty record.
  public init() {}
}

/// A width that was tried for the latent, and what it would cost.
public struct LatentTrial: Hashable, Sendable {
  /// Floats per upload.
  public var latent: Int
  /// Bytes of the run's uploads and decoders, or share of test samples lost; as the budget counts.
  public var cost: Double

  /// A trial.
  public init(latent: Int, cost: Double) {
    self.latent = latent
    self.cost = cost
  }
}
