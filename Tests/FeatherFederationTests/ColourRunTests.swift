import FeatherDatasets
import FeatherExperiments
import FeatherTensors
import Foundation
import Testing

@testable import FeatherFederation

@Suite("Colour imbalance in a federation")
struct ColourImbalanceRunTests {
  static let shares: [([Double], [Int])] = [
    ([0, 1], [0, 100]), ([0.25, 0.75], [25, 75]), ([1, 1, 0, 0.5], [50, 50, 0, 25]),
  ]

  @Test("each client's record says how many of its samples are grey", arguments: shares)
  func counts(shares: [Double], grey: [Int]) throws {
    let result = try runColours(greySpec(shares))
    #expect(result.status == .complete)
    #expect(result.clients.map(\.greySamples) == grey)
    #expect(result.clients.flatMap(\.indices).sorted() == Array(0..<200))
    #expect(result.clients.allSatisfy { $0.noiseDeviation == 0 })
  }

  @Test(
    "the whole test set is every image in colour and in grey, and the grey ones are really grey",
    arguments: [DatasetSpec.Normalisation.none, .perChannel])
  func subsets(normalisation: DatasetSpec.Normalisation) throws {
    var spec = greySpec([0, 1])
    spec.dataset.normalisation = normalisation
    let result = try runColours(spec)
    let data = try Colours.splits()
    let weights = try #require(result.weights.last?.parameters)
    let round = try #require(result.rounds.first)
    #expect(round.subsets.map(\.name) == ["colour", "grey"])
    for (subset, images) in zip(round.subsets, [data.test, try withoutColour(data.test)]) {
      let expected = try scoreOneByOne(weights, Colours.model(), on: Self.scaled(images, result.normalisation))
      #expect(subset.accuracy == expected.accuracy)
      // Sums of a few hundred Float products in another order.
      #expect(abs(subset.loss / expected.loss - 1) < 1e-5)
    }
    #expect(round.subsets[0].loss != round.subsets[1].loss)
    #expect(round.testAccuracy == (round.subsets[0].accuracy + round.subsets[1].accuracy) / 2)
    #expect(round.testLoss == (round.subsets[0].loss + round.subsets[1].loss) / 2)
  }

  private static func scaled(_ data: Dataset, _ scales: [ChannelScale]) throws -> Dataset {
    guard !scales.isEmpty else { return data }
    let images = data.images.enumerated().map { place, pixel in
      let scale = scales[place / 1024 % 3]
      return Float((Double(pixel) - scale.mean) / scale.deviation)
    }
    return try Dataset(
      name: data.name, imageShape: data.imageShape, classes: data.classes, images: AlignedFloats(images),
      labels: data.labels)
  }

  @Test("a client that sees only grey trains as if the data were grey, bit for bit")
  func trainsOnGrey() throws {
    let data = try Colours.splits()
    let grey = DatasetSplits(train: try withoutColour(data.train), test: data.test)
    let imbalanced = try runColours(greySpec([1]))
    let plain = try Federation(colourSpec(clients: 1), data: grey).run()
    #expect(imbalanced.weights.map(\.parameters.bits) == plain.weights.map(\.parameters.bits))
    #expect(imbalanced.rounds[0].subsets.first?.loss == plain.rounds[0].testLoss)
    let coloured = try runColours(colourSpec(clients: 1))
    #expect(imbalanced.weights.last?.parameters != coloured.weights.last?.parameters)
  }

  @Test("without grey samples there is one test set, and the run is that of an IID division")
  func allColour() throws {
    let none = try runColours(greySpec([0, 0]))
    #expect(none.rounds[0].subsets.isEmpty)
    let plain = try runColours(colourSpec())
    #expect("\(none.rounds) \(none.weights)" == "\(plain.rounds) \(plain.weights)")
  }

  @Test("confounded: the clients with less grey hold the first five classes, the others the rest")
  func confounded() throws {
    let clients = try runColours(greySpec([0.9, 0.1], confounded: true)).clients
    #expect(clients[1].labelHistogram == [20, 20, 20, 20, 20, 0, 0, 0, 0, 0])
    #expect(clients[0].labelHistogram == [0, 0, 0, 0, 0, 20, 20, 20, 20, 20])
    #expect(clients.map(\.greySamples) == [90, 10])
  }

  @Test("the two conversions give different grey images")
  func conversions() throws {
    let losses = try ColourImbalanceSpec.Conversion.allCases.map { conversion in
      var colour = ColourImbalanceSpec()
      colour.conversion = conversion
      var spec = colourSpec()
      spec.partition.scheme = .colourImbalance(colour)
      return try runColours(spec).rounds[0].subsets.map(\.loss)
    }
    #expect(Set(losses).count == 2)
    #expect(losses.allSatisfy { $0.count == 2 })
  }

  @Test("a codec's validation model is scored on both views too")
  func validation() throws {
    var spec = greySpec([0, 1])
    spec.codec = quickAutoencoder()
    spec.store.snapshots = true
    let result = try runColours(spec)
    let data = try Colours.splits()
    for record in try #require(result.prepass).snapshots.flatMap({ $0 }) {
      let weights = try #require(record.weights)
      let scores = try [data.test, withoutColour(data.test)].map { try scoreOneByOne(weights, Colours.model(), on: $0) }
      #expect(record.accuracyOriginal == (scores[0].accuracy + scores[1].accuracy) / 2)
    }
  }
}

