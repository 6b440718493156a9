import Testing

@testable import FeatherNetworks

@Suite struct ArchitectureTests {
  static let square = Layer.convolution(channels: 8, kernel: 3, stride: 2, activation: .relu)
  static let image = SampleShape.image(channels: 1, height: 9, width: 9)
  static let output = Layer.dense(outputs: 10, activation: .linear)

  static let misfits: [(SampleShape, [Layer], String)] = [
    (
      image, [square, square, square, .flatten, output],
      "conv3 (3x3, stride 2) does not fit its input [8, 1, 1]: use a smaller square, more padding, or fewer layers that shrink"
    ),
    (
      image, [square, .maxPool(size: 5, stride: 1), .flatten, output],
      "pool1 (5x5, stride 1) does not fit its input [8, 4, 4]: use a smaller square, more padding, or fewer layers that shrink"
    ),
    (
      image, [square, output],
      "dense1 (10 outputs) expects a vector but its input is an image [8, 4, 4]: put flatten before it"
    ),
    (
      image, [.flatten, square, output],
      "conv1 expects an image [channels, height, width] but its input is a vector [81]: leave it out, or put it before "
        + "the flatten"
    ),
    (
      .vector(12), [.flatten, output],
      "flatten1 expects an image [channels, height, width] but its input is a vector [12]: leave it out, or put it "
        + "before the flatten"
    ),
    (image, [square], "conv1 ends the network with an image [8, 4, 4]: add flatten after it"),
    (image, [.flatten], "a network has at least one dense or convolution layer, and none is given"),
    (
      image, [.convolution(channels: 8, kernel: 3, padding: 3, activation: .relu), .flatten],
      "conv1 (3x3, stride 1, padding 3) on its input [1, 9, 9]: padding must be at least 0 and less than the side"
    ),
    (
      image, [.maxPool(size: 2, stride: 0), .flatten, output],
      "pool1 (2x2, stride 0) on its input [1, 9, 9]: side and stride must be positive and sensible"
    ),
    (
      image, [.convolution(channels: .max, kernel: 3, activation: .relu), .flatten],
      "conv1 makes [9223372036854775807, 7, 7] of its input [1, 9, 9]: every size must be positive and sensible"
    ),
    (
      .image(channels: 0, height: 9, width: 9), [.flatten, output],
      "a network cannot take inputs of shape [0, 9, 9]: every size must be positive and sensible"
    ),
  ]

  @Test("layers that do not fit are refused with the layer's name and both shapes", arguments: misfits)
  func refused(input: SampleShape, layers: [Layer], message: String) {
    let error = #expect(throws: NetworkError.self) { try Architecture(input: input, layers: layers) }
    #expect(error?.description == message)
  }

  @Test("each kind of layer counts from 1, and a kernel's block is [outputs, inputs, height, width]")
  func blocks() throws {
    let lenet = try Architecture.lenet5(input: .image(channels: 3, height: 32, width: 32), classes: 10)
    #expect(lenet.layerNames == ["conv1", "pool1", "conv2", "pool2", "flatten1", "dense1", "dense2", "dense3"])
    #expect(lenet.blocks.prefix(4).map(\.name) == ["conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias"])
    #expect(lenet.blocks[2].shape == [16, 6, 5, 5] && lenet.blocks[4].shape == [120, 400])
    #expect(lenet.shapes.map(\.description).prefix(2) == ["[6, 28, 28]", "[6, 14, 14]"])
  }

  @Test("what the library refuses becomes an error that says what it was asked for")
  func libraryRefuses() throws {
    let engine = try OneDNNEngine()
    let tooLarge = ConvolutionSizes(
      name: "conv1", source: [1, 16, 8, 8], weights: [16, 16, 3, 3], destination: [1, 16, 9, 9], stride: 1, padding: 1)
    let error = #expect(throws: NetworkError.self) { _ = try tooLarge.forward(engine) }
    let asked = "conv1: a convolution of [1, 16, 8, 8] with [16, 16, 3, 3], stride 1, padding 1"
    #expect(error?.description == "oneDNN \(OneDNN.version) could not make \(asked): invalid arguments")
  }
}
