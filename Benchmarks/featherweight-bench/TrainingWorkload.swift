import FeatherDatasets
import FeatherNetworks
import FeatherTensors

/// An epoch of training of one network, or of several side by side that know nothing of each other.
final class TrainingWorkload: Workload {
  /// What is trained and on what.
  struct Plan {
    var architecture: Architecture
    var rule: StepRule
    var batch: Int
    var samples: TrainingSet
    /// Which parts of the samples are not blank, where the network can leave the others out.
    var filled: FilledBlocks?
    /// Which samples an epoch has.
    var indices: [Int32]
    /// Networks side by side, all on the same samples from the same start.
    var copies = 1
    /// Whether a step or a sample is one unit of work.
    var countsSamples = false
    /// Where others find the inputs.
    var folder: String
  }

  private let plan: Plan
  private let team: ThreadTeam
  private let start: [Float]
  private let lanes: [Lane]
  private let dumpSamples: (DumpFolder) throws -> Void

  init(_ plan: Plan, team: ThreadTeam, dumpSamples: @escaping (DumpFolder) throws -> Void) throws {
    self.plan = plan
    self.team = team
    self.dumpSamples = dumpSamples
    var stream = RandomStream(seed: 1, purpose: .initialWeights)
    start = plan.architecture.initialParameters(.kaimingUniform, stream: &stream)
    lanes = try (0..<plan.copies).map { _ in try Lane(plan) }
  }

  func repetition() throws -> Repetition {
    lanes.forEach { $0.restart(from: start) }
    let seconds = Measurement.seconds {
      team.forEach(lanes.count) { lanes[$0].train(plan) }
    }
    let batches = (plan.indices.count + plan.batch - 1) / plan.batch
    let units = (plan.countsSamples ? plan.indices.count : batches) * plan.copies
    return Repetition(seconds: seconds, units: Double(units), check: [lanes[0].loss])
  }

  func dump(to folder: DumpFolder) throws {
    try dumpSamples(folder)
    let own = try folder.folder(plan.folder)
    try own.write("start", start, shape: [start.count])
    let order = Lane.order(plan)
    try own.write("order", order, shape: [1, plan.indices.count])
  }

  /// One network and its training.
  private final class Lane {
    private var trainer: Trainer
    /// Mean loss of the epoch.
    private(set) var loss = Double.nan

    init(_ plan: Plan) throws {
      trainer = try Trainer(
        plan.architecture, loss: .softmaxCrossEntropy, rule: plan.rule, batch: plan.batch)
    }

    func restart(from start: [Float]) { trainer.restart(from: start) }

    func train(_ plan: Plan) {
      var stream = Self.stream
      loss = trainer.epoch(over: plan.samples, indices: plan.indices, filled: plan.filled, stream: &stream)
    }

    /// The order in which `train` meets the samples.
    static func order(_ plan: Plan) -> [Int32] {
      var order = plan.indices
      var stream = stream
      stream.shuffle(&order)
      return order
    }

    private static var stream: RandomStream { RandomStream(seed: 1, purpose: .localTraining) }
  }
}

extension TrainingWorkload {
  /// Steps of the 784-20-10 classifier on random digits of all 60,000.
  static func mlp(batch: Int, _ setting: Setting) throws -> TrainingWorkload {
    let train = try setting.digits.get().train
    var stream = RandomStream(seed: 1, purpose: .dataset)
    let plan = Plan(
      architecture: Models.mlp, rule: .sgd(learningRate: 0.05, momentum: 0), batch: batch,
      samples: .labelled(inputs: train.images, labels: train.labels), filled: train.filled,
      indices: Array(stream.permutation(train.count).prefix(6400)), folder: "mlp-\(batch)")
    return try TrainingWorkload(plan, team: setting.alone) { try setting.dumpDigits(to: $0) }
  }

  /// Steps of the classifier `vgg3` on synthetic colour images.
  static func cnn(
    copies: Int, _ setting: Setting, by convolution: ConvolutionAlgorithm = .auto
  ) throws -> TrainingWorkload {
    let count = 640
    var architecture = try Models.vgg3()
    architecture.convolution = convolution
    let train = try SyntheticColours.splits(train: count, test: 10, seed: 0).train
    let plan = Plan(
      architecture: architecture, rule: .sgd(learningRate: 0.01, momentum: 0.9), batch: 64,
      samples: .labelled(inputs: train.images, labels: train.labels), indices: Array(0..<Int32(count)),
      copies: copies, countsSamples: true, folder: "cnn")
    return try TrainingWorkload(plan, team: setting.team) { folder in
      let colours = try folder.folder("colours")
      try colours.write("train-images", Array(train.images), shape: [count] + train.imageShape)
      try colours.write("train-labels", train.labels, shape: [count])
    }
  }
}
