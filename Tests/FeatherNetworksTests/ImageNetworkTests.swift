import FeatherTensors
import Testing

@testable import FeatherNetworks

@Suite struct ImageNetworkTests {
  static let input = SampleShape.image(channels: 3, height: 12, width: 12)
  /// Seventeen channels do not fill a block of the library's layouts.
  static let layers: [Layer] = [
    .convolution(channels: 17, kernel: 3, padding: 1, activation: .relu), .maxPool(size: 2, stride: 2),
    .convolution(channels: 24, kernel: 3, padding: 1, activation: .relu),
    .convolution(channels: 9, kernel: 3, activation: .relu), .flatten, .dense(outputs: 3, activation: .linear),
  ]

  /// Forty noisy images of three classes: a bright channel for each.
  static let samples: TrainingSet = {
    var stream = RandomStream(seed: 5, purpose: .dataset)
    let labels = (0..<40).map { UInt8($0 % 3) }
    let inputs = labels.flatMap { label in
      (0..<input.count).map { Float(stream.normal()) + ($0 / 144 == Int(label) ? 0.5 : 0) }
    }
    return .labelled(inputs: AlignedFloats(inputs), labels: labels)
  }()

  static func train(seed: UInt64, epochs: Int = 2) throws -> (bits: [UInt32], loss: Double) {
    let architecture = try Architecture(input: input, layers: layers)
    var trainer = try Trainer(
      architecture, loss: .softmaxCrossEntropy, rule: .sgd(learningRate: 0.002, momentum: 0.9), batch: 7)
    var weights = RandomStream(seed: seed, purpose: .initialWeights)
    trainer.restart(from: architecture.initialParameters(.kaimingUniform, stream: &weights))
    var loss = 0.0
    for epoch in 0..<epochs {
      var order = RandomStream(seed: seed, purpose: .localTraining, lane: epoch)
      loss = trainer.epoch(over: samples, indices: (0..<40).map { $0 }, stream: &order)
    }
    return (trainer.network.parameterArray.map(\.bitPattern), loss)
  }

  /// A network with weights and `rows` random images.
  static func network(
    _ architecture: Architecture? = nil, batch: Int, rows: Int, forTraining: Bool = true
  ) throws -> Network {
    let architecture = try architecture ?? Architecture(input: input, layers: layers)
    let network = try Network(
      architecture, loss: .softmaxCrossEntropy, batch: batch, for: forTraining ? .training : .inference)
    var stream = RandomStream(seed: 1, purpose: .initialWeights)
    network.assign(architecture.initialParameters(.kaimingUniform, stream: &stream))
    // With biases, an empty image is not zero behind the first layer.
    for block in architecture.blocks where block.shape.count == 1 {
      network.parameters[block.offset..<block.offset + block.count].update(repeating: 0.1)
    }
    _ = network.inputs.update(fromContentsOf: (0..<rows * input.count).map { _ in Float(stream.normal()) })
    return network
  }

  @Test("images of bytes give the bits of their floats")
  func bytes() throws {
    let network = try Self.network(batch: 7, rows: 5, forTraining: false)
    let bytes = (0..<5 * Self.input.count).map { UInt8(truncatingIfNeeded: $0 * 37) }
    network.forward(rows: 5, at: bytes.map { Float($0) / 255 })
    let plain = network.outputs.prefix(5 * 3).map(\.bitPattern)
    network.inputs.update(repeating: 0)
    network.forward(rows: 5, at: bytes)
    #expect(network.outputs.prefix(5 * 3).map(\.bitPattern) == plain)
  }

  /// The same with batches copied by hand, gradients stored, and steps taken with them.
  private static func trainPlainly(seed: UInt64) throws -> [UInt32] {
    let architecture = try Architecture(input: input, layers: layers)
    let network = try Network(architecture, loss: .softmaxCrossEntropy, batch: 7)
    var optimizer = Optimizer(.sgd(learningRate: 0.002, momentum: 0.9), count: architecture.parameterCount)
    var weights = RandomStream(seed: seed, purpose: .initialWeights)
    network.assign(architecture.initialParameters(.kaimingUniform, stream: &weights))
    guard case .labelled(let inputs, let labels) = samples else { return [] }
    for epoch in 0..<2 {
      var stream = RandomStream(seed: seed, purpose: .localTraining, lane: epoch)
      let order = stream.permutation(40).map { Int($0) }
      for first in stride(from: 0, to: 40, by: 7) {
        let chosen = order[first..<min(first + 7, 40)]
        _ = network.inputs.update(
          fromContentsOf: chosen.flatMap { inputs[$0 * input.count..<($0 + 1) * input.count] })
        network.forward(rows: chosen.count)
        _ = network.score(labels: chosen.map { labels[$0] }, rows: chosen.count)
        network.backward(rows: chosen.count)
        optimizer.step(network.parameters, gradients: network.gradients)
      }
    }
    return network.parameterArray.map(\.bitPattern)
  }

