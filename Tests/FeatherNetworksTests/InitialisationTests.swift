import FeatherNetworks
import FeatherTensors
import Testing

@Suite struct InitialisationTests {
  static let architecture = Architecture(inputs: 200, hidden: [120], activation: .relu, outputs: 80)

  /// Variance of a weight by the papers' closed forms.
  static func variance(_ scheme: Initialisation, fanIn: Double, fanOut: Double) -> Double {
    switch scheme {
    case .kaimingUniform, .kaimingNormal: 2 / fanIn
    case .glorotUniform, .glorotNormal: 2 / (fanIn + fanOut)
    }
  }

  @Test(
    "weights have mean zero and the closed-form variance, biases are zero",
    arguments: [Initialisation.kaimingUniform, .kaimingNormal, .glorotUniform, .glorotNormal])
  func moments(scheme: Initialisation) {
    var stream = RandomStream(seed: 3, purpose: .initialWeights)
    let parameters = Self.architecture.initialParameters(scheme, stream: &stream)
    #expect(parameters.count == Self.architecture.parameterCount)
    for block in Self.architecture.blocks {
      let values = parameters[block.offset..<block.offset + block.count].map(Double.init)
      guard block.shape.count == 2 else {
        #expect(values.allSatisfy { $0 == 0 })
        continue
      }
      let count = Double(values.count)
      let expected = Self.variance(scheme, fanIn: Double(block.shape[1]), fanOut: Double(block.shape[0]))
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
