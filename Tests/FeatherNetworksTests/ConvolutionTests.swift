import FeatherTensors
import Testing

@testable import FeatherNetworks

/// Each pass of the convolutions that vgg3 has behind its first, against sums in float64.
@Suite struct ConvolutionTests {
  /// 3x3 squares, stride 1, padding 1.
  struct Shape: Sendable {
    var images: Int
    var inputs: Int
    var outputs: Int
    var side: Int

    var source: [Int] { [images, inputs, side, side] }
    var weights: [Int] { [outputs, inputs, 3, 3] }
    var destination: [Int] { [images, outputs, side, side] }

    func sizes(_ algorithm: ConvolutionAlgorithm) -> ConvolutionSizes {
      ConvolutionSizes(
        name: "conv1", source: source, weights: weights, destination: destination, stride: 1, padding: 1,
        algorithm: algorithm)
    }
  }

  static let shapes = [
    Shape(images: 2, inputs: 32, outputs: 32, side: 32), Shape(images: 4, inputs: 32, outputs: 64, side: 16),
    Shape(images: 4, inputs: 64, outputs: 64, side: 16), Shape(images: 16, inputs: 64, outputs: 128, side: 8),
    Shape(images: 8, inputs: 128, outputs: 128, side: 8),
  ]

  /// What a convolution reads, and the gradient at what it gives.
  struct Numbers {
    var source: [Float]
    var weights: [Float]
    var delta: [Float]

    init(_ shape: Shape) {
      var numbers = FixtureNumbers(seed: 7)
      source = numbers.draw(shape.source.reduce(1, *))
      weights = numbers.draw(shape.weights.reduce(1, *))
      delta = numbers.draw(shape.destination.reduce(1, *))
    }
  }

  /// Outputs, gradient of the inputs and gradient of the weights in float64, without biases.
  static func reference(_ shape: Shape, _ numbers: Numbers) -> [[Double]] {
    let (weights, delta) = (numbers.weights.map(Double.init), numbers.delta.map(Double.init))
    let source = numbers.source.map(Double.init)
    var results = [delta, source, weights].map { [Double](repeating: 0, count: $0.count) }
    let side = shape.side
    for image in 0..<shape.images {
      for output in 0..<shape.outputs {
        for input in 0..<shape.inputs {
          for place in 0..<9 {
            let weight = (output * shape.inputs + input) * 9 + place
            let (down, right) = (place / 3 - 1, place % 3 - 1)
            var gradient = 0.0
            for y in max(0, -down)..<min(side, side - down) {
              let to = ((image * shape.outputs + output) * side + y) * side
              let from = ((image * shape.inputs + input) * side + y + down) * side + right
              for x in max(0, -right)..<min(side, side - right) {
                results[0][to + x] += source[from + x] * weights[weight]
                results[1][from + x] += delta[to + x] * weights[weight]
                gradient += delta[to + x] * source[from + x]
              }
            }
            results[2][weight] += gradient
          }
        }
      }
    }
    return results
  }

  /// The same as the library computes them, and whether in Winograd's way.
  static func passes(
    _ shape: Shape, _ numbers: Numbers, _ algorithm: ConvolutionAlgorithm
  ) throws -> (results: [[Float]], isWinograd: [Bool]) {
    let engine = try OneDNNEngine()
    var operations: [Operation] = []
    func read(_ values: [Float], _ shape: [Int], _ layout: Layout) throws -> LaidOutArray {
      let plain = LaidOutArray(try Layout(plain: shape))
      for (i, value) in values.enumerated() { plain.base(0)[i] = value }
      let copy = LaidOutArray(layout)
      operations.append(try engine.reorder(from: plain, to: copy, slices: 1))
      return copy
    }
    var results: [LaidOutArray] = []
    func compute(
      _ pass: borrowing OperationDescription, _ inputs: [(Operation.Role, LaidOutArray)], _ role: Operation.Role,
      _ layout: Layout, _ shape: [Int]
    ) throws {
      let result = LaidOutArray(layout)
      operations.append(try Operation(pass, engine, inputs + [(role, result)], slices: 1))
      let plain = LaidOutArray(try Layout(plain: shape))
      operations.append(try engine.reorder(from: result, to: plain, slices: 1))
      results.append(plain)
    }
    let bias = LaidOutArray(try Layout(plain: [shape.outputs]))
    let sizes = shape.sizes(algorithm)
    let forward = try sizes.forward(engine)
    let source = try read(numbers.source, shape.source, forward.source)
    let weights = try read(numbers.weights, shape.weights, forward.weights)
    try compute(
      forward, [(.source, source), (.weights, weights), (.bias, bias)], .destination, forward.destination,
      shape.destination)
    let byData = try sizes.backwardData(engine, forward: forward)
    let turned = try read(numbers.weights, shape.weights, byData.weights)
    let delta = try read(numbers.delta, shape.destination, byData.destinationGradient)
    try compute(
      byData, [(.weights, turned), (.destinationGradient, delta)], .sourceGradient, byData.sourceGradient, shape.source)
    let byWeights = try sizes.backwardWeights(engine, forward: forward)
    let seen = try read(numbers.source, shape.source, byWeights.source)
    let met = try read(numbers.delta, shape.destination, byWeights.destinationGradient)
    try compute(
      byWeights, [(.source, seen), (.destinationGradient, met), (.biasGradient, bias)], .weightsGradient,
      byWeights.weightsGradient, shape.weights)
    try engine.allocateScratchpad()
    for operation in operations { operation.execute(slice: 0) }
    return (
      results.map { Array(UnsafeBufferPointer(start: $0.base(0), count: $0.layout.count)) },
      [forward.isWinograd, byData.isWinograd, byWeights.isWinograd]
    )
  }

