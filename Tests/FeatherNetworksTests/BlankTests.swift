import FeatherTensors
import Testing

@testable import FeatherNetworks

/// Training and scoring of samples with blank parts, which are left out where they are known.
@Suite struct BlankTests {
  /// Inputs, hidden units and rows of a batch: broken and several words of blocks, every height of a tile, and more rows than blanks
  /// are looked for in.
  static let shapes = [[784, 20, 32], [15, 3, 4], [1060, 39, 9], [2070, 8, 70], [40, 5, 300]]
  static let count = 310

  /// Samples of which about half of the blocks of sixteen are blank, some in all samples.
  static func samples(width: Int) -> [Float] {
    var stream = RandomStream(seed: 6, purpose: .dataset)
    return (0..<count).flatMap { _ in
      var isBlank = false
      return (0..<width).map { place in
        if place % 16 == 0 { isBlank = place % 64 == 16 || stream.nextWord() & 1 == 0 }
        let number = Float(stream.normal())
        return isBlank ? 0 : number
      }
    }
  }

  /// The bits of the loss and of the parameters after an epoch.
  static func trained(
    _ shape: [Int], _ inputs: [Float], _ filled: FilledBlocks?, _ rule: StepRule, _ kernels: Kernels,
    count: Int = count, again: Bool = false
  ) throws -> [UInt64] {
    let architecture = Architecture(inputs: shape[0], hidden: [shape[1]], activation: .relu, outputs: 3)
    var trainer = try Trainer(
      architecture, loss: .softmaxCrossEntropy, rule: rule, batch: shape[2], kernels: kernels)
    var weights = RandomStream(seed: 6, purpose: .initialWeights)
    trainer.restart(from: architecture.initialParameters(.kaimingUniform, stream: &weights))
    var order = RandomStream(seed: 6, purpose: .localTraining)
    let loss = trainer.epoch(
      over: .labelled(inputs: AlignedFloats(inputs), labels: (0..<Self.count).map { UInt8($0 % 3) }),
      indices: (0..<Int32(count)).map { $0 }, filled: filled, again: again, stream: &order)
    return [loss.bitPattern] + trainer.network.parameterArray.map { UInt64($0.bitPattern) }
  }

  @Test(
    "leaving blank blocks out changes no bit of training", arguments: shapes,
    FusedTrainingTests.rules)
  func training(shape: [Int], rule: StepRule) throws {
    let inputs = Self.samples(width: shape[0])
    let filled = FilledBlocks(of: AlignedFloats(inputs), width: shape[0])
    for kernels in Kernels.available {
      let plain = try Self.trained(shape, inputs, nil, rule, kernels)
      #expect(try Self.trained(shape, inputs, filled, rule, kernels) == plain)
    }
  }

  @Test("samples that are in the cache are not fetched to it, which changes no bit of training", arguments: shapes)
  func again(shape: [Int]) throws {
    let inputs = Self.samples(width: shape[0])
    let rule = StepRule.sgd(learningRate: 0.05, momentum: 0)
    for filled in [nil, FilledBlocks(of: AlignedFloats(inputs), width: shape[0])] {
      for kernels in Kernels.available {
        let plain = try Self.trained(shape, inputs, filled, rule, kernels, count: 25)
        #expect(try Self.trained(shape, inputs, filled, rule, kernels, count: 25, again: true) == plain)
      }
    }
  }

  @Test("what is said to be blank is indeed not read", arguments: 0..<Kernels.available.count)
  func leftOut(kernels: Int) throws {
    let shape = Self.shapes[2]
    let rule = StepRule.sgd(learningRate: 0.05, momentum: 0)
    let blank = Self.samples(width: shape[0])
    let filled = FilledBlocks(of: AlignedFloats(blank), width: shape[0])
    // Block 1 is blank in all samples: numbers there are not seen.
    let marked = blank.enumerated().map { $0 % shape[0] == 20 ? 1 : $1 }
    let kernels = Kernels.available[kernels]
    let expected = try Self.trained(shape, blank, nil, rule, kernels)
    #expect(try Self.trained(shape, marked, filled, rule, kernels) == expected)
    #expect(try Self.trained(shape, marked, nil, rule, kernels) != expected)
  }

  /// A network of random weights for all samples.
  static func network(_ shape: [Int], _ kernels: Kernels) throws -> Network {
    let architecture = Architecture(inputs: shape[0], hidden: [shape[1]], activation: .relu, outputs: 3)
    let network = try Network(
      architecture, loss: .softmaxCrossEntropy, batch: count, for: .inference, kernels: kernels)
    var weights = RandomStream(seed: 6, purpose: .initialWeights)
    network.assign(architecture.initialParameters(.kaimingUniform, stream: &weights))
    return network
  }

  @Test("leaving blank blocks out changes no bit of outputs", arguments: shapes)
  func outputs(shape: [Int]) throws {
    let inputs = Self.samples(width: shape[0])
    let filled = FilledBlocks(of: AlignedFloats(inputs), width: shape[0])
    for kernels in Kernels.available {
      let network = try Self.network(shape, kernels)
      network.forward(rows: Self.count, at: inputs)
      let plain = network.outputs.map(\.bitPattern)
      network.forward(rows: Self.count, at: inputs, filled: filled.bits)
      #expect(network.outputs.map(\.bitPattern) == plain)
    }
  }

  @Test("rows of bytes give the bits of their floats", arguments: shapes)
  func bytes(shape: [Int]) throws {
    let bytes = Self.samples(width: shape[0]).map { UInt8(min(abs($0) * 100, 255)) }
    let inputs = bytes.map { Float($0) / 255 }
    let filled = FilledBlocks(of: AlignedFloats(inputs), width: shape[0])
    for kernels in Kernels.available {
      let network = try Self.network(shape, kernels)
      network.forward(rows: Self.count, at: inputs)
      let plain = network.outputs.map(\.bitPattern)
      network.forward(rows: Self.count, at: bytes)
      #expect(network.outputs.map(\.bitPattern) == plain)
      network.inputs.update(repeating: 0)
      network.forward(rows: Self.count, at: bytes, filled: filled.bits)
      #expect(network.outputs.map(\.bitPattern) == plain)
    }
  }
}
