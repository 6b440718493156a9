import FeatherCodecs
import FeatherDatasets
import FeatherExperiments
import FeatherNetworks
import FeatherTensors

@testable import FeatherFederation

/// The images that most tests share: 600 to train on, 200 to test on.
enum Digits {
  private static let loaded = Result { try SyntheticDigits.splits(train: 600, test: 200, seed: 0) }

  static func splits() throws -> DatasetSplits { try loaded.get() }
}

/// A quick configuration on `Digits`: two clients, a 784-4-10 network, two rounds of one epoch.
func quickSpec(clients: Int = 2, rounds: Int = 2, codec: CodecSpec = .identity) -> RunSpec {
  var spec = RunSpec()
  spec.seed = 7
  spec.dataset.train = 600
  spec.dataset.test = 200
  spec.partition.clients = clients
  spec.model.hidden = [4]
  spec.training.localEpochs = 1
  spec.prepass.epochs = 1
  spec.prepass.snapshotEvery = .steps(4)
  spec.codec = codec
  spec.federation.rounds = rounds
  spec.store.weights = .all
  return spec
}

/// An autoencoder with 3 latents that is fitted in a moment.
func quickAutoencoder(
  _ scope: CodecScope = .perClient, input: CodecInput = .weights, latent: Int = 3,
  hidden: [Int] = []
) -> CodecSpec {
  var codec = AutoencoderSpec()
  codec.hidden = hidden
  codec.latent = latent
  codec.scope = scope
  codec.input = input
  codec.epochs = 2
  codec.batch = 4
  return .autoencoder(codec)
}

/// Runs a configuration on `Digits`.
func run(_ spec: RunSpec, emit: (RunEvent) throws -> Void = { _ in }) throws -> RunResult {
  try Federation(spec, data: Digits.splits()).run(emit: emit)
}

/// Everything a result says, to the last bit: Swift prints the shortest digits that give a number back.
func everything(in result: RunResult) -> String { "\(result)" }

/// The network of `quickSpec`.
func quickModel(_ spec: RunSpec) -> Architecture {
  Architecture(inputs: 784, hidden: spec.model.hidden, activation: .relu, outputs: 10)
}

/// The initial global weights that a seed gives to the network of `quickSpec`.
func initialWeights(_ spec: RunSpec) -> [Float] {
  var stream = RandomStream(seed: spec.seed, purpose: .initialWeights)
  return quickModel(spec).initialParameters(.kaimingUniform, stream: &stream)
}

extension [Float] {
  /// The bits of every element.
  var bits: [UInt32] { map(\.bitPattern) }
}
