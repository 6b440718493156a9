/// One complete configuration: everything that can change a run's result, and nothing else.
public struct RunSpec: Hashable, Sendable {
  /// The key of every random stream of the run.
  public var seed: UInt64 = 1
  /// Which images are learned.
  public var dataset = DatasetSpec()
  /// How the training samples are divided among the clients.
  public var partition = PartitionSpec()
  /// The classifier that the federation trains.
  public var model = ModelSpec()
  /// How a client trains within a round, and in the pre-pass.
  public var training = TrainingSpec()
  /// The local training before the federation that yields the snapshots for fitting a codec.
  public var prepass = PrepassSpec()
  /// How an update is turned into bytes.
  public var codec = CodecSpec.identity
  /// The algorithm, its rounds and who takes part.
  public var federation = FederationSpec()
  /// What is kept in the result file beyond metrics.
  public var store = StoreSpec()

  /// The configuration that every key's default gives.
  public init() {}
}

/// Which images are learned.
public struct DatasetSpec: Hashable, Sendable {
  /// The data sets there are.
  public enum Name: String, CaseIterable, Sendable {
    /// Grey 28x28 digits drawn procedurally; built in, no download.
    case syntheticDigits = "synthetic-digits"
    /// The MNIST handwritten digits.
    case mnist
  }

  /// The data set's name.
  public var name = Name.syntheticDigits
  /// Training samples used: the first ones in the data set's order.
  public var train = 60000
  /// Test samples used: the first ones in the data set's order.
  public var test = 10000
  /// The key of a built-in data set's images; independent of the run's seed, so that seeds share their data.
  public var seed: UInt64 = 0

  /// The built-in digits in MNIST's size.
  public init() {}
}

/// How the training samples are divided among the clients.
public struct PartitionSpec: Hashable, Sendable {
  /// The partition schemes and what only they need.
  public enum Scheme: Hashable, Sendable {
    /// A random division into equal parts.
    case iid
    /// Sorted by label, cut into equal shards, `perClient` of them each (McMahan et al. 2017, arXiv:1602.05629).
    case shards(perClient: Int)
    /// Label skew: each class is divided by a Dirichlet(`alpha`) draw (Hsu et al. 2019, arXiv:1909.06335), drawn anew until
    /// every client has at least `minimumSamples`.
    case dirichlet(alpha: Double, minimumSamples: Int)
  }

  /// The scheme.
  public var scheme = Scheme.iid
  /// The number of clients, C.
  public var clients = 2

  /// Two clients, IID.
  public init() {}
}

/// How weights are drawn at first; biases start at zero.
public enum InitialisationName: String, CaseIterable, Sendable {
  /// Uniform on ±sqrt(6 / fan-in) (He et al. 2015, arXiv:1502.01852).
  case kaimingUniform = "kaiming-uniform"
  /// Normal with variance 2 / fan-in (He et al. 2015).
  case kaimingNormal = "kaiming-normal"
  /// Uniform on ±sqrt(6 / (fan-in + fan-out)) (Glorot and Bengio 2010).
  case glorotUniform = "glorot-uniform"
  /// Normal with variance 2 / (fan-in + fan-out) (Glorot and Bengio 2010).
  case glorotNormal = "glorot-normal"
}

/// The non-linearity between layers.
public enum ActivationName: String, CaseIterable, Sendable {
  /// max(0, x)
  case relu
  /// x where positive, 0.01 x elsewhere
  case leakyRelu = "leaky-relu"
  /// The hyperbolic tangent
  case tanh
  /// 1 / (1 + exp(−x))
  case sigmoid
  /// x itself
  case linear
}

/// The step rule of an optimiser.
public enum OptimizerName: String, CaseIterable, Sendable {
  /// Stochastic gradient descent, with heavy-ball momentum where asked.
  case sgd
  /// Adam with bias correction (Kingma and Ba 2015, arXiv:1412.6980).
  case adam
}

/// The classifier that the federation trains.
public struct ModelSpec: Hashable, Sendable {
  /// The models there are.
  public enum Name: String, CaseIterable, Sendable {
    /// Fully connected layers with an activation between them.
    case mlp
  }

  /// The model's name.
  public var name = Name.mlp
  /// Widths of the hidden layers, input side first; [20] gives 784-20-10 on MNIST.
  public var hidden = [20]
  /// The activation after each hidden layer.
  public var activation = ActivationName.relu
  /// How the weights are drawn at first.
  public var initialisation = InitialisationName.kaimingUniform

  /// The 784-20-10 network of arXiv:2108.05670, on 28x28 images.
  public init() {}
}

