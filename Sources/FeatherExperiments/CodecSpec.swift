/// How an update is turned into bytes.
public enum CodecSpec: Hashable, Sendable {
  /// The float32 weights themselves.
  case identity
  /// A codec that needs no fit.
  case direct(DirectCodecSpec)
  /// Coefficients of the principal components of the pre-pass snapshots.
  case pca(PCASpec)
  /// A latent of an autoencoder fitted on the pre-pass snapshots (arXiv:2108.05670).
  case autoencoder(AutoencoderSpec)

  /// The name in a spec.
  public var name: String { codecName.rawValue }

  /// Whether it is fitted to snapshots of the weights before it can encode.
  public var isFitted: Bool {
    switch self {
    case .identity, .direct: false
    case .pca, .autoencoder: true
    }
  }
}

/// What a codec encodes of a client's local training.
public enum CodecInput: String, CaseIterable, Sendable {
  /// The client's weights after local training.
  case weights
  /// Their difference, local minus global; a fit uses snapshot minus initial weights.
  case difference
}

/// Whose snapshots a codec is fitted on, and how many codecs there are.
public enum CodecScope: String, CaseIterable, Sendable {
  /// Each client fits its own on its own snapshots and ships its own decoder.
  case perClient
  /// Client 0 fits one on the snapshots of all, ships one decoder, and every other client receives the encoder.
  case shared
  /// Clients are grouped by their last snapshots; the first of each group fits one on the snapshots of its group.
  case clustered
}

/// How the numbers of a shipped decoder are written.
public enum ShipPrecision: String, CaseIterable, Sendable {
  /// As they are.
  case float32
  /// Half precision.
  case float16
  /// 8 bits, with a scale per 256 numbers.
  case int8
}

/// A codec that needs no fit, and its settings.
public struct DirectCodecSpec: Hashable, Sendable {
  /// The codecs that need no fit.
  public enum Name: String, CaseIterable, Sendable {
    /// IEEE half precision.
    case float16
    /// The upper half of float32.
    case bfloat16
    /// Stochastic uniform quantisation (Alistarh et al. 2017, arXiv:1610.02132).
    case qsgd
    /// Signs and the mean magnitude (Bernstein et al. 2018, arXiv:1802.04434; Karimireddy et al. 2019, arXiv:1901.09847).
    case sign
    /// The largest elements (Aji and Heafield 2017, arXiv:1704.05021).
    case topk
    /// Elements at random places that both sides draw.
    case randomk
    /// Sparse ternary compression (Sattler et al. 2019, arXiv:1903.02891).
    case stc
    /// A count sketch (Rothchild et al. 2020, arXiv:2007.07682).
    case countSketch = "count-sketch"
    /// Signs after a random rotation (Vargaftik et al. 2021, arXiv:2105.08339).
    case drive
    /// Few bits after a random rotation (Vargaftik et al. 2022, arXiv:2108.08842).
    case eden
    /// Low-rank factors of each layer (Vogels et al. 2019, arXiv:1905.13727).
    case powersgd
  }

  /// Which codec.
  public var name: Name
  /// What is encoded.
  public var input = CodecInput.difference
  /// Bits per element of `qsgd` and `eden`.
  public var bits: Int
  /// Share of elements that `topk`, `randomk` and `stc` send, and of numbers in a sketch; in 0 < fraction ≤ 1.
  public var fraction = 0.01
  /// Rows of a count sketch.
  public var rows = 5
  /// Share of elements that are read back from a count sketch.
  public var keep = 0.01
  /// Rank of the factors of `powersgd`.
  public var rank = 2

  /// A codec with its defaults.
  public init(_ name: Name) {
    self.name = name
    bits = name == .eden ? 2 : 4
  }
}

/// Principal components of the snapshots: the optimal linear autoencoder, in closed form.
public struct PCASpec: Hashable, Sendable {
  /// The most components, K; floats per upload.
  public var latent = 32
  /// As few components as keep this share of the snapshots' variance, at most `latent`; in 0 < share ≤ 1.
  public var keptVariance = 1.0
  /// Whether the mean of the snapshots is taken off first; it is shipped with the components.
  public var centre = true
  /// What is encoded.
  public var input = CodecInput.weights
  /// One codec per client, one for all or one per group.
  public var scope = CodecScope.perClient
  /// How many groups there are when the scope is clustered.
  public var clusters = 2
  /// Clients of a group, the first ones, whose snapshots are fitted; 0 for all.
  public var fitClients = 0
  /// How components and mean are shipped.
  public var ship = ShipPrecision.float32
  /// What the number of components is chosen by; nil when `latent` says it.
  public var budget: LatentBudget?

  /// 32 components per client.
  public init() {}
}

/// What a latent's width is chosen by instead of being given.
public enum LatentBudget: Hashable, Sendable {
  /// The smallest width, doubling from 1, at which decoding the snapshots costs at most this accuracy, in 0 < loss < 1.
  ///
  /// Measured on the clients' own training samples: mean accuracy of the snapshots less that of the decoded ones.
  case accuracyLoss(Double)
  /// The largest width at which all uploads and decoders of the run take at most so many bytes, headers included.
  case bytes(Int)
}

/// A fully connected autoencoder of weight vectors and how it is fitted.
public struct AutoencoderSpec: Hashable, Sendable {
  /// How the weight vector is divided among autoencoders.
  public enum Division: String, CaseIterable, Sendable {
    /// One takes all of it.
    case whole
    /// One for each layer of the model, weights and biases together.
    case layers
    /// A small one for slices of `chunk` weights, the same for all slices.
    case chunks
  }

  /// Widths of the hidden layers between input and latent; the decoder mirrors them.
  public var hidden: [Int] = []
  /// Width of the latent, K; floats per upload.
  public var latent = 32
  /// The activation after each hidden layer and the latent; the output is linear.
  public var activation = ActivationName.relu
  /// How the weights are drawn at first.
  ///
  /// Kaiming's draws for a decoder of few latents are so large that a short fit does not recover from them.
  public var initialisation = InitialisationName.glorotUniform
  /// Whether the mean of the snapshots is subtracted before encoding and added after; folded into biases, it costs no bytes.
  public var centre = true
  /// What is encoded.
  public var input = CodecInput.weights
  /// One autoencoder per client, one for all or one per group.
  public var scope = CodecScope.perClient
  /// How many groups there are when the scope is clustered.
  public var clusters = 2
  /// Clients of a group, the first ones, whose snapshots are fitted; 0 for all.
  public var fitClients = 0
  /// How the weight vector is divided among autoencoders.
  public var division = Division.whole
  /// Weights per slice when it is divided in chunks.
  public var chunk = 2048
  /// Whether the decoder's weights are the encoder's, transposed.
  public var tied = false
  /// How the decoder is shipped.
  public var ship = ShipPrecision.float32
  /// What the latent's width is chosen by; nil when `latent` says it.
  public var budget: LatentBudget?
  /// Passes over the snapshots.
  public var epochs = 200
  /// Snapshots per step.
  public var batch = 16
  /// The step rule.
  public var optimizer = OptimizerName.adam
  /// The step size.
  public var learningRate = 0.001
  /// Heavy-ball momentum of `sgd`, in 0..<1; must be 0 for `adam`.
  public var momentum = 0.0

  /// The layout of arXiv:2108.05670 for MNIST: one linear layer to 32 latents and back.
  public init() {}
}
