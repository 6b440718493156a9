public import FeatherNetworks
public import FeatherTensors
internal import Synchronization

/// A fully connected autoencoder of updates, fitted on pre-pass snapshots (arXiv:2108.05670, the method's section).
///
/// P – hidden – K – hidden reversed – P; `activation` after every hidden layer and the latent, a linear output, mean squared error.
/// Centring subtracts the snapshots' mean before encoding and adds it after decoding. It costs no bytes: after the fit the mean is
/// folded into the first bias of the encoder (b − W·mean) and the last bias of the decoder (b + mean).
///
/// Wire format of an upload: K latents as `ValueFormat` says, float32 unless fewer bits are asked for. Of a shipped half: a description (`NetworkShipment`) and its float32
/// parameters. The codec is biased; its error is what the fit leaves.
public struct AutoencoderCodec: UpdateCodec {
  /// How the autoencoder is fitted.
  public struct Fit: Hashable, Sendable {
    /// Passes over the snapshots.
    public var epochs: Int
    /// Snapshots per step.
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

  /// The encoder's layers: P to K.
  public let encoderArchitecture: Architecture
  /// The decoder's layers: K to P.
  public let decoderArchitecture: Architecture
  /// What is encoded.
  public let input: UpdateInput
  /// Whether the snapshots' mean is subtracted before encoding and added after decoding.
  public let centre: Bool
  /// How the autoencoder is fitted.
  public let fit: Fit
  private let values: ValueFormat

  /// An autoencoder of updates of `parameters` floats with `latent` floats in the middle, which are sent as `values` says.
  public init(
    parameters: Int, hidden: [Int], latent: Int, activation: Activation, input: UpdateInput, centre: Bool, fit: Fit,
    values: ValueFormat = .float32
  ) {
    encoderArchitecture = Architecture(
      inputs: parameters, layers: (hidden + [latent]).map { DenseLayer(outputs: $0, activation: activation) })
    decoderArchitecture = Architecture(
      inputs: latent, hidden: hidden.reversed(), activation: activation, outputs: parameters)
    self.input = input
    self.centre = centre
    self.fit = fit
    self.values = values
  }

  /// The latent's width, K.
  public var latentSize: Int { encoderArchitecture.outputs }
  /// A latent.
  public var kind: Payload.Kind { .latent }
  /// Parameters of encoder and decoder.
  public var parameterCounts: (encoder: Int, decoder: Int) {
    (encoderArchitecture.parameterCount, decoderArchitecture.parameterCount)
  }
  /// It must be fitted.
  public var isFitted: Bool { true }

  /// Trains the autoencoder on the fitted snapshots and folds the centring into its biases.
  ///
  /// - Throws: `CodecError` when the loss stops being finite.
  public func fit(_ snapshots: SnapshotSet, _ key: FitKey, team: ThreadTeam) throws -> FittedCodec {
    let width = encoderArchitecture.inputs
    let mean = centre ? Self.mean(of: snapshots.fitted, width: width) : [Float](repeating: 0, count: width)
    let fitted = Self.flatten(snapshots.fitted, minus: mean)
    let heldOut = Self.flatten(snapshots.heldOut, minus: mean)
    let whole = Architecture(inputs: width, layers: encoderArchitecture.denseLayers + decoderArchitecture.denseLayers)
    var trainer = AutoencoderTrainer(
      whole, rule: fit.rule, batch: min(fit.batch, snapshots.fitted.count), team: team)
    var weights = RandomStream(
      seed: key.seed, purpose: .codecWeights, client: key.client, round: key.generation)
    trainer.restart(fit.initialisation, stream: &weights)

    var trainLoss: [Double] = []
    var heldOutLoss: [Double] = []
    for epoch in 0..<fit.epochs {
      var order = RandomStream(
        seed: key.seed, purpose: .codecFit, client: key.client, round: epoch, lane: key.generation)
      let loss = trainer.epoch(over: fitted, stream: &order)
      trainLoss.append(loss)
      if !heldOut.isEmpty { heldOutLoss.append(trainer.loss(of: heldOut)) }
      guard ([loss] + heldOutLoss.suffix(1)).allSatisfy(\.isFinite) else {
        throw CodecError("the autoencoder's loss stopped being finite in epoch \(epoch): lower codec.learningRate")
      }
    }
    return try halves(of: trainer.finish(), mean: mean, trainLoss: trainLoss, heldOutLoss: heldOutLoss)
  }