  @Test("a trainer takes the very steps of network and optimiser, batch by batch")
  func steps() throws {
    #expect(try Self.train(seed: 1).bits == Self.trainPlainly(seed: 1))
  }

  @Test("the same seed trains to the same bits, another seed to others")
  func seeds() throws {
    let first = try Self.train(seed: 1)
    let again = try Self.train(seed: 1)
    #expect(first.bits == again.bits && first.loss == again.loss)
    #expect(try Self.train(seed: 2).bits != first.bits)
  }

  @Test("training tells three colours apart: the loss falls from near ln 3 to below a tenth of it")
  func learns() throws {
    let loss = try Self.train(seed: 1, epochs: 30).loss
    #expect(loss < 0.11)
  }

  @Test(
    "an image's features have the same bits in any batch, compiled for training or not", arguments: [1, 5, 8, 64],
    [true, false])
  func batchIndependence(batch: Int, forTraining: Bool) throws {
    let architecture = try Architecture(input: Self.input, layers: Array(Self.layers.prefix(5)))
    let features = try [(40, 5, true), (batch, min(batch, 5), forTraining)].map { batch, rows, forTraining in
      let network = try Self.network(architecture, batch: batch, rows: rows, forTraining: forTraining)
      network.forward(rows: rows)
      return Array(network.outputs.prefix(rows * architecture.outputs))
    }
    #expect(features[1].contains { $0 > 0 } && features[0].starts(with: features[1]))
  }

  @Test("a short batch after a full one has the bits of a short batch alone, gradients included")
  func shortBatch() throws {
    let alone = try Self.network(batch: 8, rows: 3)
    let after = try Self.network(batch: 8, rows: 3)
    let short = Array(after.inputs)
    after.inputs.update(repeating: .infinity)
    Self.pass(after, rows: 8)
    _ = after.inputs.update(fromContentsOf: short.prefix(3 * Self.input.count))
    Self.pass(after, rows: 3)
    Self.pass(alone, rows: 3)
    #expect(Array(after.gradients) == Array(alone.gradients) && alone.gradients.contains { abs($0) > 0.01 })
  }

  @Test("the gradients of a batch of several slices are the mean of those of its parts")
  func slices() throws {
    let whole = try Self.network(batch: 40, rows: 40)
    let images = Array(whole.inputs)
    Self.pass(whole, rows: 40)
    var mean = [Double](repeating: 0, count: whole.gradients.count)
    // Three images at a time keep the labels of `pass` in step.
    for start in stride(from: 0, to: 40, by: 3) {
      let rows = min(3, 40 - start)
      let part = try Self.network(batch: 3, rows: rows)
      _ = part.inputs.update(fromContentsOf: images[start * Self.input.count..<(start + rows) * Self.input.count])
      Self.pass(part, rows: rows)
      for i in mean.indices { mean[i] += Double(part.gradients[i]) * Double(rows) / 40 }
    }
    let largest = mean.map(abs).max() ?? 0
    // Sums of forty images' Float gradients in another order.
    #expect(zip(whole.gradients, mean).allSatisfy { abs(Double($0) - $1) < 1e-5 * largest } && largest > 0.01)
  }

  static func pass(_ network: borrowing Network, rows: Int) {
    network.forward(rows: rows)
    let labels = (0..<rows).map { UInt8($0 % 3) }
    labels.withUnsafeBufferPointer { labels in
      if let base = labels.baseAddress { _ = network.score(labels: base, rows: rows) }
    }
    network.backward(rows: rows)
  }

  @Test("one image that is not finite gives a loss that is not finite", arguments: [Float.nan, .infinity])
  func divergence(poison: Float) throws {
    let network = try Self.network(batch: 4, rows: 4)
    network.inputs[2 * Self.input.count + 200] = poison
    network.forward(rows: 4)
    let loss = [UInt8](repeating: 0, count: 4).withUnsafeBufferPointer { labels in
      labels.baseAddress.map { network.score(labels: $0, rows: 4).loss } ?? 0
    }
    #expect(!loss.isFinite)
  }

  @Test("flatten of plain images changes nothing: the network has the bits of the dense one")
  func flattenAlone() throws {
    let dense = Architecture(inputs: 432, hidden: [20], activation: .relu, outputs: 3)
    let flattened = try Architecture(input: Self.input, layers: [.flatten] + dense.layers)
    #expect(dense.blocks == flattened.blocks)
    var stream = RandomStream(seed: 1, purpose: .initialWeights)
    let parameters = dense.initialParameters(.kaimingUniform, stream: &stream)
    let images = (0..<4 * 432).map { _ in stream.uniformFloat() }
    let gradients = try [dense, flattened].map { architecture in
      let network = try Network(architecture, loss: .softmaxCrossEntropy, batch: 6)
      network.assign(parameters)
      _ = network.inputs.update(fromContentsOf: images)
      Self.pass(network, rows: 4)
      return Array(network.gradients)
    }
    #expect(gradients[0] == gradients[1])
  }
}
