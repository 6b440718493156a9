import FeatherNetworks
import Foundation
import Testing

/// `Fixtures/images.json`, made by `Fixtures/images.py` with PyTorch.
struct ImagesFixture: Decodable {
  /// One layer, under the one key that names it.
  struct LayerDescription: Decodable {
    let dense: [Int]?
    let conv: [Int]?
    let pool: [Int]?
    let activation: String?
  }
  /// What is stored of a block: its Euclidean norm and some of its elements at equal distances.
  struct Summary: Decodable {
    let norm: Double
    let sample: [Double]
  }
  struct Case: Decodable {
    let name: String
    let shape: [Int]
    let rows: Int
    let layers: [LayerDescription]
    let blockShapes: [[Int]]
    let outputs: [Summary]
    let loss: Double
    let gradients: [Summary]
  }
  struct Steps: Decodable {
    let losses: [Double]
    let moves: [Summary]
  }
  struct Count: Decodable {
    let model: String
    let shape: [Int]
    let parameters: Int
  }
  let cases: [Case]
  let vgg3: Steps
  let counts: [Count]

  static func load() throws -> ImagesFixture {
    let url = try #require(Bundle.module.url(forResource: "images", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(ImagesFixture.self, from: Data(contentsOf: url))
  }
}

/// The numbers that both sides draw instead of storing them: Numerical Recipes' linear congruential generator.
struct FixtureNumbers {
  private var state: UInt32

  init(seed: Int) { state = UInt32(seed) }

  mutating func draw(_ count: Int, scale: Float = 1) -> [Float] {
    (0..<count).map { _ in
      state = 1_664_525 &* state &+ 1_013_904_223
      return (Float(state >> 8) / 8_388_608 - 1) * scale
    }
  }

  /// Weights of an architecture: scaled by gain / sqrt(fan-in); biases by 0.1.
  mutating func weights(_ architecture: Architecture, gain: Double) -> [Float] {
    architecture.blocks.flatMap { block in
      let fanIn = Double(block.count / block.shape[0])
      return draw(block.count, scale: block.shape.count > 1 ? Float(gain / fanIn.squareRoot()) : 0.1)
    }
  }
}

extension SampleShape {
  init(image shape: [Int]) { self = .image(channels: shape[0], height: shape[1], width: shape[2]) }
}

extension ImagesFixture.LayerDescription {
  var layer: Layer {
    get throws {
      let activation = Activation.allCases.first { "\($0)" == self.activation }
      if let dense { return .dense(outputs: dense[0], activation: try #require(activation)) }
      if let pool { return .maxPool(size: pool[0], stride: pool[1]) }
      guard let conv else { return .flatten }
      return .convolution(
        channels: conv[0], kernel: conv[1], stride: conv[2], padding: conv[3], activation: try #require(activation))
    }
  }
}

/// The largest difference of a block from its summary, relative to the summary's largest element or norm.
func deviation(_ values: some Collection<Float>, from summary: ImagesFixture.Summary) -> Double {
  let values = Array(values)
  let sample = stride(from: 0, to: values.count, by: max(1, values.count / 40)).map { values[$0] }
  let norm = values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  return max(abs(norm / summary.norm - 1), deviation(sample, from: summary.sample))
}
