import CKernels
import FeatherTensors
import Foundation
import Testing

@testable import FeatherNetworks

/// The C kernels against float64, in shapes that leave rests everywhere, and against each other.
@Suite struct KernelTests {
  /// Rows, inputs, hidden units and outputs: single ones, whole and broken lanes and tiles, several blocks of inputs and panels of
  /// outputs.
  static let shapes = [
    [1, 17, 1, 1], [3, 1, 5, 2], [10, 784, 20, 10], [7, 2065, 13, 3], [33, 64, 131, 5], [5, 16, 18, 1040],
    [6, 15, 4, 16],
  ]

  private static func numbers(_ count: Int, _ stream: inout RandomStream) -> [Float] {
    (0..<count).map { _ in Float(stream.normal()) }
  }

  /// left [rows, inner] · right [inner, columns] in float64.
  private static func product(_ left: [Double], _ right: [Double], inner: Int) -> [Double] {
    let (rows, columns) = (left.count / inner, right.count / inner)
    var result = [Double](repeating: 0, count: rows * columns)
    for row in 0..<rows {
      for k in 0..<inner {
        for column in 0..<columns {
          result[row * columns + column] += left[row * inner + k] * right[k * columns + column]
        }
      }
    }
    return result
  }

  private static func transposed(_ matrix: [Double], rows: Int) -> [Double] {
    let columns = matrix.count / rows
    return (0..<columns).flatMap { column in (0..<rows).map { matrix[$0 * columns + column] } }
  }

  // A sum of n products of order 1 grows as √n and is rounded n/16 times on the way, at most 130 times here: 1e-6 of the
  // largest element is seventeen roundings in one direction.
  @Test(
    "two linear layers of any shape have float64's outputs and gradients", arguments: shapes,
    0..<Kernels.available.count)
  func float64(shape: [Int], kernels: Int) throws {
    let (rows, inputs, hidden, outputs) = (shape[0], shape[1], shape[2], shape[3])
    let architecture = Architecture(inputs: inputs, hidden: [hidden], activation: .linear, outputs: outputs)
    let network = try Network(
      architecture, loss: .meanSquaredError, batch: rows, for: .training, kernels: Kernels.available[kernels])
    var stream = RandomStream(seed: 3, purpose: .initialWeights)
    let parameters = Self.numbers(architecture.parameterCount, &stream)
    let x = Self.numbers(rows * inputs, &stream)
    network.assign(parameters)
    _ = network.inputs.update(fromContentsOf: x)
    network.forward(rows: rows)

    let blocks = architecture.blocks.map { parameters[$0.offset..<$0.offset + $0.count].map { Double($0) } }
    let biased = { (sums: [Double], bias: [Double]) in sums.indices.map { sums[$0] + bias[$0 % bias.count] } }
    let input = x.map { Double($0) }
    let first = biased(Self.product(input, Self.transposed(blocks[0], rows: hidden), inner: inputs), blocks[1])
    let second = biased(Self.product(first, Self.transposed(blocks[2], rows: outputs), inner: hidden), blocks[3])
    #expect(deviation(network.outputs, from: second) < 1e-6)

    _ = network.score(targets: [Float](repeating: 0, count: rows * outputs), rows: rows)
    network.backward(rows: rows)
    let delta = second.map { 2 * $0 / Double(rows * outputs) }
    let before = Self.product(delta, blocks[2], inner: outputs)
    let ones = [Double](repeating: 1, count: rows)
    let expected = [
      Self.product(Self.transposed(before, rows: rows), input, inner: rows), Self.product(ones, before, inner: rows),
      Self.product(Self.transposed(delta, rows: rows), first, inner: rows), Self.product(ones, delta, inner: rows),
    ]
    for (block, values) in zip(architecture.blocks, expected) {
      let gradient = network.gradients[block.offset..<block.offset + block.count]
      #expect(deviation(gradient, from: values) < 1e-6, "\(block.name)")
    }
  }

