import FeatherNetworks
import Foundation

/// An autoencoder in float64, one sample and one weight at a time, as the textbook has it.
struct DoubleAutoencoder {
  let architecture: Architecture
  var parameters: [Double]
  private var first: [Double]
  private var second: [Double]
  private var steps = 0.0

  init(_ architecture: Architecture, _ parameters: [Double]) {
    self.architecture = architecture
    self.parameters = parameters
    first = parameters.map { _ in 0 }
    second = first
  }

  /// The mean squared error per element.
  func loss(_ rows: [[Double]]) -> Double {
    var sum = 0.0
    for row in rows {
      let outputs = values(row)[architecture.denseLayers.count]
      for (output, target) in zip(outputs, row) { sum += (output - target) * (output - target) }
    }
    return sum / Double(rows.count * architecture.inputs)
  }

  /// Steps batch by batch; the mean of the losses before each step.
  mutating func epoch(_ rows: [[Double]], batch: Int, _ rule: StepRule) -> Double {
    var sum = 0.0
    for start in stride(from: 0, to: rows.count, by: batch) {
      let part = Array(rows[start..<min(start + batch, rows.count)])
      sum += loss(part) * Double(part.count)
      step(gradient(part), rule)
    }
    return sum / Double(rows.count)
  }

  /// The loss's central difference in one parameter.
  static func slope(of index: Int, _ architecture: Architecture, _ parameters: [Double], _ rows: [[Double]]) -> Double {
    let losses = [1e-5, -1e-5].map { change in
      var moved = parameters
      moved[index] += change
      return DoubleAutoencoder(architecture, moved).loss(rows)
    }
    return (losses[0] - losses[1]) / 2e-5
  }

  /// What each layer gives, the input first.
  private func values(_ row: [Double]) -> [[Double]] {
    var values = [row]
    for (number, layer) in architecture.denseLayers.enumerated() {
      let input = values[number]
      let weight = architecture.blocks[2 * number].offset
      let bias = architecture.blocks[2 * number + 1].offset
      values.append(
        (0..<layer.outputs).map { output in
          var sum = parameters[bias + output]
          for (i, x) in input.enumerated() { sum += parameters[weight + output * input.count + i] * x }
          return Self.activate(layer.activation, sum)
        })
    }
    return values
  }

  private func gradient(_ rows: [[Double]]) -> [Double] {
    var gradient = parameters.map { _ in 0.0 }
    for row in rows {
      let values = values(row)
      var delta = zip(values[values.count - 1], row).map { 2 * ($0 - $1) / Double(rows.count * row.count) }
      for number in architecture.denseLayers.indices.reversed() {
        let activation = architecture.denseLayers[number].activation
        delta = zip(delta, values[number + 1]).map { $0 * Self.derivative(activation, $1) }
        let input = values[number]
        let weight = architecture.blocks[2 * number].offset
        var next = input.map { _ in 0.0 }
        for (output, d) in delta.enumerated() {
          gradient[architecture.blocks[2 * number + 1].offset + output] += d
          for i in input.indices {
            gradient[weight + output * input.count + i] += d * input[i]
            next[i] += d * parameters[weight + output * input.count + i]
          }
        }
        delta = next
      }
    }
    return gradient
  }

  private mutating func step(_ gradient: [Double], _ rule: StepRule) {
    steps += 1
    for (i, g) in gradient.enumerated() {
      switch rule {
      case .sgd(let rate, let momentum):
        first[i] = Double(momentum) * first[i] + g
        parameters[i] -= Double(rate) * first[i]
      case .adam(let rate, let beta1, let beta2, let epsilon):
        first[i] = beta1 * first[i] + (1 - beta1) * g
        second[i] = beta2 * second[i] + (1 - beta2) * g * g
        let mean = first[i] / (1 - pow(beta1, steps))
        let square = second[i] / (1 - pow(beta2, steps))
        parameters[i] -= Double(rate) * mean / (square.squareRoot() + Double(epsilon))
      }
    }
  }

  private static func activate(_ activation: Activation, _ x: Double) -> Double {
    switch activation {
    case .linear: x
    case .relu: max(0, x)
    case .leakyRelu: x < 0 ? 0.01 * x : x
    case .tanh: tanh(x)
    case .sigmoid: 1 / (1 + exp(-x))
    }
  }

  /// Through the activation's output.
  private static func derivative(_ activation: Activation, _ y: Double) -> Double {
    switch activation {
    case .linear: 1
    case .relu: y > 0 ? 1 : 0
    case .leakyRelu: y > 0 ? 1 : 0.01
    case .tanh: 1 - y * y
    case .sigmoid: y * (1 - y)
    }
  }
}
