import Foundation
import Testing

/// `Fixtures/tensors.json`, made by `Fixtures/tensors.py`.
struct TensorsFixture: Decodable {
  struct Stream: Decodable {
    let seed: UInt64
    let purpose: UInt8
    let client: Int
    let round: Int
    let lane: Int
    let words: [UInt32]
  }
  struct Normal: Decodable {
    let p: [Double]
    let z: [Double]
  }
  struct Gamma: Decodable {
    let shape: Double
    let logQuantiles: [Double]
  }
  let streams: [Stream]
  let normal: Normal
  /// The probabilities of `normalQuantiles` and of every `logQuantiles`.
  let grid: [Double]
  let normalQuantiles: [Double]
  let gamma: [Gamma]

  static func load() throws -> TensorsFixture {
    let url = try #require(Bundle.module.url(forResource: "tensors", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(TensorsFixture.self, from: Data(contentsOf: url))
  }
}

/// How far the sample's distribution function is from the reference at its quantiles: a lower bound of the
/// Kolmogorov–Smirnov distance, so that the published critical values hold.
func distance(of sample: [Double], at quantiles: [Double], probabilities: [Double]) -> Double {
  let sorted = sample.sorted()
  var below = 0
  var largest = 0.0
  for (quantile, p) in zip(quantiles, probabilities) {
    while below < sorted.count, sorted[below] <= quantile { below += 1 }
    largest = max(largest, abs(Double(below) / Double(sorted.count) - p))
  }
  return largest
}

/// The Kolmogorov distribution's critical value at significance 0.001, 1.949 / √n (Smirnov's table).
func criticalDistance(_ count: Int) -> Double { 1.949 / Double(count).squareRoot() }

/// Pearson's statistic of `counts` against equal expected counts.
func chiSquare(_ counts: [Int]) -> Double {
  let expected = Double(counts.reduce(0, +)) / Double(counts.count)
  return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
}
