extension RandomStream {
  /// A standard normal number, by inversion of the distribution function.
  ///
  /// One uniform number gives one normal number, so a stream's position says how many were drawn. Relative accuracy about 1e-16.
  /// Source: Wichura (1988), algorithm AS 241 (PPND16), *Applied Statistics* 37(3).
  public mutating func normal() -> Double {
    // The centre of one of 2⁵² cells: never 0, never 1.
    let p = (Double(nextWord64() >> 12) + 0.5) * 0x1p-52
    return NormalQuantile.quantile(p)
  }

  /// The logarithm of a Gamma(`shape`, 1) number; the logarithm keeps tiny shapes from underflowing to zero.
  ///
  /// Source: Marsaglia and Tsang (2000), *A simple method for generating gamma variables*; for shapes below 1 their
  /// boost Gamma(a) = Gamma(a + 1) · U^(1/a).
  /// - Parameter shape: positive and finite.
  public mutating func logGamma(shape: Double) -> Double {
    precondition(shape > 0 && shape.isFinite, "a Gamma shape is positive and finite")
    guard shape >= 1 else {
      let boost = ReproducibleMath.log((Double(nextWord64() >> 12) + 0.5) * 0x1p-52) / shape
      return logGamma(shape: shape + 1) + boost
    }
    let d = shape - 1.0 / 3.0
    let c = 1 / (9 * d).squareRoot()
    while true {
      let x = normal()
      let t = 1 + c * x
      guard t > 0 else { continue }
      let v = t * t * t
      let u = (Double(nextWord64() >> 12) + 0.5) * 0x1p-52
      if ReproducibleMath.log(u) < 0.5 * x * x + d - d * v + d * ReproducibleMath.log(v) {
        return ReproducibleMath.log(d) + ReproducibleMath.log(v)
      }
    }
  }

  /// A Gamma(`shape`, 1) number; mean and variance are `shape`.
  public mutating func gamma(shape: Double) -> Double {
    ReproducibleMath.exp(logGamma(shape: shape))
  }

  /// A draw of the symmetric Dirichlet distribution: `count` shares that add up to 1.
  ///
  /// Computed from the logarithms of Gamma numbers, relative to the largest, so that no `alpha` gives NaN.
  /// - Parameters:
  ///   - alpha: the concentration, positive: near 0 one share takes all, towards infinity all shares are equal.
  ///   - count: how many shares, at least 1.
  public mutating func dirichlet(alpha: Double, count: Int) -> [Double] {
    precondition(count >= 1, "a Dirichlet draw has at least one share")
    // Below 1e-300 the logarithms themselves would overflow; there one share takes all anyway.
    let shape = max(alpha, 1e-300)
    let logs = (0..<count).map { _ in logGamma(shape: shape) }
    let largest = logs.reduce(logs[0], max)
    let weights = logs.map { ReproducibleMath.exp($0 - largest) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }
}

/// The quantile function of the standard normal distribution (algorithm AS 241).
enum NormalQuantile {
  private static let centre = (
    [
      2.509_080_928_730_122_672_7e+3, 3.343_057_558_358_812_810_5e+4, 6.726_577_092_700_870_085_3e+4,
      4.592_195_393_154_987_145_7e+4, 1.373_169_376_550_946_112_5e+4, 1.971_590_950_306_551_442_7e+3,
      1.331_416_678_917_843_774_5e+2, 3.387_132_872_796_366_608_0e0,
    ],
    [
      5.226_495_278_852_854_561_0e+3, 2.872_908_573_572_194_267_4e+4, 3.930_789_580_009_271_061_0e+4,
      2.121_379_430_158_659_586_7e+4, 5.394_196_021_424_751_107_7e+3, 6.871_870_074_920_579_082_9e+2,
      4.231_333_070_160_091_125_2e+1, 1.0,
    ]
  )
  private static let middle = (
    [
      7.745_450_142_783_414_076_4e-4, 2.272_384_498_926_918_458_3e-2, 2.417_807_251_774_506_117_7e-1,
      1.270_458_252_452_368_382_6e0, 3.647_848_324_763_204_605_0e0, 5.769_497_221_460_691_405_5e0,
      4.630_337_846_156_545_295_9e0, 1.423_437_110_749_683_577_34e0,
    ],
    [
      1.050_750_071_644_416_843_24e-9, 5.475_938_084_995_344_946_0e-4, 1.519_866_656_361_645_719_66e-2,
      1.481_039_764_274_800_745_9e-1, 6.897_673_349_851_000_045_5e-1, 1.676_384_830_183_803_849_4e0,
      2.053_191_626_637_758_821_87e0, 1.0,
    ]
  )
  private static let tail = (
    [
      2.010_334_399_292_288_132_65e-7, 2.711_555_568_743_487_578_15e-5, 1.242_660_947_388_078_438_60e-3,
      2.653_218_952_657_612_309_30e-2, 2.965_605_718_285_048_912_30e-1, 1.784_826_539_917_291_335_80e0,
      5.463_784_911_164_114_369_90e0, 6.657_904_643_501_103_777_20e0,
    ],
    [
      2.044_263_103_389_939_785_64e-15, 1.421_511_758_316_445_888_70e-7, 1.846_318_317_510_054_681_80e-5,
      7.868_691_311_456_132_591_00e-4, 1.487_536_129_085_061_485_25e-2, 1.369_298_809_227_358_053_10e-1,
      5.998_322_065_558_879_376_90e-1, 1.0,
    ]
  )

  /// The z with Φ(z) = `p`; `p` strictly between 0 and 1.
  static func quantile(_ p: Double) -> Double {
    let q = p - 0.5
    if abs(q) <= 0.425 {
      return q * ratio(centre, at: 0.180625 - q * q)
    }
    let r = (-ReproducibleMath.log(min(p, 1 - p))).squareRoot()
    let z = r <= 5 ? ratio(middle, at: r - 1.6) : ratio(tail, at: r - 5)
    return q < 0 ? -z : z
  }

  private static func ratio(_ polynomials: ([Double], [Double]), at x: Double) -> Double {
    var above = 0.0
    var below = 0.0
    for i in 0..<8 {
      above = above * x + polynomials.0[i]
      below = below * x + polynomials.1[i]
    }
    return above / below
  }
}
