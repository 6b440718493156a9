internal import FeatherDatasets
internal import FeatherExperiments
internal import FeatherNetworks

/// Scores weights on a test set, on one compiled network.
final class Evaluation {
  /// How well weights classify.
  struct Score {
    /// Share of samples classified correctly, 0…1.
    let accuracy: Double
    /// Mean cross-entropy, nats.
    let loss: Double
    /// The same for the parts of the test set, where it has parts.
    var subsets: [SubsetScore] = []
  }

  private let test: Dataset
  private let greyTest: Dataset?
  private let network: Network

  /// - Parameter greyTest: the test samples without colour, where clients see grey samples; then the whole test set is every sample
  ///   both ways.
  init(model: Architecture, test: Dataset, greyTest: Dataset? = nil) throws {
    self.test = test
    self.greyTest = greyTest
    // Layers of images take much memory per row. Of other models the number of rows at a time decides the last bits of results.
    let rows = if case .image = model.input { 100 } else { 500 }
    network = try Network(model, loss: .softmaxCrossEntropy, batch: min(rows, test.count), for: .inference)
  }

  /// Scores `weights`, shape [P]: on the whole test set, and on its colour and grey parts where it has them.
  func score(_ weights: [Float]) -> Score {
    network.assign(weights)
    let colour = score(test)
    guard let greyTest else { return colour }
    let grey = score(greyTest)
    // Both parts have the same number of samples.
    return Score(
      accuracy: (colour.accuracy + grey.accuracy) / 2, loss: (colour.loss + grey.loss) / 2,
      subsets: [("colour", colour), ("grey", grey)].map {
        SubsetScore(name: $0.0, accuracy: $0.1.accuracy, loss: $0.1.loss)
      })
  }

  /// Scores the network's weights; losses are summed in Double, sample 0 first.
  private func score(_ data: Dataset) -> Score {
    var loss = 0.0
    var correct = 0
    for start in stride(from: 0, to: data.count, by: network.batch) {
      let rows = min(network.batch, data.count - start)
      _ = network.inputs.update(
        fromContentsOf: data.images[start * data.features..<(start + rows) * data.features])
      network.forward(rows: rows)
      data.labels.withUnsafeBufferPointer { labels in
        guard let base = labels.baseAddress else { return }
        let part = network.score(labels: base + start, rows: rows)
        loss += part.loss
        correct += part.correct
      }
    }
    return Score(accuracy: Double(correct) / Double(data.count), loss: loss / Double(data.count))
  }
}
