internal import FeatherCodecs
public import FeatherDatasets
public import FeatherExperiments
internal import FeatherNetworks

/// Turns a spec into concrete objects: one exhaustive `switch` per axis.
public enum Assembly {
  /// The images of a spec's data set.
  public static func data(_ spec: DatasetSpec, in locations: DataLocations) throws -> DatasetSplits {
    switch spec.name {
    case .syntheticDigits: try SyntheticDigits.splits(train: spec.train, test: spec.test, seed: spec.seed)
    case .mnist: try MNIST.splits(in: locations, train: spec.train, test: spec.test)
    }
  }

  /// Which training samples each client holds.
  static func partition(_ spec: PartitionSpec, of data: Dataset, seed: UInt64) throws -> Partition {
    switch spec.scheme {
    case .iid:
      try Partition.iid(count: data.count, clients: spec.clients, seed: seed)
    case .shards(let perClient):
      try Partition.shards(labels: data.labels, clients: spec.clients, perClient: perClient, seed: seed)
    case .dirichlet(let alpha, let minimumSamples):
      try Partition.dirichlet(
        labels: data.labels, classes: data.classes, clients: spec.clients, alpha: alpha,
        minimumSamples: minimumSamples, seed: seed)
    }
  }

  /// The classifier for images of `data`.
  static func model(_ spec: ModelSpec, for data: Dataset) -> Architecture {
    switch spec.name {
    case .mlp:
      Architecture(
        inputs: data.features, hidden: spec.hidden, activation: activation(spec.activation), outputs: data.classes)
    }
  }

  /// The codec of updates of `parameters` floats.
  static func codec(_ spec: CodecSpec, parameters: Int) -> any UpdateCodec {
    switch spec {
    case .identity:
      IdentityCodec(parameters: parameters)
    case .autoencoder(let spec):
      AutoencoderCodec(
        parameters: parameters, hidden: spec.hidden, latent: spec.latent, activation: activation(spec.activation),
        input: input(spec.input), centre: spec.centre,
        fit: .init(
          epochs: spec.epochs, batch: spec.batch,
          rule: stepRule(spec.optimizer, learningRate: spec.learningRate, momentum: spec.momentum),
          initialisation: initialisation(spec.initialisation)))
    }
  }

  /// Whether one codec serves all clients.
  static func isShared(_ spec: CodecSpec) -> Bool {
    switch spec {
    case .identity: false
    case .autoencoder(let spec): spec.scope == .shared
    }
  }

  static func stepRule(_ name: OptimizerName, learningRate: Double, momentum: Double) -> StepRule {
    switch name {
    case .sgd: .sgd(learningRate: Float(learningRate), momentum: Float(momentum))
    case .adam: .adam(learningRate: Float(learningRate))
    }
  }

  static func initialisation(_ name: InitialisationName) -> Initialisation {
    switch name {
    case .kaimingUniform: .kaimingUniform
    case .kaimingNormal: .kaimingNormal
    case .glorotUniform: .glorotUniform
    case .glorotNormal: .glorotNormal
    }
  }

  private static func activation(_ name: ActivationName) -> Activation {
    switch name {
    case .relu: .relu
    case .leakyRelu: .leakyRelu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .linear: .linear
    }
  }

  private static func input(_ input: AutoencoderSpec.Input) -> UpdateInput {
    switch input {
    case .weights: .weights
    case .difference: .difference
    }
  }
}
