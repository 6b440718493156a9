import FeatherDatasets
import FeatherExperiments
import FeatherTensors
import Foundation
import Testing

@testable import FeatherFederation

/// `Fixtures/algorithms.json`, made by `Fixtures/make_algorithms.py` with NumPy: what federated algorithms make of logistic regression.
struct AlgorithmsFixture: Decodable {
  /// What one algorithm gave; vectors are the weights of `pixels`, shape [10, pixels], then the biases.
  struct Case: Decodable {
    let name: String
    let participation: Double
    /// Who takes part in each round, ascending.
    let cohorts: [[Int]]
    /// The global weights after each round.
    let weights: [[Double]]
  }
  let seed: UInt64
  /// The pixels that are not blank.
  let pixels: [Int]
  /// Their values, shape [samples, pixels].
  let bytes: [UInt8]
  let labels: [UInt8]
  /// The samples of each client, ascending.
  let clients: [[Int]]
  let batch: Int
  let localEpochs: Int
  let learningRate: Double
  let initial: [Double]
  let cases: [Case]

  static func load() throws -> AlgorithmsFixture {
    let url = try #require(
      Bundle.module.url(forResource: "algorithms", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(AlgorithmsFixture.self, from: Data(contentsOf: url))
  }

  func named(_ name: String, participation: Double) throws -> Case {
    try #require(cases.first { $0.name == name && $0.participation == participation })
  }

  /// The samples as images of 28x28; the test set, which decides nothing here, is the same.
  func data() throws -> DatasetSplits {
    var images = [Float](repeating: 0, count: labels.count * 784)
    for sample in labels.indices {
      for (column, pixel) in pixels.enumerated() {
        images[sample * 784 + pixel] = Float(bytes[sample * pixels.count + column]) / 255
      }
    }
    let data = try Dataset(
      name: "algorithms", imageShape: [28, 28], classes: 10, images: AlignedFloats(images), labels: labels)
    return DatasetSplits(train: data, test: data)
  }

  /// FedAvg on these samples; `file` is a partition file of `clients`.
  func spec(participation: Double, file: String) throws -> RunSpec {
    var spec = RunSpec()
    spec.seed = seed
    spec.dataset.train = labels.count
    spec.dataset.test = labels.count
    spec.partition.clients = clients.count
    spec.partition.scheme = .fromFile(try PartitionFile(path: file))
    spec.model.hidden = []
    spec.training.localEpochs = localEpochs
    spec.training.batch = batch
    spec.training.optimizer = .sgd
    spec.training.learningRate = learningRate
    spec.training.momentum = 0
    spec.federation.participation = participation
    spec.federation.rounds = try #require(cases.first).weights.count
    spec.codec = .identity
    spec.store.weights = .all
    return spec
  }

  /// The content of a partition file of `clients`.
  var partitionFile: String {
    clients.map { $0.map { "\($0)" }.joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  /// The part of a parameter vector that the fixture has: the weights of `pixels` for each class, then the biases.
  func selected(_ parameters: [Float]) -> [Float] {
    (0..<10).flatMap { output in pixels.map { parameters[output * 784 + $0] } } + parameters[7840...]
  }

  /// The rest: the weights of blank pixels.
  func blank(_ parameters: [Float]) -> [Float] {
    let pixels = Set(pixels)
    return (0..<7840).filter { !pixels.contains($0 % 784) }.map { parameters[$0] }
  }
}