  /// Folds the mean into the trained parameters' outer biases and serialises its halves.
  private func halves(
    of trained: consuming AlignedBuffer, mean: [Float], trainLoss: [Double], heldOutLoss: [Double]
  ) throws -> FittedCodec {
    let parameters = trained.elements
    // The training loss is met before each step, so it does not see that the very last one diverged.
    guard parameters.allSatisfy(\.isFinite) else {
      throw CodecError("the autoencoder's parameters stopped being finite in its last epoch: lower codec.learningRate")
    }
    if centre { fold(mean, into: parameters) }
    let half = encoderArchitecture.parameterCount
    return FittedCodec(
      encoder: try NetworkShipment.payload(
        encoderArchitecture, parameters: UnsafeBufferPointer(rebasing: parameters[..<half])),
      decoder: try NetworkShipment.payload(
        decoderArchitecture, parameters: UnsafeBufferPointer(rebasing: parameters[half...])),
      trainLoss: trainLoss, heldOutLoss: heldOutLoss)
  }

  /// The client's half, from its shipped bytes.
  public func encoder(from shipped: Payload?, decoder: Payload?) throws -> any UpdateEncoder {
    NetworkEncoder(try network(from: shipped, expecting: encoderArchitecture), values: values)
  }

  /// The aggregator's half, from its shipped bytes.
  public func decoder(from shipped: Payload?) throws -> any UpdateDecoder {
    NetworkDecoder(try network(from: shipped, expecting: decoderArchitecture), values: values)
  }

  private func network(from shipped: Payload?, expecting architecture: Architecture) throws -> Network {
    guard let shipped else { throw CodecError("an autoencoder's half is built from shipped bytes, and none came") }
    return try NetworkShipment.network(shipped, expecting: architecture)
  }
}

extension AutoencoderCodec {
  /// The mean vector, accumulated in Double, snapshot 0 first.
  static func mean(of snapshots: [[Float]], width: Int) -> [Float] {
    var sum = [Double](repeating: 0, count: width)
    for snapshot in snapshots {
      for i in 0..<width { sum[i] += Double(snapshot[i]) }
    }
    return sum.map { Float($0 / Double(snapshots.count)) }
  }

  private static func flatten(_ snapshots: [[Float]], minus mean: [Float]) -> [Float] {
    var flat: [Float] = []
    flat.reserveCapacity(snapshots.count * mean.count)
    for snapshot in snapshots { flat += zip(snapshot, mean).lazy.map { $0 - $1 } }
    return flat
  }

  /// Takes `mean` off the encoder's inputs and adds it to the decoder's outputs, through their biases.
  private func fold(_ mean: [Float], into parameters: UnsafeMutableBufferPointer<Float>) {
    let blocks = encoderArchitecture.blocks
    for output in 0..<blocks[1].count {
      var projection = 0.0
      let row = blocks[0].offset + output * mean.count
      for i in mean.indices { projection += Double(parameters[row + i]) * Double(mean[i]) }
      let bias = blocks[1].offset + output
      parameters[bias] = Float(Double(parameters[bias]) - projection)
    }
    let last = parameters.count - mean.count
    for i in mean.indices { parameters[last + i] += mean[i] }
  }
}

/// The client's half of an autoencoder.
struct NetworkEncoder: UpdateEncoder {
  private let network: SharedNetwork
  private let values: ValueFormat

  init(_ network: consuming Network, values: ValueFormat) {
    self.network = SharedNetwork(network)
    self.values = values
  }

  func encode(_ update: [Float], _ memory: inout CodecMemory, at occasion: Occasion) throws -> Encoding {
    try checkUpdate(update, count: network.inputs)
    let latent = network.outputs(of: update)
    return Encoding(body: try values.bytes(latent), latent: latent)
  }
}

/// The aggregator's half of an autoencoder.
struct NetworkDecoder: UpdateDecoder {
  private let network: SharedNetwork
  private let values: ValueFormat

  init(_ network: consuming Network, values: ValueFormat) {
    self.network = SharedNetwork(network)
    self.values = values
  }

  func decode(_ body: ArraySlice<UInt8>, _ memory: inout CodecMemory, at occasion: Occasion) throws -> [Float] {
    network.outputs(of: try values.values(body, count: network.inputs))
  }
}

/// A network that threads use in turn: its weights may be too large for a copy each.
final class SharedNetwork: @unchecked Sendable {
  private let network: Network
  private let turn = Mutex(())

  init(_ network: consuming Network) {
    self.network = network
  }

  /// The length of its input.
  var inputs: Int { network.architecture.inputs }

  /// What it makes of one input.
  func outputs(of input: [Float]) -> [Float] {
    turn.withLock { _ in
      _ = network.inputs.update(fromContentsOf: input)
      network.forward(rows: 1)
      return Array(network.outputs)
    }
  }
}
