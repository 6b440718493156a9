import FeatherTensors
import Glibc
import Testing

/// The reference is Glibc, which documents errors below 1 ulp for `log`, `exp`, `sin` and `cos` and rounds nearly every
/// argument correctly: the distance to its value is the true error, rounded to whole units in the last place.
@Suite struct ReproducibleMathTests {
  static func points(_ lower: Double, _ upper: Double, _ count: Int = 200_000) -> [Double] {
    var stream = RandomStream(seed: 7, purpose: .dataset)
    return (0..<count).map { _ in stream.uniform(in: lower..<upper) }
  }

  static func ulps(_ value: Double, _ reference: Double) -> Double {
    value == reference ? 0 : abs(value - reference) / reference.ulp
  }

  @Test("log is within 2 ulp of the C library's", arguments: [(0.0, 1.0), (0.7, 1.5), (0.999999, 1.000001), (1, 1e9)])
  func log(range: (Double, Double)) {
    let worst = Self.points(range.0, range.1).map { Self.ulps(ReproducibleMath.log($0), Glibc.log($0)) }.max()
    #expect((worst ?? .infinity) <= 2)
  }

  @Test("log covers every exponent, subnormal numbers included")
  func logExponents() {
    for exponent in -1074...1023 {
      for significand in [1, 1.3, 1.414_213_562_373_095, 1.414_213_562_373_095_5, 1.999_999_9] {
        let x = Double(sign: .plus, exponent: exponent, significand: significand)
        #expect(Self.ulps(ReproducibleMath.log(x), Glibc.log(x)) <= 2)
      }
    }
    #expect(ReproducibleMath.log(1) == 0)
  }

  @Test("exp is within 2 ulp of the C library's", arguments: [(-707.9, 708.9), (-1, 1), (-1e-6, 1e-6), (-40, 0)])
  func exp(range: (Double, Double)) {
    let worst = Self.points(range.0, range.1).map { Self.ulps(ReproducibleMath.exp($0), Glibc.exp($0)) }.max()
    #expect((worst ?? .infinity) <= 2)
  }

  @Test("exp has the documented edges")
  func expEdges() {
    #expect(ReproducibleMath.exp(0) == 1)
    #expect(ReproducibleMath.exp(-708) == 0 && ReproducibleMath.exp(-.infinity) == 0)
    #expect(ReproducibleMath.exp(709) == .infinity && ReproducibleMath.exp(.infinity) == .infinity)
    #expect(ReproducibleMath.exp(.nan).isNaN)
  }

  @Test("sine and cosine are within 2 ulp of the C library's, and near their zeros within 1e-22")
  func sinCos() {
    // Near a multiple of π/2 the reduction keeps a fixed absolute error and no relative one, as documented.
    let zeros = (-600...600).map { Double($0) * 0.5 * .pi }
    for x in Self.points(-1000, 1000) + Self.points(-4, 4) + zeros {
      let (sine, cosine) = ReproducibleMath.sinCos(x)
      let errors = [(sine, Glibc.sin(x)), (cosine, Glibc.cos(x))]
      #expect(errors.allSatisfy { Self.ulps($0, $1) <= 2 || abs($0 - $1) <= 1e-22 }, "x = \(x)")
    }
    #expect(ReproducibleMath.sinCos(0) == (0, 1))
  }
}