  /// Root of the mean squared error relative to the root mean square of the reference.
  static func error(_ values: [Float], _ reference: [Double]) -> Double {
    let squares = zip(values, reference).reduce(into: (error: 0.0, size: 0.0)) { sums, pair in
      sums.error += (Double(pair.0) - pair.1) * (Double(pair.0) - pair.1)
      sums.size += pair.1 * pair.1
    }
    return (squares.error / squares.size).squareRoot()
  }

  /// A sum of n products of random signs rounds n times, by some 3e-8 of a partial sum that grows to its final size.
  ///
  /// That is 2e-8 · sqrt(n) of the sum: 7e-7 for 1,152 products outward, and as much for 1,024 per weight. Winograd's transforms
  /// multiply by up to 8 and cancel again, which costs some of a digit: 2e-7 to 8e-7 were seen directly, 6e-7 to 1.2e-6 by its way.
  @Test("every pass is the float64 sum to float32 rounding, either way", arguments: shapes)
  func errors(shape: Shape) throws {
    let numbers = Numbers(shape)
    let reference = Self.reference(shape, numbers)
    let direct = try Self.passes(shape, numbers, .direct)
    let auto = try Self.passes(shape, numbers, .auto)
    #expect(direct.isWinograd == [false, false, false])
    for pass in 0..<3 {
      let exact = Self.error(direct.results[pass], reference[pass])
      #expect(exact < 2e-6)
      let error = Self.error(auto.results[pass], reference[pass])
      #expect(error < 4e-6)
      #expect(auto.isWinograd[pass] == (auto.results[pass] != direct.results[pass]))
    }
  }

  @Test("the rule goes by shapes: 3x3, stride 1, 16 channels on both sides; the processor must have AVX-512")
  func rule() throws {
    let layers: [Layer] = [
      .convolution(channels: 16, kernel: 3, padding: 1, activation: .relu),
      .convolution(channels: 32, kernel: 3, padding: 1, activation: .relu),
      .convolution(channels: 32, kernel: 3, stride: 2, padding: 1, activation: .relu),
      .convolution(channels: 32, kernel: 1, activation: .relu), .flatten, .dense(outputs: 3, activation: .linear),
    ]
    var architecture = try Architecture(input: .image(channels: 3, height: 16, width: 16), layers: layers)
    func convolutions(_ purpose: Network.Purpose) throws -> String? {
      try Network(architecture, loss: .softmaxCrossEntropy, batch: 4, for: purpose).convolutions
    }
    let second = OneDNN.instructionSet.hasPrefix("avx512_core") ? "winograd" : "direct"
    for purpose in [Network.Purpose.training, .inference] {
      #expect(try convolutions(purpose) == "conv1 direct, conv2 \(second), conv3 direct, conv4 direct")
    }
    architecture.convolution = .direct
    #expect(try convolutions(.training) == "conv1 direct, conv2 direct, conv3 direct, conv4 direct")
    let dense = Architecture(inputs: 3, hidden: [], activation: .relu, outputs: 2)
    #expect(try Network(dense, loss: .meanSquaredError, batch: 1).convolutions == nil)
  }

  @Test("winograd is refused where no layer can be computed so, and says what it takes")
  func refused() throws {
    var architecture = try Architecture.lenet5(input: .image(channels: 3, height: 32, width: 32), classes: 10)
    architecture.convolution = .winograd
    let error = #expect(throws: NetworkError.self) {
      _ = try Network(architecture, loss: .softmaxCrossEntropy, batch: 4)
    }
    #expect(
      error?.description
        == "no layer can be computed by Winograd's way (conv1 direct, conv2 direct): it takes 3x3 convolutions of "
        + "stride 1 with at least 16 channels on both sides, and a processor with AVX-512")
  }
}
