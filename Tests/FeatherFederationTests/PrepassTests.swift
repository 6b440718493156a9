import FeatherDatasets
import FeatherExperiments
import FeatherNetworks
import FeatherTensors
import Testing

@testable import FeatherFederation

@Suite("Pre-pass")
struct PrepassTests {
  /// The pre-pass of a client with 300 samples: 10 steps an epoch.
  private static func outcome(_ spec: RunSpec, client: Int = 0) throws -> Prepass.Outcome {
    let training = try LocalTraining(spec, model: quickModel(spec), data: try Digits.splits().train)
    return try Prepass.run(
      spec, client: client, indices: Array(0..<300), from: initialWeights(quickSpec()), training: training)
  }

  static let cadences: [(PrepassSpec.SnapshotEvery, [Int])] = [
    (.steps(7), [7, 14, 21, 28, 30]), (.steps(10), [10, 20, 30]), (.epoch, [10, 20, 30]), (.steps(100), [30]),
    (.steps(1), Array(1...30)),
  ]

  @Test("snapshots are taken at the cadence and at the last step, once each", arguments: cadences)
  func cadence(every: PrepassSpec.SnapshotEvery, steps: [Int]) throws {
    var spec = quickSpec()
    spec.prepass.epochs = 3
    spec.prepass.snapshotEvery = every
    let outcome = try Self.outcome(spec)
    #expect(outcome.snapshots.map(\.step) == steps)
    #expect(outcome.losses.count == 3)
    #expect(Set(outcome.snapshots.map(\.weights.bits)).count == steps.count)
    let training = try LocalTraining(spec, model: quickModel(spec), data: try Digits.splits().train)
    let whole = try training.train(
      client: 0, indices: Array(0..<300), from: initialWeights(spec), epochs: 3, purpose: .prepass)
    #expect(outcome.snapshots.last?.weights.bits == whole.weights.bits)
    #expect(outcome.losses == whole.losses)
  }

  static let shares: [(share: Double, cadence: Int, heldOut: Int, of: Int)] = [
    (0, 7, 0, 5), (0.1, 7, 0, 5), (0.5, 7, 2, 5), (0.99, 7, 4, 5), (0.1, 1, 3, 30), (0.999, 100, 0, 1),
  ]

  @Test("the held-out share is rounded down, and one snapshot at least is left to fit", arguments: shares)
  func heldOutCount(share: Double, cadence: Int, heldOut: Int, of count: Int) throws {
    var spec = quickSpec()
    spec.prepass.epochs = 3
    spec.prepass.snapshotEvery = .steps(cadence)
    spec.prepass.heldOut = share
    let snapshots = try Self.outcome(spec).snapshots
    #expect(snapshots.count == count)
    #expect(snapshots.filter(\.isHeldOut).count == heldOut)
  }

  @Test("which snapshots are held out depends on the client and on the seed")
  func heldOutIsRandom() throws {
    var spec = quickSpec()
    spec.prepass.epochs = 3
    spec.prepass.snapshotEvery = .steps(1)
    spec.prepass.heldOut = 0.5
    let first = try Self.outcome(spec).snapshots.map(\.isHeldOut)
    #expect(try Self.outcome(spec).snapshots.map(\.isHeldOut) == first)
    #expect(try Self.outcome(spec, client: 1).snapshots.map(\.isHeldOut) != first)
    spec.seed = 8
    #expect(try Self.outcome(spec).snapshots.map(\.isHeldOut) != first)
  }

  @Test("held-out losses are reported exactly where there are held-out snapshots", arguments: [0, 0.5])
  func heldOutLosses(share: Double) throws {
    var spec = quickSpec(rounds: 1, codec: quickAutoencoder())
    spec.prepass.heldOut = share
    for fit in try run(spec).fits {
      #expect(fit.trainLoss.count == 2)
      #expect(fit.heldOutLoss.count == (share == 0 ? 0 : 2))
    }
  }
}

/// A codec's halves rebuilt from a result that kept their parameters.
private struct Halves: ~Copyable {
  private let encoder: Network
  private let decoder: Network

