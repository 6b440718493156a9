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
    case .syntheticColours: try SyntheticColours.splits(train: spec.train, test: spec.test, seed: spec.seed)
    case .mnist: try MNIST.splits(in: locations, train: spec.train, test: spec.test)
    case .fashionMNIST: try FashionMNIST.splits(in: locations, train: spec.train, test: spec.test)
    case .cifar10: try CIFAR10.splits(in: locations, train: spec.train, test: spec.test)
    }
  }

  /// Whether whoever computes several runs should keep a data set from one to the next: one of at most 256 MB.
  ///
  /// Runs on a larger one take so long that reading it anew does not count, and the memory does.
  public static func isKept(_ spec: DatasetSpec) -> Bool {
    Double(spec.train + spec.test) * Double(spec.shape.inputs) * 4 <= 0x1p28
  }

  /// How pixels are scaled.
  static func normalisation(_ spec: DatasetSpec.Normalisation) -> Normalisation {
    switch spec {
    case .none: .none
    case .perChannel: .perChannel
    }
  }

  /// Which training samples each client holds, and how it sees them.
  ///
  /// - Parameter lists: the content of the spec's partition file, where the caller has read it; a CSV file is read here.
  static func partition(
    _ spec: PartitionSpec, of data: Dataset, seed: UInt64, lists: [[Int]]? = nil
  ) throws -> Partition {
    switch spec.scheme {
    case .iid:
      return try Partition.iid(
        count: data.count, clients: spec.clients, samplesPerClient: spec.samplesPerClient, seed: seed)
    case .shards(let perClient):
      return try Partition.shards(labels: data.labels, clients: spec.clients, perClient: perClient, seed: seed)
    case .dirichlet(let alpha, let minimumSamples):
      return try Partition.dirichlet(
        labels: data.labels, classes: data.classes, clients: spec.clients, alpha: alpha,
        minimumSamples: minimumSamples, seed: seed)
    case .quantity(let alpha, let minimumSamples):
      return try Partition.quantity(
        count: data.count, clients: spec.clients, alpha: alpha, minimumSamples: minimumSamples, seed: seed)
    case .innerDirichlet(let alpha, let quantityAlpha, let minimumSamples):
      return try Partition.innerDirichlet(
        labels: data.labels, classes: data.classes, clients: spec.clients, alpha: alpha,
        samplesPerClient: spec.samplesPerClient, quantityAlpha: quantityAlpha, minimumSamples: minimumSamples,
        seed: seed)
    case .classes(let perClient):
      return try Partition.classes(
        labels: data.labels, classes: data.classes, clients: spec.clients, perClient: perClient, seed: seed)
    case .featureNoise(let sigma):
      return try Partition.featureNoise(count: data.count, clients: spec.clients, sigma: sigma, seed: seed)
    case .colourImbalance(let colour):
      return try Partition.colourImbalance(
        labels: data.labels, classes: data.classes, greyFractions: spec.greyFractions,
        conversion: greyConversion(colour.conversion), confounded: colour.confounded, seed: seed)
    case .fromFile(let file):
      return try partition(from: file, lists: lists, clients: spec.clients, of: data)
    }
  }

  private static func partition(
    from file: PartitionFile, lists: [[Int]]?, clients: Int, of data: Dataset
  ) throws -> Partition {
    let path = try path(of: file, "partition.file")
    let partition =
      if let lists {
        try Partition.fromLists(lists, count: data.count, source: path)
      } else {
        try Partition.fromCSV(path, count: data.count)
      }
    guard partition.count == clients else {
      throw DatasetError(
        "\(path): divides among \(partition.count) clients; write partition.clients: "
          + "\(partition.count) in the spec")
    }
    return partition
  }

  /// Who takes part in the rounds of a spec.
  ///
  /// - Throws: `DatasetError` when the trace of availability cannot be read, or was changed since the spec was.
  static func sampler(_ spec: RunSpec, _ partition: Partition) throws -> CohortSampler {
    let way: CohortSampler.Way =
      switch spec.federation.sampling {
      // All clients of a drawn partition have equally many samples.
      case _ where partition.isDrawn: .distinct
      case .uniform: .permuted
      case .weighted: .weighted(partition.clients.map(\.count))
      }
    return CohortSampler(
      clients: spec.partition.clients, size: spec.cohortSize, way: way, seed: spec.seed,
      availability: try availability(spec.federation.availability, clients: spec.partition.clients))
  }

  private static func availability(_ file: PartitionFile, clients: Int) throws -> Availability? {
    guard file.isGiven else { return nil }
    return try .fromCSV(try path(of: file, "federation.availability"), clients: clients)
  }

  /// Where a spec's file lies, whose content is still what it was when the spec was read.
  private static func path(of file: PartitionFile, _ key: String) throws -> String {
    guard let path = file.path else {
      throw DatasetError(
        "\(key): only its digest is known here, \(file); run the sweep from a spec that names the file")
    }
    guard try content(of: path) == file else {
      throw DatasetError("\(path): was changed since the sweep was planned; restore it, or plan anew with --refreeze")
    }
    return path
  }

  private static func content(of path: String) throws -> PartitionFile {
    do {
      return try PartitionFile(path: path)
    } catch let error as SpecError {
      throw DatasetError(error.message)
    }
  }

  private static func greyConversion(_ conversion: ColourImbalanceSpec.Conversion) -> GreyConversion {
    switch conversion {
    case .luminance: .luminance
    case .channelCopy: .channelCopy
    }
  }

  /// The classifier for images of a spec's data set.
  static func model(_ spec: ModelSpec, for dataset: DatasetSpec) throws -> Architecture {
    switch spec.name {
    case .mlp:
      return Architecture(
        inputs: dataset.image.count, hidden: spec.hidden, activation: activation(spec.activation),
        outputs: dataset.classes)
    case .vgg3, .lenet5, .layers:
      let image = dataset.image
      return try Architecture(
        input: .image(channels: image.channels, height: image.height, width: image.width),
        layers: spec.layers(for: dataset).map(layer))
    }
  }

  private static func layer(_ spec: LayerSpec) -> Layer {
    switch spec {
    case .convolution(let channels, let kernel, let stride, let padding, let function):
      .convolution(
        channels: channels, kernel: kernel, stride: stride, padding: padding, activation: activation(function))
    case .maxPool(let size, let stride): .maxPool(size: size, stride: stride)
    case .flatten: .flatten
    case .dense(let outputs, let function): .dense(outputs: outputs, activation: activation(function))
    }
  }

  static func stepRule(_ name: OptimizerName, learningRate: Double, momentum: Double) -> StepRule {
    switch name {
    case .sgd: .sgd(learningRate: Float(learningRate), momentum: Float(momentum))
    case .adam: .adam(learningRate: Float(learningRate))
    }
  }

  static func convolution(_ name: ConvolutionName) -> ConvolutionAlgorithm {
    switch name {
    case .direct: .direct
    case .winograd: .winograd
    case .auto: .auto
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

  static func activation(_ name: ActivationName) -> Activation {
    switch name {
    case .relu: .relu
    case .leakyRelu: .leakyRelu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .linear: .linear
    }
  }
}
