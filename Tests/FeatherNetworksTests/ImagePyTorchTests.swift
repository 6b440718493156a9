import Testing

@testable import FeatherNetworks

/// PyTorch computed the references in float64 from the same float32 start, so differences are our float32 rounding.
///
/// A sum of n products rounds by up to about sqrt(n) · 6e-8 relative to its size; here n is at most some 2,000.
@Suite struct ImagePyTorchTests {
  /// A fixture's network at its start with its inputs, compiled for `spare` more rows than it has.
  static func network(_ reference: ImagesFixture.Case, spare: Int, targets: inout [Float]) throws -> Network {
    let architecture = try Architecture(
      input: SampleShape(image: reference.shape), layers: try reference.layers.map { try $0.layer })
    let network = try Network(architecture, loss: .meanSquaredError, batch: reference.rows + spare)
    var numbers = FixtureNumbers(seed: reference.name.utf8.count)
    network.assign(numbers.weights(architecture, gain: 1.5))
    // What an earlier batch left must not be seen.
    network.inputs.update(repeating: .nan)
    _ = network.inputs.update(fromContentsOf: numbers.draw(reference.rows * architecture.inputs))
    targets = numbers.draw(reference.rows * architecture.outputs)
    return network
  }

  @Test(
    "forward, loss and every gradient are PyTorch's, in a batch of its size and in a larger one", arguments: 0..<10,
    [0, 3])
  func onePass(index: Int, spare: Int) throws {
    let reference = try ImagesFixture.load().cases[index]
    var targets: [Float] = []
    let network = try Self.network(reference, spare: spare, targets: &targets)
    let blocks = network.architecture.blocks
    #expect(blocks.map(\.shape) == reference.blockShapes)
    network.forward(rows: reference.rows)
    let width = network.architecture.outputs
    for (row, outputs) in reference.outputs.enumerated() {
      #expect(deviation(network.outputs[row * width..<(row + 1) * width], from: outputs) < 2e-6, "row \(row)")
    }
    let sum = targets.withUnsafeBufferPointer { targets in
      targets.baseAddress.map { network.score(targets: $0, rows: reference.rows) } ?? .nan
    }
    #expect(abs(sum / Double(targets.count) / reference.loss - 1) < 1e-6)
    network.backward(rows: reference.rows)
    for (block, gradient) in zip(blocks, reference.gradients) {
      let values = network.gradients[block.offset..<block.offset + block.count]
      #expect(deviation(values, from: gradient) < 4e-6, "\(reference.name): \(block.name)")
    }
  }

  /// The tolerances leave room for decisions between near ties.
  ///
  /// Some 140,000 pools and ReLUs choose in each step, and where the two largest values differ by 1e-7, another order of summing (two
  /// threads, another instruction set) chooses otherwise: one pixel's gradient then takes another place, which moved parameters by
  /// 2.5e-3 of the largest move and losses by 4e-5 when it was seen. Without, moves are equal to 5e-6 and losses to 1e-7. Winograd's way
  /// differs by 1e-6, so that ties are decided otherwise in every step: losses then differed by up to 5e-3, and moves say nothing.
  @Test(
    "ten steps of vgg3 with momentum make PyTorch's losses and, computed directly, move every parameter as PyTorch does",
    arguments: [ConvolutionAlgorithm.direct, .auto])
  func tenSteps(convolution: ConvolutionAlgorithm) throws {
    let reference = try ImagesFixture.load().vgg3
    var architecture = try Architecture.vgg3(input: .image(channels: 3, height: 32, width: 32), classes: 10)
    architecture.convolution = convolution
    let network = try Network(architecture, loss: .softmaxCrossEntropy, batch: 16)
    var numbers = FixtureNumbers(seed: 2021)
    let start = numbers.weights(architecture, gain: 6.0.squareRoot())
    network.assign(start)
    let images = numbers.draw(16 * architecture.inputs)
    let labels = (0..<16).map { UInt8($0 % 10) }
    var optimizer = Optimizer(.sgd(learningRate: 0.01, momentum: 0.9), count: start.count)
    for (step, expected) in reference.losses.enumerated() {
      _ = network.inputs.update(fromContentsOf: images)
      network.forward(rows: 16)
      let loss = labels.withUnsafeBufferPointer { labels in
        labels.baseAddress.map { network.score(labels: $0, rows: 16).loss / 16 } ?? .nan
      }
      // Nothing has been decided before the first loss.
      #expect(abs(loss / expected - 1) < (step == 0 ? 1e-6 : convolution == .direct ? 2e-4 : 2e-2))
      network.backward(rows: 16)
      optimizer.step(network.parameters, gradients: network.gradients)
    }
    guard convolution == .direct else { return }
    let moves = zip(network.parameters, start).map { $0 - $1 }
    for (block, expected) in zip(architecture.blocks, reference.moves) {
      let own = moves[block.offset..<block.offset + block.count]
      #expect(deviation(own, from: expected) < 1e-2, "\(block.name)")
    }
  }

  @Test("vgg3 and LeNet-5 have exactly PyTorch's number of parameters", arguments: 0..<3)
  func counts(index: Int) throws {
    let reference = try ImagesFixture.load().counts[index]
    let input = SampleShape(image: reference.shape)
    let architecture =
      try reference.model == "vgg3"
      ? Architecture.vgg3(input: input, classes: 10) : Architecture.lenet5(input: input, classes: 10)
    #expect(architecture.parameterCount == reference.parameters)
    #expect(reference.parameters == [550_570, 61_706, 62_006][index], "as published")
  }
}