@Suite("Data sets and partitions in a federation")
struct DataRunTests {
  @Test("normalisation's numbers are recorded, and they are the training images'")
  func normalisation() throws {
    #expect(try runColours(colourSpec()).normalisation.isEmpty)
    var spec = greySpec([0, 1])
    spec.dataset.normalisation = .perChannel
    let recorded = try runColours(spec).normalisation
    let statistics = try Colours.splits().train.channelStatistics()
    #expect(recorded.map(\.mean) == statistics.mean)
    #expect(recorded.map(\.deviation) == statistics.deviation)
    #expect(recorded.count == 3)
    var digits = quickSpec(rounds: 1)
    digits.dataset.normalisation = .perChannel
    #expect(try run(digits).normalisation.count == 1)
  }

  @Test("normalised training is training on normalised images, bit for bit")
  func normalisedTraining() throws {
    var spec = colourSpec()
    spec.dataset.normalisation = .perChannel
    let scaled = try Federation(colourSpec(), data: Colours.splits().normalised(.perChannel).splits).run()
    let result = try runColours(spec)
    #expect("\(result.rounds) \(result.weights)" == "\(scaled.rounds) \(scaled.weights)")
  }

  @Test("feature noise: client i of C has deviation σ (i + 1) / C, the test images none", arguments: [0, 0.5])
  func noise(sigma: Double) throws {
    var spec = colourSpec(clients: 4)
    spec.partition.scheme = .featureNoise(sigma: sigma)
    let result = try runColours(spec)
    let plain = try runColours(colourSpec(clients: 4))
    #expect(result.clients.map(\.noiseDeviation) == (1...4).map { sigma * Double($0) / 4 })
    #expect(result.clients.map(\.indices) == plain.clients.map(\.indices))
    #expect(result.clients.allSatisfy { $0.greySamples == 0 })
    #expect(result.rounds[0].subsets.isEmpty)
    for (noisy, clean) in zip(result.rounds[0].uploads, plain.rounds[0].uploads) {
      #expect((noisy.trainLoss == clean.trainLoss) == (sigma == 0))
    }
    let weights = try #require(result.weights.last?.parameters)
    let expected = try scoreOneByOne(weights, Colours.model(), on: Colours.splits().test)
    #expect(result.rounds[0].testAccuracy == expected.accuracy)
  }

  @Test("quantity: labels as for all, sizes of a Dirichlet draw, and clients count by them")
  func quantity() throws {
    var spec = colourSpec(clients: 4)
    spec.partition.scheme = .quantity(alpha: 0.5, minimumSamples: 5)
    let result = try runColours(spec)
    let sizes = result.clients.map(\.indices.count)
    #expect(result.status == .complete)
    #expect(sizes.reduce(0, +) == 200 && sizes.allSatisfy { $0 >= 5 } && Set(sizes).count > 1)
    let division = try Partition.quantity(count: 200, clients: 4, alpha: 0.5, minimumSamples: 5, seed: spec.seed)
    #expect(result.clients.map(\.indices) == division.clients)
    let training = try LocalTraining(
      spec, model: Colours.model(), data: Colours.splits().train, largestClient: sizes.max())
    var sum = [Double](repeating: 0, count: Colours.parameters)
    for (client, indices) in division.clients.enumerated() {
      let local = try training.train(
        client: client, indices: indices, from: result.weights[0].parameters, epochs: 1, purpose: .localTraining)
      for (i, value) in local.weights.enumerated() { sum[i] += Double(indices.count) * Double(value) }
    }
    #expect(result.weights[1].parameters.bits == sum.map { Float($0 / 200) }.bits)
  }

  private static let environment = ProcessInfo.processInfo.environment

  static let downloads: [DatasetSpec.Name] = [.mnist, .fashionMNIST, .cifar10]

  @Test(
    "a downloaded data set runs from its files to a score",
    .enabled(if: environment["FEATHERWEIGHT_DATA"]?.isEmpty == false, "FEATHERWEIGHT_DATA names no folder with data"),
    arguments: downloads)
  func downloaded(name: DatasetSpec.Name) throws {
    var spec = colourSpec()
    spec.dataset.name = name
    spec.model.name = .lenet5
    spec.model.layers = []
    spec.dataset.normalisation = .perChannel
    try spec.validate()
    let data: DatasetSplits
    do {
      data = try Assembly.data(spec.dataset, in: DataLocations(commandLine: nil, environment: Self.environment))
    } catch let error as DatasetError where error.message.contains("data fetch") {
      print("skipped: \(error)")
      return
    }
    #expect(data.train.count == 200 && data.test.count == 100)
    #expect(data.train.features == spec.dataset.image.count)
    let result = try Federation(spec, data: data).run()
    #expect(result.status == .complete)
    #expect(result.sizes.model == (name == .cifar10 ? 62_006 : 61_706))
    #expect(result.normalisation.count == spec.dataset.image.channels)
    #expect(result.rounds.first?.testLoss.isFinite == true)
  }

  @Test("data that is nowhere is refused with what to do", arguments: downloads)
  func absent(name: DatasetSpec.Name) throws {
    var spec = DatasetSpec()
    spec.name = name
    let folder = try Scratch()
    let error = #expect(throws: DatasetError.self) {
      try Assembly.data(spec, in: DataLocations(commandLine: folder.path, environment: [:]))
    }
    let message = try #require(error?.message)
    #expect(message.contains("featherweight data fetch \(name.rawValue)"), "\(message)")
  }
}
