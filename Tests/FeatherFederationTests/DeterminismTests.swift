import FeatherDatasets
import FeatherExperiments
import FeatherTensors
import Testing

@testable import FeatherFederation

@Suite("Determinism")
struct DeterminismTests {
  static let codecs = [CodecSpec.identity, quickAutoencoder(), quickAutoencoder(.shared, input: .difference)]

  /// A configuration whose every random stream matters and whose every array is kept.
  private static func spec(_ codec: CodecSpec) -> RunSpec {
    var spec = quickSpec(clients: 4, codec: codec)
    spec.partition.scheme = .dirichlet(alpha: 0.5, minimumSamples: 20)
    spec.prepass.snapshotEvery = .steps(1)
    spec.prepass.heldOut = 0.3
    spec.federation.participation = 0.5
    spec.store.codec = true
    spec.store.snapshots = true
    return spec
  }

  @Test("the same spec gives the same bits", arguments: codecs)
  func sameSpecSameBits(codec: CodecSpec) throws {
    let spec = Self.spec(codec)
    let first = try run(spec)
    #expect(first.rounds.count == 2)
    #expect(everything(in: first) == everything(in: try run(spec)))
  }

  @Test("another seed gives another partition, other initial weights and other metrics", arguments: codecs)
  func otherSeedOtherBits(codec: CodecSpec) throws {
    let spec = Self.spec(codec)
    var other = spec
    other.seed = 8
    let (a, b) = (try run(spec), try run(other))
    #expect(a.clients.map(\.indices) != b.clients.map(\.indices))
    #expect(a.weights.first?.parameters != b.weights.first?.parameters)
    #expect(a.rounds.map(\.testLoss) != b.rounds.map(\.testLoss))
    for (x, y) in zip(a.fits, b.fits) {
      #expect(x.encoder != y.encoder)
      #expect(x.trainLoss != y.trainLoss)
    }
  }

  @Test("the seed, the client, the round, the epoch and the purpose each give another order of the samples")
  func orders() throws {
    let data = try Digits.splits().train
    let spec = quickSpec()
    let training = try LocalTraining(spec, model: quickModel(spec), data: data)
    var otherSeed = spec
    otherSeed.seed = 8
    let otherTraining = try LocalTraining(otherSeed, model: quickModel(spec), data: data)
    let start = initialWeights(spec)
    let indices = (0..<Int32(100)).map { $0 }
    let base = try training.train(client: 0, indices: indices, from: start, epochs: 1, purpose: .localTraining)
    let variants = [
      try otherTraining.train(client: 0, indices: indices, from: start, epochs: 1, purpose: .localTraining),
      try training.train(client: 1, indices: indices, from: start, epochs: 1, purpose: .localTraining),
      try training.train(client: 0, indices: indices, from: start, epochs: 1, purpose: .localTraining, round: 1),
      try training.train(client: 0, indices: indices, from: start, epochs: 1, purpose: .prepass),
    ]
    let all = [base] + variants
    #expect(Set(all.map(\.weights.bits)).count == all.count)
    let again = try training.train(client: 0, indices: indices, from: start, epochs: 1, purpose: .localTraining)
    #expect(again.weights.bits == base.weights.bits, "a client keeps nothing between rounds")
    // The second epoch has an order of its own, not the first one's again.
    let twoEpochs = try training.train(client: 0, indices: indices, from: start, epochs: 2, purpose: .localTraining)
    let restarted = try training.train(
      client: 0, indices: indices, from: base.weights, epochs: 1, purpose: .localTraining)
    #expect(twoEpochs.losses.first == base.losses.first)
    #expect(twoEpochs.weights.bits != restarted.weights.bits)
  }

  @Test("the images depend on dataset.seed alone, and the partition on the run's seed alone")
  func datasetSeed() throws {
    var spec = quickSpec(rounds: 1)
    spec.dataset.train = 60
    spec.dataset.test = 20
    let locations = DataLocations(commandLine: nil, environment: [:])
    let images = try Assembly.data(spec.dataset, in: locations)
    var otherRun = spec
    otherRun.seed = 8
    #expect(try Assembly.data(otherRun.dataset, in: locations).train.images == images.train.images)
    var otherImages = spec
    otherImages.dataset.seed = 1
    let redrawn = try Assembly.data(otherImages.dataset, in: locations)
    #expect(redrawn.train.images != images.train.images)
    let (a, b) = (try Federation(spec, data: images).run(), try Federation(otherImages, data: redrawn).run())
    #expect(a.clients.map(\.indices) == b.clients.map(\.indices))
    #expect(a.weights[0].parameters.bits == b.weights[0].parameters.bits)
    #expect(a.rounds[0].testLoss != b.rounds[0].testLoss)
  }
}
