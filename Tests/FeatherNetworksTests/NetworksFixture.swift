import FeatherNetworks
import Foundation
import Testing

/// `Fixtures/networks.json`, made by `Fixtures/networks.py` with PyTorch.
struct NetworksFixture: Decodable {
  /// A network, its start, and what PyTorch computes from it.
  struct Case: Decodable {
    let widths: [Int]
    let activation: String
    let loss: String
    let batches: Int
    let rows: Int
    let inputs: [Float]
    let labels: [UInt8]
    let parameters: [Float]
    let outputs: [Double]
    let firstLoss: Double
    let gradients: [Double]
    /// Parameters after ten steps, by step rule.
    let after: [String: [Double]]
  }
  struct Epochs: Decodable {
    let batch: Int
    let inputs: [Float]
    let labels: [UInt8]
    let parameters: [Float]
    let meanLosses: [Double]
    let after: [Double]
  }
  struct Block: Decodable {
    let offset: Int
    let shape: [Int]
  }
  struct Paper: Decodable {
    let parameters: Int
    let blocks: [Block]
  }
  let cases: [Case]
  let epochs: Epochs
  let paper: Paper

  static func load() throws -> NetworksFixture {
    let url = try #require(Bundle.module.url(forResource: "networks", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(NetworksFixture.self, from: Data(contentsOf: url))
  }
}

extension NetworksFixture.Case {
  var architecture: Architecture {
    get throws {
      let activation = try #require(Activation.allCases.first { "\($0)" == self.activation })
      return Architecture(
        inputs: widths[0], hidden: Array(widths.dropFirst().dropLast()), activation: activation,
        outputs: widths[widths.count - 1])
    }
  }

  /// The network at its start.
  func network() throws -> Network {
    let loss: Loss = labels.isEmpty ? .meanSquaredError : .softmaxCrossEntropy
    let network = try Network(architecture, loss: loss, batch: rows)
    network.assign(parameters)
    return network
  }

  /// The mean loss of batch `index`, whose gradient is left in the network's outputs.
  func score(_ network: borrowing Network, batch index: Int) -> Double {
    let width = widths[0]
    _ = network.inputs.update(fromContentsOf: inputs[index * rows * width..<(index + 1) * rows * width])
    network.forward(rows: rows)
    guard labels.isEmpty else {
      return Array(labels[index * rows..<(index + 1) * rows]).withUnsafeBufferPointer { labels in
        labels.baseAddress.map { network.score(labels: $0, rows: rows).loss / Double(rows) } ?? .nan
      }
    }
    guard let targets = network.inputs.baseAddress else { return .nan }
    return network.score(targets: targets, rows: rows) / Double(rows * width)
  }
}

/// The largest difference, relative to the reference's largest element; infinite when the counts differ.
func deviation(_ values: some Collection<Float>, from reference: [Double]) -> Double {
  guard values.count == reference.count else { return .infinity }
  let scale = reference.reduce(0) { max($0, abs($1)) }
  return zip(values, reference).reduce(0) { $1.0.isFinite ? max($0, abs(Double($1.0) - $1.1) / scale) : .infinity }
}
