import FeatherTensors
import Testing

@testable import FeatherNetworks

/// Central differences (f(p + h) − f(p − h)) / 2h in float32 with h = 0.01.
///
/// The forward pass rounds by about 1e-7, which the division makes 1e-5; the third derivative leaves h²/6 · f‴.
@Suite struct GradientTests {
  static let step: Float = 0.01
  static let rows = 3
  static let inputs = 4

  @Test(
    "backward gives the central differences of the loss for every parameter", arguments: Activation.allCases,
    [Loss.softmaxCrossEntropy, .meanSquaredError])
  func centralDifferences(activation: Activation, loss: Loss) throws {
    let architecture = Architecture(inputs: Self.inputs, hidden: [5, 3], activation: activation, outputs: 4)
    let (parameters, inputs) = try #require(try Self.awayFromKinks(architecture))
    let network = try Network(architecture, loss: loss, batch: Self.rows)
    network.assign(parameters)
    _ = network.inputs.update(fromContentsOf: inputs)
    _ = Self.meanLoss(network, loss)
    network.backward(rows: Self.rows)
    let gradients = Array(network.gradients)
    #expect(gradients.contains { abs($0) > 0.05 })
    for i in parameters.indices {
      network.parameters[i] = parameters[i] + Self.step
      let above = Self.meanLoss(network, loss)
      network.parameters[i] = parameters[i] - Self.step
      let below = Self.meanLoss(network, loss)
      network.parameters[i] = parameters[i]
      let difference = (above - below) / Double(2 * Self.step)
      #expect(abs(difference - Double(gradients[i])) < 1e-4, "parameter \(i)")
    }
  }

  /// The mean loss of the network's inputs; the targets are fixed.
  static func meanLoss(_ network: borrowing Network, _ loss: Loss) -> Double {
    network.forward(rows: rows)
    switch loss {
    case .softmaxCrossEntropy:
      let labels: [UInt8] = [3, 0, 1]
      return labels.withUnsafeBufferPointer { labels in
        labels.baseAddress.map { network.score(labels: $0, rows: rows).loss / Double(rows) } ?? .nan
      }
    case .meanSquaredError:
      let targets: [Float] = (0..<rows * 4).map { Float($0 % 5) / 5 - 0.4 }
      return targets.withUnsafeBufferPointer { targets in
        targets.baseAddress.map { network.score(targets: $0, rows: rows) / Double(rows * 4) } ?? .nan
      }
    }
  }

  /// Parameters and inputs where every hidden unit is at least 0.05 from zero before its activation.
  ///
  /// So no step crosses the kink of a ReLU: with |x| ≤ 1 and |w| ≤ 0.8 a step of 0.01 moves a unit of the first layer
  /// by at most 0.01, and one of the second by at most 0.01 times an output of the first, which is below 4.
  static func awayFromKinks(_ architecture: Architecture) throws -> (parameters: [Float], inputs: [Float])? {
    for seed in 0..<10_000 {
      var stream = RandomStream(seed: UInt64(seed), purpose: .initialWeights)
      let parameters = (0..<architecture.parameterCount).map { _ in 1.6 * stream.uniformFloat() - 0.8 }
      let inputs = (0..<rows * architecture.inputs).map { _ in 2 * stream.uniformFloat() - 1 }
      let distances = try (1..<architecture.layers.count).map { depth in
        try preactivations(architecture, depth: depth, parameters, inputs).map { abs($0) }.min() ?? 0
      }
      if distances.allSatisfy({ $0 > 0.05 }) { return (parameters, inputs) }
    }
    return nil
  }

  /// The outputs of layer `depth` without its activation.
  static func preactivations(
    _ architecture: Architecture, depth: Int, _ parameters: [Float], _ inputs: [Float]
  ) throws -> [Float] {
    var layers = Array(architecture.denseLayers.prefix(depth))
    layers[depth - 1].activation = .linear
    let prefix = Architecture(inputs: architecture.inputs, layers: layers)
    let network = try Network(prefix, loss: .meanSquaredError, batch: rows, for: .inference)
    network.assign(Array(parameters.prefix(prefix.parameterCount)))
    _ = network.inputs.update(fromContentsOf: inputs)
    network.forward(rows: rows)
    return Array(network.outputs)
  }
}
