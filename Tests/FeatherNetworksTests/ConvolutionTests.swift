internal import CKernels
import FeatherTensors
import Testing

@testable import FeatherNetworks

/// Each pass of convolutions with 3x3 squares and stride 1 against sums in float64.
@Suite struct ConvolutionTests {
  struct Shape: Sendable {
    var images: Int
    var inputs: Int
    var outputs: Int
    var height: Int
    var width: Int
    var padding = 1

    var source: [Int] { [images, inputs, height, width] }
    var weights: [Int] { [outputs, inputs, 3, 3] }
    var destination: [Int] { [images, outputs, height + 2 * padding - 2, width + 2 * padding - 2] }

    var sizes: ConvolutionSizes {
      ConvolutionSizes(
        name: "conv1", source: source, weights: weights, destination: destination, stride: 1, padding: padding)
    }
  }

  /// Those that vgg3 has behind its first.
  static let shapes = [
    Shape(images: 2, inputs: 32, outputs: 32, height: 32, width: 32),
    Shape(images: 4, inputs: 32, outputs: 64, height: 16, width: 16),
    Shape(images: 4, inputs: 64, outputs: 64, height: 16, width: 16),
    Shape(images: 16, inputs: 64, outputs: 128, height: 8, width: 8),
    Shape(images: 8, inputs: 128, outputs: 128, height: 8, width: 8),
  ]

  /// Channels that fill no block of sixteen, images that fill no tile, every padding that has a meaning of its own.
  static let oddShapes =
    (0...3).map { Shape(images: 3, inputs: 20, outputs: 37, height: 9, width: 7, padding: $0) } + [
      Shape(images: 1, inputs: 16, outputs: 100, height: 3, width: 14, padding: 0),
      Shape(images: 2, inputs: 65, outputs: 16, height: 1, width: 1),
    ]

  /// What a convolution reads, and the gradient at what it gives.
  struct Numbers {
    var source: [Float]
    var weights: [Float]
    var biases: [Float]
    var delta: [Float]

    init(_ shape: Shape) {
      var numbers = FixtureNumbers(seed: 7)
      source = numbers.draw(shape.source.reduce(1, *))
      weights = numbers.draw(shape.weights.reduce(1, *))
      delta = numbers.draw(shape.destination.reduce(1, *))
      biases = numbers.draw(shape.outputs)
    }
  }

