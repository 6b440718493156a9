import FeatherNetworks
import FeatherTensors
import Testing

@Suite struct InitialisationTests {
  static let architecture = Architecture(inputs: 200, hidden: [120], activation: .relu, outputs: 80)
  static let layers: [Layer] = [
    .convolution(channels: 40, kernel: 5, activation: .relu), .flatten, .dense(outputs: 80, activation: .linear),
  ]

  /// Variance of a weight by the papers' closed forms.
  static func variance(_ scheme: Initialisation, fanIn: Double, fanOut: Double) -> Double {
    switch scheme {
    case .kaimingUniform, .kaimingNormal: 2 / fanIn
    case .glorotUniform, .glorotNormal: 2 / (fanIn + fanOut)
    }
  }

  @Test(
    "weights have mean zero and the closed-form variance, biases are zero",
    arguments: [Initialisation.kaimingUniform, .kaimingNormal, .glorotUniform, .glorotNormal],
    [
      architecture, try? Architecture(input: .image(channels: 10, height: 6, width: 6), layers: layers),
    ])
  func moments(scheme: Initialisation, architecture: Architecture?) throws {
    let architecture = try #require(architecture)
    var stream = RandomStream(seed: 3, purpose: .initialWeights)
    let parameters = architecture.initialParameters(scheme, stream: &stream)
    #expect(parameters.count == architecture.parameterCount)
    for block in architecture.blocks {
      let values = parameters[block.offset..<block.offset + block.count].map(Double.init)
      guard block.shape.count > 1 else {
        #expect(values.allSatisfy { $0 == 0 })
        continue
      }
      let count = Double(values.count)
      // PyTorch's fans: of a kernel, its height times its width for each input and output.
      let places = Double(block.shape.dropFirst(2).reduce(1, *))
      let expected = Self.variance(
        scheme, fanIn: Double(block.shape[1]) * places, fanOut: Double(block.shape[0]) * places)
      // Four deviations: the mean's is sqrt(variance / n), the variance's is sqrt(2 / n) of it, less for a uniform law.
      #expect(abs(values.reduce(0, +) / count) < 4 * (expected / count).squareRoot())
      let variance = values.reduce(0) { $0 + $1 * $1 } / count
      #expect(abs(variance / expected - 1) < 4 * (2 / count).squareRoot())
      // A uniform law on ±b has variance b²/3.
      let bound = (3 * expected).squareRoot()
      let largest = values.map(abs).max() ?? 0
      let uniform = scheme == .kaimingUniform || scheme == .glorotUniform
      #expect(uniform ? largest <= bound * (1 + 1e-7) && largest > 0.999 * bound : largest > 1.5 * bound)
    }
  }

  @Test("equal streams draw equal parameters, other seeds draw others")
  func seeds() {
    let draws = ([1, 1, 2] as [UInt64]).map { seed in
      var stream = RandomStream(seed: seed, purpose: .initialWeights)
      return Self.architecture.initialParameters(.kaimingUniform, stream: &stream)
    }
    #expect(draws[0] == draws[1] && draws[0] != draws[2])
  }
}
