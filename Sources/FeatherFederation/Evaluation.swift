internal import FeatherDatasets
internal import FeatherExperiments
internal import FeatherNetworks
internal import FeatherTensors
internal import Synchronization

/// Scores weights on a test set; several threads may ask at once.
final class Evaluation: Sendable {
  /// How well weights classify.
  struct Score {
    /// Share of samples classified correctly, 0…1.
    let accuracy: Double
    /// Mean cross-entropy, nats.
    let loss: Double
    /// The same for the parts of the test set, where it has parts.
    var subsets: [SubsetScore] = []
  }

  /// Test samples that are scored at a time: layers of images compute sixteen together, and their inputs stay in the second-level cache.
  static let rows = 96

  private let test: Dataset
  private let greyTest: Dataset?
  private let team: ThreadTeam
  private let scorers: Pool<Scorer>
  /// How many vectors of weights were scored.
  private let asked = Atomic(0)

  /// - Parameters:
  ///   - greyTest: the test samples without colour, where clients see grey samples; then the whole test set is every sample both
  ///     ways.
  ///   - team: divides the test samples among its threads.
  init(model: Architecture, test: Dataset, greyTest: Dataset? = nil, team: ThreadTeam = .single) throws {
    self.test = test
    self.greyTest = greyTest
    self.team = team
    let rows = min(Self.rows, test.count)
    scorers = try Pool { try Scorer(model, rows: rows) }
  }

  /// Scores `weights`, shape [P]: on the whole test set, and on its colour and grey parts where it has them.
  func score(_ weights: [Float]) throws -> Score {
    let number = asked.add(1, ordering: .relaxed).newValue
    let colour = try score(weights, number, on: test)
    guard let greyTest else { return colour }
    let grey = try score(weights, number, on: greyTest)
    // Both parts have the same number of samples.
    return Score(
      accuracy: (colour.accuracy + grey.accuracy) / 2, loss: (colour.loss + grey.loss) / 2,
      subsets: [("colour", colour), ("grey", grey)].map {
        SubsetScore(name: $0.0, accuracy: $0.1.accuracy, loss: $0.1.loss)
      })
  }

  /// Scores block by block; losses are summed in Double, sample 0 of a block first, then block 0 first.
  private func score(_ weights: [Float], _ number: Int, on data: Dataset) throws -> Score {
    let blocks = try team.map((data.count + Self.rows - 1) / Self.rows) { block in
      try scorers.use { scorer in
        scorer.hold(weights, number)
        return scorer.score(data, block * Self.rows..<min((block + 1) * Self.rows, data.count))
      }
    }
    let (loss, correct) = blocks.reduce((0.0, 0)) { ($0.0 + $1.loss, $0.1 + $1.correct) }
    return Score(accuracy: Double(correct) / Double(data.count), loss: loss / Double(data.count))
  }
}

/// A compiled network with the weights that it scored last.
private final class Scorer {
  private let network: Network
  private var held = 0

  init(_ model: Architecture, rows: Int) throws {
    network = try Network(model, loss: .softmaxCrossEntropy, batch: rows, for: .inference)
  }

  /// Takes the vector of weights that is known by `number`, unless it has it.
  func hold(_ weights: [Float], _ number: Int) {
    guard held != number else { return }
    network.assign(weights)
    held = number
  }

  /// The summed loss of the samples `range`, sample 0 first, and how many were classified correctly.
  func score(_ data: Dataset, _ range: Range<Int>) -> (loss: Double, correct: Int) {
    let pixels = range.lowerBound * data.features..<range.upperBound * data.features
    let blanks = network.readsRows ? data.filled : nil
    (blanks?.bits ?? []).withUnsafeBufferPointer { bits in
      let filled = blanks.flatMap { blanks in bits.baseAddress.map { $0 + range.lowerBound * blanks.words } }
      guard let bytes = data.bytes else {
        return data.images.withUnsafeBufferPointer { images in
          guard let base = images.baseAddress else { return }
          network.forward(rows: range.count, at: base + pixels.lowerBound, filled: filled)
        }
      }
      bytes[pixels].withUnsafeBufferPointer { bytes in
        guard let base = bytes.baseAddress else { return }
        network.forward(rows: range.count, at: base, filled: filled)
      }
    }
    return data.labels.withUnsafeBufferPointer { labels in
      guard let base = labels.baseAddress else { return (0, 0) }
      return network.score(labels: base + range.lowerBound, rows: range.count)
    }
  }
}