/// How a client trains within a round, and in the pre-pass.
public struct TrainingSpec: Hashable, Sendable {
  /// The step rule.
  public var optimizer = OptimizerName.sgd
  /// The step size.
  public var learningRate = 0.05
  /// Heavy-ball momentum of `sgd`, in 0..<1; must be 0 for `adam`.
  public var momentum = 0.0
  /// Samples per step; an epoch's last batch holds what is left.
  public var batch = 32
  /// Passes over a client's samples per round.
  public var localEpochs = 5

  /// Plain SGD at 0.05 in batches of 32, five epochs per round.
  public init() {}
}

/// The local training before the federation that yields the snapshots for fitting a codec.
public struct PrepassSpec: Hashable, Sendable {
  /// When a snapshot of the weights is taken; the final weights are always one.
  public enum SnapshotEvery: Hashable, Sendable {
    /// After every so many training steps.
    case steps(Int)
    /// After every epoch.
    case epoch
  }

  /// Passes over a client's samples.
  public var epochs = 10
  /// When a snapshot is taken.
  public var snapshotEvery = SnapshotEvery.steps(100)
  /// The share of each client's snapshots held out from the fit, in 0..<1.
  public var heldOut = 0.1

  /// Ten epochs, a snapshot every 100 steps, a tenth of them held out.
  public init() {}
}

/// How an update is turned into bytes.
public enum CodecSpec: Hashable, Sendable {
  /// The float32 weights themselves.
  case identity
  /// A latent of an autoencoder fitted on the pre-pass snapshots (arXiv:2108.05670).
  case autoencoder(AutoencoderSpec)

  /// The name in a spec.
  public var name: String {
    switch self {
    case .identity: "identity"
    case .autoencoder: "autoencoder"
    }
  }
}

/// A fully connected autoencoder of weight vectors and how it is fitted.
public struct AutoencoderSpec: Hashable, Sendable {
  /// What is encoded.
  public enum Input: String, CaseIterable, Sendable {
    /// The client's weights after local training.
    case weights
    /// Their difference, local minus global; the fit uses snapshot minus initial weights.
    case difference
  }

  /// Whose snapshots an autoencoder is fitted on, and how many autoencoders there are.
  public enum Scope: String, CaseIterable, Sendable {
    /// Each client fits its own on its own snapshots and ships its own decoder.
    case perClient
    /// Client 0 fits one on the snapshots of all, ships one decoder, and every other client receives the encoder.
    case shared
  }

  /// Widths of the hidden layers between input and latent; the decoder mirrors them.
  public var hidden: [Int] = []
  /// Width of the latent, K; floats per upload.
  public var latent = 32
  /// The activation after each hidden layer and the latent; the output is linear.
  public var activation = ActivationName.relu
  /// How the weights are drawn at first.
  public var initialisation = InitialisationName.kaimingUniform
  /// Whether the mean of the snapshots is subtracted before encoding and added after; folded into biases, it costs no bytes.
  public var centre = true
  /// What is encoded.
  public var input = Input.weights
  /// One autoencoder per client or one for all.
  public var scope = Scope.perClient
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

/// The algorithm, its rounds and who takes part.
public struct FederationSpec: Hashable, Sendable {
  /// The algorithms there are.
  public enum Algorithm: String, CaseIterable, Sendable {
    /// The mean of the clients' weights, weighted by their samples (McMahan et al. 2017, arXiv:1602.05629).
    case fedavg
  }

  /// The algorithm.
  public var algorithm = Algorithm.fedavg
  /// Rounds of training, uploading and aggregating.
  public var rounds = 40
  /// The share of clients that take part in a round, in 0 < share ≤ 1; at least one does.
  public var participation = 1.0

  /// Forty rounds of FedAvg in which everyone takes part.
  public init() {}
}

/// What is kept in the result file beyond metrics.
public struct StoreSpec: Hashable, Sendable {
  /// Which global weights are kept.
  public enum Weights: String, CaseIterable, Sendable {
    /// None.
    case none
    /// Those after the last round.
    case final
    /// The initial ones and those after every round.
    case all
  }
  /// Which latents are kept.
  public enum Latents: String, CaseIterable, Sendable {
    /// None.
    case none
    /// Those of every upload.
    case all
  }

  /// Which global weights are kept.
  public var weights = Weights.final
  /// Which latents are kept.
  public var latents = Latents.all
  /// Whether the parameters of encoders and decoders are kept.
  public var codec = false
  /// Whether the pre-pass snapshots are kept.
  public var snapshots = false

  /// Final weights and all latents.
  public init() {}
}
