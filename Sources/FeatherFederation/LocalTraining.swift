internal import FeatherDatasets
internal import FeatherExperiments
internal import FeatherNetworks
internal import FeatherTensors

/// Trains clients one after another on one compiled network; a client keeps nothing between rounds but its data.
final class LocalTraining {
  private let seed: UInt64
  private let samples: TrainingSet
  /// Which parts of the samples are not blank; nil where the first layer is not dense.
  private let filled: FilledBlocks?
  private var trainer: Trainer

  /// What makes local training another than plain descent from the rule's step size.
  struct Path {
    /// What is added to gradients; nil for nothing.
    var pull: GradientPull?
    /// The step size; nil for the spec's.
    var learningRate: Float?
  }

  /// What local training gave.
  struct Outcome {
    /// The weights after it, shape [P].
    let weights: [Float]
    /// Mean training loss of each epoch, nats.
    let losses: [Double]
  }

  /// - Parameter largestClient: the most samples that a client has; all of them where it is not given.
  init(_ spec: RunSpec, model: Architecture, data: Dataset, largestClient: Int? = nil) throws {
    seed = spec.seed
    // A larger batch would only take memory, and time as well with layers of images, which compute whole batches.
    let most = if case .image = model.input { largestClient ?? data.count } else { data.count }
    samples = .labelled(inputs: data.images, labels: data.labels)
    trainer = try Trainer(
      model, loss: .softmaxCrossEntropy,
      rule: Assembly.stepRule(
        spec.training.optimizer, learningRate: spec.training.learningRate, momentum: spec.training.momentum),
      batch: min(spec.training.batch, most))
    filled = trainer.network.readsRows ? data.filled : nil
  }

  /// How the model's convolutions are computed on this processor; nil where it has none.
  var convolutions: String? { trainer.network.convolutions }

  /// Trains on the samples `indices` from the weights `start`, with an optimiser that starts anew.
  ///
  /// - Parameters:
  ///   - path: what the algorithm adds to the gradients, and the round's step size.
  ///   - afterStep: receives the number of steps done and the network after each of them.
  ///   - afterEpoch: receives the network after each epoch.
  /// - Throws: `Divergence` when a loss or weight is not finite.
  func train(
    client: Int, indices: [Int32], from start: [Float], epochs: Int, purpose: RandomPurpose, round: Int = 0,
    along path: Path = Path(),
    afterStep: (Int, borrowing Network) -> Void = { _, _ in },
    afterEpoch: (borrowing Network) throws -> Void = { _ in }
  ) throws -> Outcome {
    trainer.restart(from: start, pull: path.pull, learningRate: path.learningRate)
    var losses: [Double] = []
    var steps = 0
    for epoch in 0..<epochs {
      var order = RandomStream(seed: seed, purpose: purpose, client: client, round: round, lane: epoch)
      let loss = trainer.epoch(
        over: samples, indices: indices, filled: filled, again: epoch > 0, stream: &order
      ) { network in
        steps += 1
        afterStep(steps, network)
      }
      try Divergence.check(loss: loss, of: "client \(client)'s training loss in local epoch \(epoch)")
      losses.append(loss)
      try afterEpoch(trainer.network)
    }
    let weights = trainer.network.parameterArray
    try Divergence.check(vector: weights, of: "client \(client)'s weights")
    return Outcome(weights: weights, losses: losses)
  }
}
