import Testing

@testable import FeatherTensors

@Suite struct DistributionTests {
  static let count = 100_000

  static func stream(_ seed: UInt64) -> RandomStream { RandomStream(seed: seed, purpose: .initialWeights) }

  @Test("the normal quantile is the exact one from 1e-300 to 1 − 2⁻⁵²")
  func normalQuantile() throws {
    // AS 241 promises about one part in 1e16; the roundings of its polynomials, root and quotient add a few 2⁻⁵³.
    let reference = try TensorsFixture.load().normal
    #expect(reference.p.count >= 200)
    for (p, z) in zip(reference.p, reference.z) {
      #expect(abs(NormalQuantile.quantile(p) - z) <= 1e-15 * abs(z), "p = \(p)")
    }
  }

  @Test("normal numbers have the moments and the distribution of the standard normal law", arguments: 1...3)
  func normal(seed: UInt64) throws {
    let reference = try TensorsFixture.load()
    var stream = Self.stream(seed)
    let sample = (0..<Self.count).map { _ in stream.normal() }
    let distance = distance(of: sample, at: reference.normalQuantiles, probabilities: reference.grid)
    #expect(distance < criticalDistance(Self.count))
    // Moments 0, 1, 0, 3 with variances 1, 2, 15, 96 over n: bounds of four deviations.
    for (power, moment, variance) in [(1, 0.0, 1.0), (2, 1, 2), (3, 0, 15), (4, 3, 96)] {
      let powers = sample.map { x in (0..<power).reduce(1) { product, _ in product * x } }
      let mean = powers.reduce(0, +) / Double(Self.count)
      #expect(abs(mean - moment) < 4 * (variance / Double(Self.count)).squareRoot(), "moment \(power)")
    }
  }

  @Test("Gamma numbers have the Gamma distribution", arguments: 0..<5)
  func gamma(index: Int) throws {
    let reference = try TensorsFixture.load()
    let gamma = reference.gamma[index]
    var stream = Self.stream(UInt64(index))
    let logs = (0..<Self.count).map { _ in stream.logGamma(shape: gamma.shape) }
    #expect(distance(of: logs, at: gamma.logQuantiles, probabilities: reference.grid) < criticalDistance(Self.count))
    // Mean and variance are both the shape.
    let mean = logs.reduce(0) { $0 + ReproducibleMath.exp($1) } / Double(Self.count)
    #expect(abs(mean - gamma.shape) < 4 * (gamma.shape / Double(Self.count)).squareRoot())
  }

  @Test("a Gamma number is the exponential of the logarithm drawn from the same stream")
  func gammaAndLogGamma() {
    var first = Self.stream(9)
    var second = Self.stream(9)
    for _ in 0..<100 {
      #expect(first.gamma(shape: 2.5) == ReproducibleMath.exp(second.logGamma(shape: 2.5)))
    }
  }

  @Test(
    "Dirichlet shares are never NaN or negative and add up to 1",
    arguments: [Double.leastNonzeroMagnitude, 1e-300, 1e-3, 0.1, 1, 10, 1e6, 1e300])
  func dirichletValid(alpha: Double) {
    var stream = Self.stream(4)
    for count in [1, 2, 10, 100] {
      for _ in 0..<50 {
        let shares = stream.dirichlet(alpha: alpha, count: count)
        #expect(shares.count == count)
        #expect(shares.allSatisfy { $0 >= 0 && $0 <= 1 })
        // Each of `count` divisions and additions rounds by at most 2⁻⁵³ of 1.
        #expect(abs(shares.reduce(0, +) - 1) <= Double(count) * 0x1p-52)
      }
    }
  }

  @Test("Dirichlet shares have the closed-form mean and variance", arguments: [0.001, 0.1, 1, 10, 1e6])
  func dirichletMoments(alpha: Double) {
    let count = 5
    let draws = 40_000
    var stream = Self.stream(5)
    var sum = [Double](repeating: 0, count: count)
    var squares = [Double](repeating: 0, count: count)
    let mean = 1 / Double(count)
    for _ in 0..<draws {
      for (i, share) in stream.dirichlet(alpha: alpha, count: count).enumerated() {
        sum[i] += share
        squares[i] += (share - mean) * (share - mean)
      }
    }
    // Variance (1/k)(1 − 1/k) / (kα + 1).
    let variance = mean * (1 - mean) / (Double(count) * alpha + 1)
    for i in 0..<count {
      #expect(abs(sum[i] / Double(draws) - mean) < 4.5 * (variance / Double(draws)).squareRoot())
      // A share's kurtosis is below 7 here, so the variance's relative deviation is below sqrt(6 / draws) = 1.2 %.
      #expect(abs(squares[i] / Double(draws) / variance - 1) < 0.05)
    }
  }
}
