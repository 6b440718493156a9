public import FeatherNetworks
public import FeatherTensors

extension AutoencoderCodec {
  /// How the autoencoder is fitted.
  public struct Fit: Hashable, Sendable {
    /// Passes over the snapshots.
    public var epochs: Int
    /// Snapshots per step; with `AutoencoderDivision.chunks` slices of snapshots.
    public var batch: Int
    /// The step rule.
    public var rule: StepRule
    /// How the weights are drawn at first.
    public var initialisation: Initialisation

    /// A way to fit.
    public init(epochs: Int, batch: Int, rule: StepRule, initialisation: Initialisation) {
      self.epochs = epochs
      self.batch = batch
      self.rule = rule
      self.initialisation = initialisation
    }
  }

  /// Trains the autoencoders one after another, each by the whole team, and folds the centring into their biases.
  ///
  /// Part n of generation g draws its weights from the stream of purpose `codecWeights`, round g and lane n, and the order of epoch e
  /// from that of purpose `codecFit`, round e and lane 4096 g + n.
  ///
  /// With `key.start`, training starts from the parameters that were shipped then, and its mean is replaced by the new one. Where the
  /// mean is folded, b + W·mean and c − mean keep what the whole computes; with `chunks` what it makes of deviations from the mean is
  /// kept.
  ///
  /// Losses are per element of the vector; with `chunks` the zeros that fill up the last slice count too.
  /// - Throws: `CodecError` when the loss stops being finite, when `key.start` is of another codec, and from generation 4096 on.
  public func fit(_ snapshots: SnapshotSet, _ key: FitKey, team: ThreadTeam) throws -> FittedCodec {
    guard (0..<4096).contains(key.generation) else {
      throw CodecError("an autoencoder is fitted at most 4096 times, and this is generation \(key.generation)")
    }
    let mean =
      centre ? Self.mean(of: snapshots.fitted, width: parameters) : [Float](repeating: 0, count: parameters)
    let start = try key.start.map { try AutoencoderStart($0, of: self) }
    var histories: [FitHistory] = []
    var trained: [TrainedPart] = []
    for part in parts {
      let (parameters, history) = try train(part, snapshots, mean, start, key, team: team)
      trained.append(parameters)
      histories.append(history)
    }
    let history = FitHistory(combining: histories, weights: parts.map { Double($0.slice.count) / Double(parameters) })
    let halves = try tied ? tiedHalves(of: trained, mean: mean) : halves(of: trained, mean: mean)
    return FittedCodec(
      encoder: halves.encoder, decoder: halves.decoder, trainLoss: history.train, heldOutLoss: history.heldOut)
  }

  /// Trains one part on what it sees of the snapshots, less the mean.
  private func train(
    _ part: AutoencoderPart, _ snapshots: SnapshotSet, _ mean: [Float], _ start: AutoencoderStart?, _ key: FitKey,
    team: ThreadTeam
  ) throws -> (TrainedPart, FitHistory) {
    let fitted = part.samples(of: snapshots.fitted, minus: mean)
    let heldOut = part.samples(of: snapshots.heldOut, minus: mean)
    let batch = min(fit.batch, fitted.count / part.width)
    func run(_ trainer: consuming some ReconstructionTrainer & ~Copyable) throws -> (TrainedPart, FitHistory) {
      var trainer = trainer
      if let start {
        try start.write(part.number, to: trainer.parameters)
        if folds { fold(mean[part.slice], into: trainer.parameters, of: part, adding: false) }
      } else {
        var weights = RandomStream(
          seed: key.seed, purpose: .codecWeights, client: key.client, round: key.generation, lane: part.number)
        trainer.restart(fit.initialisation, stream: &weights)
      }
      let history = try runEpochs(&trainer, part, fitted, heldOut, key)
      return (TrainedPart(trainer.finish()), history)
    }
    if tied { return try run(TiedAutoencoderTrainer(part.encoder, rule: fit.rule, batch: batch)) }
    return try run(AutoencoderTrainer(part.whole, rule: fit.rule, batch: batch, team: team))
  }

  private func runEpochs(
    _ trainer: inout some ReconstructionTrainer & ~Copyable, _ part: AutoencoderPart, _ fitted: [Float],
    _ heldOut: [Float], _ key: FitKey
  ) throws -> FitHistory {
    var history = FitHistory()
    for epoch in 0..<fit.epochs {
      var order = RandomStream(
        seed: key.seed, purpose: .codecFit, client: key.client, round: epoch,
        lane: key.generation * AutoencoderPart.most + part.number)
      let loss = trainer.epoch(over: fitted, stream: &order)
      history.train.append(loss)
      if !heldOut.isEmpty { history.heldOut.append(trainer.loss(of: heldOut)) }
      guard ([loss] + history.heldOut.suffix(1)).allSatisfy(\.isFinite) else {
        throw CodecError("the autoencoder's loss stopped being finite in epoch \(epoch): lower codec.learningRate")
      }
    }
    // The training loss is met before each step, so it does not see that the very last one diverged.
    guard Reductions.firstNonFinite(UnsafeBufferPointer(trainer.parameters)) == nil else {
      throw CodecError("the autoencoder's parameters stopped being finite in its last epoch: lower codec.learningRate")
    }
    return history
  }
}

/// The trained parameters of one part.
final class TrainedPart {
  private let buffer: AlignedBuffer

  init(_ buffer: consuming AlignedBuffer) {
    self.buffer = buffer
  }

  var parameters: UnsafeMutableBufferPointer<Float> { buffer.elements }
}

/// The losses of a fit, epoch by epoch.
struct FitHistory {
  var train: [Double] = []
  var heldOut: [Double] = []

  init() {}

  /// The means of several, part 0 first.
  init(combining parts: [FitHistory], weights: [Double]) {
    func combine(_ losses: (FitHistory) -> [Double]) -> [Double] {
      parts[0].train.isEmpty && parts[0].heldOut.isEmpty
        ? []
        : losses(parts[0]).indices.map { epoch in
          zip(parts, weights).reduce(0) { $0 + losses($1.0)[epoch] * $1.1 }
        }
    }
    train = combine(\.train)
    heldOut = combine(\.heldOut)
  }
}