  /// Outputs, gradients of the inputs, of the weights and of the biases in float64.
  static func reference(_ shape: Shape, _ numbers: Numbers) -> [[Double]] {
    let (weights, delta) = (numbers.weights.map(Double.init), numbers.delta.map(Double.init))
    let source = numbers.source.map(Double.init)
    var results = [delta.count, source.count, weights.count, shape.outputs].map { [Double](repeating: 0, count: $0) }
    let (height, width) = (shape.destination[2], shape.destination[3])
    for image in 0..<shape.images {
      for output in 0..<shape.outputs {
        let plane = (image * shape.outputs + output) * height * width
        for at in plane..<plane + height * width {
          results[0][at] += Double(numbers.biases[output])
          results[3][output] += delta[at]
        }
        for input in 0..<shape.inputs {
          for place in 0..<9 {
            let weight = (output * shape.inputs + input) * 9 + place
            let (down, right) = (place / 3 - shape.padding, place % 3 - shape.padding)
            var gradient = 0.0
            for y in max(0, -down)..<max(0, -down, min(height, shape.height - down)) {
              let to = plane + y * width
              let from = ((image * shape.inputs + input) * shape.height + y + down) * shape.width + right
              for x in max(0, -right)..<max(0, -right, min(width, shape.width - right)) {
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

  /// Plain arrays beside the laid out ones that a pass reads and writes, and what copies them.
  struct Bench {
    let engine: OneDNNEngine
    var before: [Operation] = []
    var after: [Operation] = []
    var results: [(array: LaidOutArray, slices: Int)] = []

    init() throws { engine = try OneDNNEngine() }

    func plain(_ values: [Float], _ shape: [Int], slices: Int = 1) throws -> LaidOutArray {
      let layout = try Layout(plain: shape)
      let array = LaidOutArray(layout, slices: slices)
      for (i, value) in values.enumerated() { array.base(i / layout.count)[i % layout.count] = value }
      return array
    }

    mutating func read(_ values: [Float], _ shape: [Int], _ layout: Layout, slices: Int = 1) throws -> LaidOutArray {
      let copy = LaidOutArray(layout, slices: slices)
      before.append(try engine.reorder(from: plain(values, shape, slices: slices), to: copy, slices: slices))
      return copy
    }

    mutating func write(_ shape: [Int], _ layout: Layout, slices: Int = 1) throws -> LaidOutArray {
      let (array, copy) = (LaidOutArray(layout, slices: slices), try plain([], shape, slices: slices))
      after.append(try engine.reorder(from: array, to: copy, slices: slices))
      results.append((copy, slices))
      return array
    }

    /// What was written, slice by slice.
    func values() -> [[Float]] {
      results.map { array, slices in
        (0..<slices).flatMap { UnsafeBufferPointer(start: array.base($0), count: array.layout.count) }
      }
    }
  }

  /// What `reference` gives, as the library computes it.
  static func direct(_ shape: Shape, _ numbers: Numbers) throws -> [[Float]] {
    var bench = try Bench()
    let engine = bench.engine
    let biases = try bench.plain(numbers.biases, [shape.outputs])
    let forward = try shape.sizes.forward(engine)
    let source = try bench.read(numbers.source, shape.source, forward.source)
    let weights = try bench.read(numbers.weights, shape.weights, forward.weights)
    let output = try bench.write(shape.destination, forward.destination)
    let byData = try shape.sizes.backwardData(engine, forward: forward)
    let turned = try bench.read(numbers.weights, shape.weights, byData.weights)
    let delta = try bench.read(numbers.delta, shape.destination, byData.destinationGradient)
    let inputGradient = try bench.write(shape.source, byData.sourceGradient)
    let byWeights = try shape.sizes.backwardWeights(engine, forward: forward)
    let seen = try bench.read(numbers.source, shape.source, byWeights.source)
    let met = try bench.read(numbers.delta, shape.destination, byWeights.destinationGradient)
    let weightGradient = try bench.write(shape.weights, byWeights.weightsGradient)
    let biasGradient = try bench.write([shape.outputs], biases.layout)
    let passes = [
      try Operation(
        forward, engine, [(.source, source), (.weights, weights), (.bias, biases), (.destination, output)], slices: 1),
      try Operation(
        byData, engine, [(.weights, turned), (.destinationGradient, delta), (.sourceGradient, inputGradient)], slices: 1
      ),
      try Operation(
        byWeights, engine,
        [
          (.source, seen), (.destinationGradient, met), (.weightsGradient, weightGradient),
          (.biasGradient, biasGradient),
        ], slices: 1),
    ]
    try engine.allocateScratchpad()
    for operation in bench.before + passes + bench.after { operation.execute(slice: 0) }
    return bench.values()
  }

  /// The same in Winograd's way, with the images in `slices` equal slices.
  static func winograd(
    _ shape: Shape, _ numbers: Numbers, slices: Int = 1, _ kernels: Kernels = .best
  ) throws -> [[Float]] {
    var part = shape
    part.images /= slices
    var bench = try Bench()
    let engine = bench.engine
    let source = try bench.read(numbers.source, part.source, Layout(blocked: part.source), slices: slices)
    let delta = try bench.read(numbers.delta, part.destination, Layout(blocked: part.destination), slices: slices)
    let output = try bench.write(part.destination, Layout(blocked: part.destination), slices: slices)
    let inputGradient = try bench.write(part.source, Layout(blocked: part.source), slices: slices)
    let weights = try bench.plain(numbers.weights, shape.weights)
    let biases = try bench.plain(numbers.biases, [shape.outputs])
    let gradients = [try bench.plain([], shape.weights), try bench.plain([], [shape.outputs])]
    bench.results += gradients.map { ($0, 1) }
    let convolution = WinogradConvolution(
      .init(input: source, weights: weights.base(0), biases: biases.base(0), output: output),
      .init(output: delta, weights: gradients[0].base(0), biases: gradients[1].base(0), input: inputGradient),
      padding: shape.padding, engine, kernels)
    try engine.allocateScratchpad()
    convolution.run(.transformWeights, slice: 0)
    convolution.run(.transformTurnedWeights, slice: 0)
    for slice in 0..<slices {
      for operation in bench.before { operation.execute(slice: slice) }
      for pass in [WinogradConvolution.Pass.forward, .gradient, .inputGradient] { convolution.run(pass, slice: slice) }
      for operation in bench.after { operation.execute(slice: slice) }
    }
    convolution.run(.collectGradient, slice: 0)
    return withExtendedLifetime((weights, biases)) { bench.values() }
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
  /// multiply and cancel again, which costs some of a digit: 2e-7 to 8e-7 were seen directly, 4e-7 to 1.1e-6 by its way.
  @Test("every pass is the float64 sum to float32 rounding, either way", arguments: shapes + oddShapes)
  func errors(shape: Shape) throws {
    let numbers = Numbers(shape)
    let reference = Self.reference(shape, numbers)
    let (direct, winograd) = (try Self.direct(shape, numbers), try Self.winograd(shape, numbers))
    for pass in 0..<3 { #expect(direct[pass] != winograd[pass]) }
    for (results, limit) in [(direct, 2e-6), (winograd, 2.5e-6)] {
      #expect(results.count == 4)
      for (result, exact) in zip(results, reference) {
        #expect(result.count == exact.count)
        #expect(Self.error(result, exact) < limit)
      }
    }
  }

  @Test(
    "all instruction sets, and a batch in slices, give the same bits", arguments: [shapes[1], shapes[4], oddShapes[1]])
  func sameBits(shape: Shape) throws {
    let numbers = Numbers(shape)
    let results = try Self.winograd(shape, numbers)
    for kernels in Kernels.available { #expect(try Self.winograd(shape, numbers, kernels) == results) }
    #expect(try Self.winograd(shape, numbers, slices: shape.images) == results)
  }

  @Test("the rule goes by shapes: 3x3, stride 1, 16 channels on both sides")
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
    for purpose in [Network.Purpose.training, .inference] {
      #expect(try convolutions(purpose) == "conv1 direct, conv2 winograd, conv3 direct, conv4 direct")
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
        + "stride 1 with at least 16 channels on both sides")
  }
}
