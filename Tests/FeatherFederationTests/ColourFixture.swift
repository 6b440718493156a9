import FeatherDatasets
import FeatherExperiments
import FeatherNetworks
import FeatherTensors
import Foundation
import Testing

@testable import FeatherFederation

/// The colour images that most tests share: 200 to train on, 100 to test on.
enum Colours {
  private static let loaded = Result { try SyntheticColours.splits(train: 200, test: 100, seed: 0) }

  static func splits() throws -> DatasetSplits { try loaded.get() }

  /// The parameters of the network of `colourSpec`: four 5x5 squares over three channels, and 4 · 7 · 7 inputs for ten classes.
  static let parameters = 4 * 3 * 25 + 4 + 196 * 10 + 10

  /// The network of `colourSpec`.
  static func model() throws -> Architecture {
    try Architecture(
      input: .image(channels: 3, height: 32, width: 32),
      layers: [
        .convolution(channels: 4, kernel: 5, stride: 2, activation: .relu), .maxPool(size: 2, stride: 2), .flatten,
        .dense(outputs: 10, activation: .linear),
      ])
  }
}

/// A quick configuration on `Colours`: two clients, a small convolutional network, one round of one epoch.
func colourSpec(clients: Int = 2, rounds: Int = 1, codec: CodecSpec = .identity) -> RunSpec {
  var spec = quickSpec(clients: clients, rounds: rounds, codec: codec)
  spec.dataset.name = .syntheticColours
  spec.dataset.train = 200
  spec.dataset.test = 100
  spec.model.name = .layers
  spec.model.layers = [
    .convolution(channels: 4, kernel: 5, stride: 2, activation: .relu), .maxPool(size: 2, stride: 2), .flatten,
    .dense(outputs: 10),
  ]
  spec.prepass.snapshotEvery = .steps(1)
  return spec
}

/// Runs a configuration on `Colours`.
func runColours(_ spec: RunSpec) throws -> RunResult {
  try spec.validate()
  return try Federation(spec, data: Colours.splits()).run()
}

/// A configuration of `Colours` in which clients see the given shares of grey images.
func greySpec(_ shares: [Double], confounded: Bool = false) -> RunSpec {
  var colour = ColourImbalanceSpec()
  colour.greyFraction = shares
  colour.confounded = confounded
  var spec = colourSpec(clients: shares.count)
  spec.partition.scheme = .colourImbalance(colour)
  return spec
}

/// The same images with 0.299 R + 0.587 G + 0.114 B in all channels, written once more.
func withoutColour(_ data: Dataset) throws -> Dataset {
  var images = Array(data.images)
  for image in 0..<data.count {
    for pixel in 0..<1024 {
      let place = image * 3072 + pixel
      let light = 0.299 * images[place] + 0.587 * images[place + 1024] + 0.114 * images[place + 2048]
      for channel in 0..<3 { images[place + channel * 1024] = min(light, 1) }
    }
  }
  return try Dataset(
    name: "grey", imageShape: [3, 32, 32], classes: 10, images: AlignedFloats(images), labels: data.labels)
}

/// Accuracy and mean cross-entropy, images taken one at a time and the loss computed in Double from the outputs.
func scoreOneByOne(
  _ weights: [Float], _ model: Architecture, on data: Dataset
) throws -> (accuracy: Double, loss: Double) {
  let network = try Network(model, loss: .softmaxCrossEntropy, batch: 1)
  network.assign(weights)
  var (correct, loss) = (0, 0.0)
  for image in 0..<data.count {
    _ = network.inputs.update(fromContentsOf: data.images[image * data.features..<(image + 1) * data.features])
    network.forward(rows: 1)
    let outputs = network.outputs.map { Double($0) }
    let label = Int(data.labels[image])
    let top = outputs.max() ?? .nan
    if outputs.firstIndex(of: top) == label { correct += 1 }
    loss += top + log(outputs.reduce(0) { $0 + exp($1 - top) }) - outputs[label]
  }
  return (Double(correct) / Double(data.count), loss / Double(data.count))
}

/// A folder of its own for one test, removed when it goes out of scope.
final class Scratch {
  let path: String

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "feather-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file and returns its path.
  func write(_ text: String, to name: String = "partition.csv") throws -> String {
    let file = URL(fileURLWithPath: path).appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.path
  }
}
