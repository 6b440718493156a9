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
  /// How an update is turned into bytes: the section `codec` of specs, whose parts are `codec`, `quantise` and `addOns`.
  public var uplink = CodecChain()
  /// How the change of the global model is turned into bytes on its way to the clients; `identity` sends the model in full.
  public var downlink = CodecChain()
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
    /// 32x32 images of ten classes that differ in shape and colour; built in, no download.
    case syntheticColours = "synthetic-colours"
    /// The MNIST handwritten digits: grey, 28x28.
    case mnist
    /// Grey 28x28 images of clothes (Xiao et al. 2017, arXiv:1708.07747).
    case fashionMNIST = "fashion-mnist"
    /// Colour 32x32 photographs of ten classes (Krizhevsky 2009).
    case cifar10
  }
  /// How pixels are scaled after they were brought to 0…1.
  public enum Normalisation: String, CaseIterable, Sendable {
    /// Not at all.
    case none
    /// Each channel less its mean over the training samples, divided by its standard deviation there.
    case perChannel = "per-channel"
  }

  /// The data set's name.
  public var name = Name.syntheticDigits
  /// Training samples used: the first ones in the data set's order.
  public var train = 60000
  /// Test samples used: the first ones in the data set's order.
  public var test = 10000
  /// The key of a built-in data set's images; independent of the run's seed, so that seeds share their data.
  public var seed: UInt64 = 0
  /// How pixels are scaled.
  public var normalisation = Normalisation.none

  /// The built-in digits in MNIST's size.
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

/// How convolutions are computed, in training and evaluation.
public enum ConvolutionName: String, CaseIterable, Sendable {
  /// Every product is formed.
  case direct
  /// By Winograd's minimal filtering (Lavin and Gray 2015, arXiv:1509.09308) where the layer allows it; a model none of whose layers
  /// does is refused.
  case winograd
  /// As `winograd`, but never refused; the result file says what ran.
  case auto
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
  /// How convolutions are computed.
  public var convolution = ConvolutionName.auto
  /// How the step size changes from round to round; the pre-pass has the first round's.
  public var schedule = LearningRateSchedule.constant

  /// Plain SGD at 0.05 in batches of 32, five epochs per round.
  public init() {}

  /// Steps of an epoch over so many samples.
  public func stepsPerEpoch(_ samples: Int) -> Int { (samples + batch - 1) / batch }
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
  /// How many clients run it, drawn at random; 0 for all.
  ///
  /// The others receive the codec of all, or of their group, when they first take part in a round.
  public var clients = 0

  /// Whether only some clients run it.
  public var isSampled: Bool { clients > 0 }

  /// Ten epochs, a snapshot every 100 steps, a tenth of them held out.
  public init() {}
}

/// How a learning rate changes from round to round.
public enum LearningRateSchedule: Hashable, Sendable {
  /// Not at all.
  case constant
  /// Multiplied by a factor in 0 < factor ≤ 1 after every round.
  case exponential(factor: Double)
  /// Multiplied by a factor in 0 < factor ≤ 1 after every so many rounds.
  case step(factor: Double, every: Int)
  /// Along half a cosine, from the whole rate in the first round to a share of it, 0…1, in the last.
  case cosine(last: Double)
}

/// The algorithm, its rounds and who takes part.
public struct FederationSpec: Hashable, Sendable {
  /// The algorithms there are.
  ///
  /// All form the mean Δ of the clients' differences, local minus global.
  public enum Algorithm: String, CaseIterable, Sendable {
    /// The mean of the clients' weights (McMahan et al. 2017, arXiv:1602.05629).
    case fedavg
    /// Clients are drawn back to the global model: mu / 2 ‖w − global‖² is added to their loss (Li et al. 2020, arXiv:1812.06127).
    case fedprox
    /// The server has heavy-ball momentum: m = momentum · m + Δ, global += rate · m (Hsu et al. 2019, arXiv:1909.06335).
    case fedavgm
    /// The server steps by Adam without bias correction (Reddi et al. 2021, arXiv:2003.00295, algorithm 2).
    case fedadam
    /// The server steps by Yogi (the same).
    case fedyogi
    /// The server steps by Adagrad (the same).
    case fedadagrad
    /// Control variates take off clients' drift; they cross as well (Karimireddy et al. 2020, arXiv:1910.06378, option II).
    case scaffold
    /// Differences count by the steps that made them (Wang et al. 2020, arXiv:2007.07481).
    case fednova
  }
  /// How much each client's update counts in the mean.
  public enum Weighting: String, CaseIterable, Sendable {
    /// As many times as it has samples.
    case samples
    /// Once.
    case uniform
  }

  /// How the participants of a round are drawn, without replacement.
  public enum Sampling: String, CaseIterable, Sendable {
    /// Each client alike.
    case uniform
    /// Each in proportion to its samples (Efraimidis and Spirakis 2006).
    case weighted
  }

  /// The algorithm.
  public var algorithm = Algorithm.fedavg
  /// The strength of the pull to the global model in `fedprox`, at least 0.
  public var mu = 0.01
  /// The server's momentum in `fedavgm`, in 0..<1.
  public var serverMomentum = 0.9
  /// What `fedadam`, `fedyogi` and `fedadagrad` keep of the mean of differences, in 0..<1.
  public var beta1 = 0.9
  /// What `fedadam` and `fedyogi` keep of the mean of squares, in 0..<1.
  public var beta2 = 0.99
  /// What those three add to the root of the mean of squares, which also begins with its square: tau, positive.
  public var adaptivity = 0.001
  /// Whether the changes of `scaffold`'s control variates cross through the codec; float32 else.
  public var compressVariates = false
  /// The server's step size: 1 takes the clients' mean.
  public var serverLearningRate = 1.0
  /// How the server's step size changes from round to round.
  public var serverSchedule = LearningRateSchedule.constant
  /// How much each client's update counts.
  public var weighting = Weighting.samples
  /// Rounds of training, uploading and aggregating.
  public var rounds = 40
  /// The share of clients that take part in a round, in 0 < share ≤ 1; at least one does.
  public var participation = 1.0
  /// How many clients take part in a round; 0 where `participation` says it.
  public var cohort = 0
  /// How the participants of a round are drawn.
  public var sampling = Sampling.uniform
  /// When each client is there to take part; none for always.
  public var availability = PartitionFile()
  /// The probability that a participant is gone before it uploads, in 0..<1.
  public var dropout = 0.0
  /// Whether every client's model is tested after each local epoch, beside the global one after averaging.
  public var evaluateEachEpoch = false

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