  init(_ fit: CodecFitRecord, of result: RunResult) throws {
    let (encoding, decoding) = (try #require(fit.encoder), try #require(fit.decoder))
    let encoder = try Network(
      Architecture(
        inputs: result.sizes.model, layers: [DenseLayer(outputs: result.sizes.latent, activation: .relu)]),
      loss: .meanSquaredError, batch: 1, for: .inference)
    encoder.assign(encoding)
    let decoder = try Network(
      Architecture(inputs: result.sizes.latent, hidden: [], activation: .relu, outputs: result.sizes.model),
      loss: .meanSquaredError, batch: 1, for: .inference)
    decoder.assign(decoding)
    // A value that cannot be copied is set up at once or not at all.
    self.encoder = encoder
    self.decoder = decoder
  }

  func encode(_ update: [Float]) -> [Float] { Self.apply(encoder, update) }
  func decode(_ latent: [Float]) -> [Float] { Self.apply(decoder, latent) }

  private static func apply(_ network: borrowing Network, _ input: [Float]) -> [Float] {
    _ = network.inputs.update(fromContentsOf: input)
    network.forward(rows: 1)
    return Array(network.outputs)
  }
}

/// The norm of a − b over the norm of b.
private func relativeError(_ a: [Float], _ b: [Float]) -> Double {
  var (error, norm) = (0.0, 0.0)
  for (x, y) in zip(a, b) {
    error += (Double(x) - Double(y)) * (Double(x) - Double(y))
    norm += Double(y) * Double(y)
  }
  return error.squareRoot() / norm.squareRoot()
}

@Suite("Codecs inside the federation")
struct CodecInFederationTests {
  static let kinds: [(CodecScope, CodecInput)] = [
    (.perClient, .weights), (.perClient, .difference), (.shared, .weights), (.shared, .difference),
  ]

  private static func spec(_ scope: CodecScope, _ input: CodecInput) -> RunSpec {
    var spec = quickSpec(codec: quickAutoencoder(scope, input: input))
    spec.prepass.heldOut = 0.5
    spec.store.codec = true
    spec.store.snapshots = true
    return spec
  }

  private static func fit(of client: Int, in result: RunResult) -> CodecFitRecord {
    result.fits[result.fits.count == 1 ? 0 : client]
  }

  @Test("the validation model scores each snapshot's weights beside the decoded ones", arguments: kinds)
  func validationModel(scope: CodecScope, input: CodecInput) throws {
    let spec = Self.spec(scope, input)
    let result = try run(spec)
    let evaluation = try Evaluation(model: quickModel(spec), test: try Digits.splits().test)
    let initial = initialWeights(spec)
    let snapshots = try #require(result.prepass?.snapshots)
    #expect(snapshots.count == 2)
    for (client, records) in snapshots.enumerated() {
      let halves = try Halves(Self.fit(of: client, in: result), of: result)
      #expect(records.map(\.step) == [4, 8, 10])
      #expect(records.filter(\.heldOut).count == 1)
      for record in records {
        let weights = try #require(record.weights)
        let original = try evaluation.score(weights)
        #expect(record.accuracyOriginal == original.accuracy)
        #expect(record.lossOriginal == original.loss)
        // A difference is taken from the initial weights, which every pre-pass starts from.
        let update = input == .weights ? weights : zip(weights, initial).map { $0 - $1 }
        let decoded = halves.decode(halves.encode(update))
        let restored = input == .weights ? decoded : zip(decoded, initial).map { $0 + $1 }
        let reconstructed = try evaluation.score(restored)
        #expect(record.accuracyReconstructed == reconstructed.accuracy)
        #expect(record.lossReconstructed == reconstructed.loss)
        // Square roots and quotients in another order: a few units of Double's last place.
        #expect(abs(record.relativeError / relativeError(decoded, update) - 1) < 1e-12)
        #expect(record.relativeError > 0)
      }
    }
  }

  @Test("latents, errors and the new global weights follow from the kept halves and local training", arguments: kinds)
  func uploads(scope: CodecScope, input: CodecInput) throws {
    let spec = Self.spec(scope, input)
    let result = try run(spec)
    #expect(result.fits.count == (scope == .shared ? 1 : 2))
    let training = try LocalTraining(spec, model: quickModel(spec), data: try Digits.splits().train)
    for round in result.rounds {
      let global = result.weights[round.round].parameters
      var sum = [Double](repeating: 0, count: global.count)
      for upload in round.uploads {
        let halves = try Halves(Self.fit(of: upload.client, in: result), of: result)
        let indices = result.clients[upload.client].indices
        let local = try training.train(
          client: upload.client, indices: indices, from: global, epochs: 1, purpose: .localTraining,
          round: round.round)
        let sent = input == .weights ? local.weights : zip(local.weights, global).map { $0 - $1 }
        let latent = halves.encode(sent)
        #expect(upload.latent?.bits == latent.bits)
        let decoded = halves.decode(latent)
        let error = relativeError(decoded, sent)
        #expect(error > 0)
        // Square roots and quotients in another order: a few units of Double's last place.
        #expect(abs(upload.relativeError / error - 1) < 1e-12)
        for (i, value) in decoded.enumerated() { sum[i] += Double(indices.count) * Double(value) }
      }
      let expected = zip(sum, global).map { Float($0 / 600 + (input == .weights ? 0 : Double($1))) }
      #expect(result.weights[round.round + 1].parameters.bits == expected.bits)
    }
  }

  @Test("the identity codec's error is exactly zero")
  func identityError() throws {
    for upload in try run(quickSpec()).rounds.flatMap(\.uploads) {
      #expect(upload.relativeError == 0)
      #expect(upload.meanSquaredError == 0)
      #expect(upload.latent == nil)
    }
  }
}