  @Test(
    "softmax cross-entropy has float64's loss, and its gradient to a rounding of float",
    arguments: [1, 2, 10, 17, 200], [Float(1), 30, 300])
  func softmax(classes: Int, scale: Float) throws {
    let rows = 19
    var stream = RandomStream(seed: 3, purpose: .dataset)
    let logits = Self.numbers(rows * classes, &stream).map { scale * $0 }
    let labels = (0..<rows).map { UInt8(($0 * 7) % classes) }
    var loss = 0.0
    var gradient: [Double] = []
    for row in 0..<rows {
      let z = logits[row * classes..<(row + 1) * classes].map { Double($0) }
      let top = z.max() ?? 0
      let sum = z.reduce(0) { $0 + exp($1 - top) }
      loss += top - z[Int(labels[row])] + log(sum)
      gradient += z.indices.map { (exp(z[$0] - top) / sum - ($0 == labels[row] ? 1 : 0)) / Double(rows) }
    }
    for kernels in Kernels.available {
      let buffer = AlignedBuffer(count: logits.count)
      buffer.assign(logits)
      let score = Losses.softmaxCrossEntropy(buffer.base, labels: labels, rows: rows, classes: classes, kernels)
      // Exponential, logarithm and sums are within a few units of 2⁻⁵³ of a row's terms.
      #expect(abs(score.loss - loss) <= 1e-14 * max(loss, Double(rows)))
      // Rounded to float as an exponential, as a share, and less one at the label.
      for (value, expected) in zip(buffer.array, gradient) { #expect(abs(Double(value) - expected) < 0x1p-22 / 19) }
    }
  }

  @Test(
    "training has the same bits on every instruction set", arguments: FusedTrainingTests.architectures,
    FusedTrainingTests.rules)
  func instructionSets(architecture: Architecture, rule: StepRule) throws {
    let ends = try Kernels.available.map { try FusedTrainingTests.trained(architecture, rule, $0) }
    #expect(ends.allSatisfy { $0 == ends[0] })
  }

  @Test(
    "a pass has the same bits on every instruction set", arguments: shapes, [Activation.relu, .leakyRelu, .sigmoid])
  func passes(shape: [Int], activation: Activation) throws {
    let architecture = Architecture(inputs: shape[1], hidden: [shape[2]], activation: activation, outputs: shape[3])
    let results = try Kernels.available.map { kernels in
      var stream = RandomStream(seed: 4, purpose: .initialWeights)
      let network = try Network(
        architecture, loss: .softmaxCrossEntropy, batch: shape[0], for: .training, kernels: kernels)
      network.assign(Self.numbers(architecture.parameterCount, &stream))
      _ = network.inputs.update(fromContentsOf: Self.numbers(shape[0] * shape[1], &stream))
      network.forward(rows: shape[0])
      let outputs = Array(network.outputs)
      let score = network.score(labels: [UInt8](repeating: 0, count: shape[0]), rows: shape[0])
      network.backward(rows: shape[0])
      var optimizer = Optimizer(.adam(learningRate: 0.1), count: architecture.parameterCount, kernels: kernels)
      optimizer.step(network.parameters, gradients: network.gradients)
      let floats = outputs + Array(network.outputs) + Array(network.gradients) + network.parameterArray
      return floats.map(\.bitPattern) + [UInt32(score.correct), UInt32(truncatingIfNeeded: score.loss.bitPattern)]
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test("rows in an array are read in place: the bits of rows copied to the inputs")
  func inPlace() throws {
    let architecture = Architecture(inputs: 21, hidden: [9], activation: .relu, outputs: 4)
    let network = try Network(architecture, loss: .softmaxCrossEntropy, batch: 6, for: .inference)
    var stream = RandomStream(seed: 4, purpose: .initialWeights)
    network.assign(Self.numbers(architecture.parameterCount, &stream))
    let rows = Self.numbers(6 * 21, &stream)
    _ = network.inputs.update(fromContentsOf: rows)
    network.forward(rows: 6)
    let copied = network.outputs.map(\.bitPattern)
    network.inputs.update(repeating: 0)
    network.forward(rows: 6, at: rows)
    #expect(network.outputs.map(\.bitPattern) == copied)
  }

  @Test("each of the 256 bytes is divided by 255 as a division does", arguments: [1, 15, 16, 17, 100, 256])
  func unpacked(count: Int) {
    for kernels in Kernels.available {
      for first in stride(from: 0, to: 256, by: count) {
        let bytes = (0..<count).map { UInt8((first + $0) % 256) }
        var floats = [Float](repeating: -1, count: count + 1)
        kernels.pointee.unpack(bytes, count, &floats)
        #expect(floats == bytes.map { Float($0) / 255 } + [-1])
      }
    }
  }
}
