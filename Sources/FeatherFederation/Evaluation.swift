internal import FeatherDatasets
internal import FeatherNetworks

/// Scores weights on a test set, on one compiled network.
struct Evaluation: ~Copyable {
  /// How well weights classify.
  struct Score {
    /// Share of samples classified correctly, 0…1.
    let accuracy: Double
    /// Mean cross-entropy, nats.
    let loss: Double
  }

  private let data: Dataset
  private let network: Network

  init(model: Architecture, data: Dataset) {
    self.data = data
    network = Network(model, loss: .softmaxCrossEntropy, batch: min(500, data.count), forTraining: false)
  }

  /// Scores `weights`, shape [P]; losses are summed in Double, sample 0 first.
  func score(_ weights: [Float]) -> Score {
    network.assign(weights)
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
