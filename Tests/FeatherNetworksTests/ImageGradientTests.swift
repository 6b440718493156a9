import FeatherTensors
import Testing

@testable import FeatherNetworks

/// Central differences as in `GradientTests`, through convolutions and pools.
@Suite struct ImageGradientTests {
  static let input = SampleShape.image(channels: 2, height: 7, width: 5)
  static let networks: [[Layer]] = [
    [
      .convolution(channels: 3, kernel: 3, stride: 2, padding: 1, activation: .tanh),
      .convolution(channels: 2, kernel: 2, activation: .sigmoid), .flatten, .dense(outputs: 4, activation: .linear),
    ],
    [
      .convolution(channels: 2, kernel: 3, padding: 2, activation: .linear), .maxPool(size: 3, stride: 2),
      .convolution(channels: 3, kernel: 1, activation: .tanh), .flatten, .dense(outputs: 4, activation: .linear),
    ],
    [
      .convolution(channels: 1, kernel: 2, activation: .tanh), .maxPool(size: 2, stride: 2), .flatten,
      .dense(outputs: 4, activation: .linear),
    ],
  ]

  @Test("backward gives the central differences of the loss for every parameter", arguments: networks)
  func centralDifferences(layers: [Layer]) throws {
    let architecture = try Architecture(input: Self.input, layers: layers)
    let (parameters, inputs) = try #require(try Self.awayFromTies(architecture))
    for loss in [Loss.softmaxCrossEntropy, .meanSquaredError] {
      let network = try Network(architecture, loss: loss, batch: GradientTests.rows)
      network.assign(parameters)
      _ = network.inputs.update(fromContentsOf: inputs)
      _ = GradientTests.meanLoss(network, loss)
      network.backward(rows: GradientTests.rows)
      let gradients = Array(network.gradients)
      #expect(gradients.contains { abs($0) > 0.05 })
      for i in parameters.indices {
        network.parameters[i] = parameters[i] + GradientTests.step
        let above = GradientTests.meanLoss(network, loss)
        network.parameters[i] = parameters[i] - GradientTests.step
        let below = GradientTests.meanLoss(network, loss)
        network.parameters[i] = parameters[i]
        let difference = (above - below) / Double(2 * GradientTests.step)
        #expect(abs(difference - Double(gradients[i])) < 2e-4, "parameter \(i)")
      }
    }
  }

  /// Parameters and inputs where the two largest values under every pool differ by more than 0.02.
  ///
  /// With |x| ≤ 1 a step of 0.01 in a weight moves the difference of two outputs of a convolution by at most 0.02, so that no step
  /// changes which element is the largest.
  static func awayFromTies(_ architecture: Architecture) throws -> (parameters: [Float], inputs: [Float])? {
    for seed in 0..<10_000 {
      var stream = RandomStream(seed: UInt64(seed), purpose: .initialWeights)
      let parameters = (0..<architecture.parameterCount).map { _ in 1.6 * stream.uniformFloat() - 0.8 }
      let inputs = (0..<GradientTests.rows * architecture.inputs).map { _ in 2 * stream.uniformFloat() - 1 }
      guard case .maxPool(let size, let stride) = architecture.layers[1] else { return (parameters, inputs) }
      if try smallestLead(architecture, size, stride, parameters, inputs) > 0.02 { return (parameters, inputs) }
    }
    return nil
  }

  /// By how much the largest value leads under the pool after the first layer, at the least.
  static func smallestLead(
    _ architecture: Architecture, _ size: Int, _ stride: Int, _ parameters: [Float], _ inputs: [Float]
  ) throws -> Float {
    let prefix = try Architecture(input: architecture.input, layers: [architecture.layers[0], .flatten])
    let network = try Network(prefix, loss: .meanSquaredError, batch: GradientTests.rows, for: .inference)
    network.assign(Array(parameters.prefix(prefix.parameterCount)))
    _ = network.inputs.update(fromContentsOf: inputs)
    network.forward(rows: GradientTests.rows)
    let sizes = prefix.shapes[0].dimensions
    var lead = Float.infinity
    for plane in 0..<GradientTests.rows * sizes[0] {
      for top in Swift.stride(from: 0, through: sizes[1] - size, by: stride) {
        for left in Swift.stride(from: 0, through: sizes[2] - size, by: stride) {
          let values = (0..<size * size).map {
            network.outputs[(plane * sizes[1] + top + $0 / size) * sizes[2] + left + $0 % size]
          }.sorted(by: >)
          lead = min(lead, values[0] - values[1])
        }
      }
    }
    return lead
  }
}
