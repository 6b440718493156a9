@testable import FeatherNetworks

// The networks of known parameter counts, written down apart from the specs that name them.
extension Architecture {
  /// Three pairs of 3x3 convolutions of 32, 64 and 128 channels, each pair halved by max-pooling, then 128 dense units; ReLU throughout.
  ///
  /// For 3x32x32 images and ten classes it has the 550,570 parameters of the CIFAR-10 classifier of arXiv:2108.05670.
  ///
  /// - Throws: `NetworkError` when the images are too small to be halved three times.
  static func vgg3(input: SampleShape, classes: Int) throws(NetworkError) -> Architecture {
    let pairs = [32, 64, 128].flatMap { channels -> [Layer] in
      let convolution = Layer.convolution(channels: channels, kernel: 3, padding: 1, activation: .relu)
      return [convolution, convolution, .maxPool(size: 2, stride: 2)]
    }
    return try Architecture(
      input: input,
      layers: pairs + [
        .flatten, .dense(outputs: 128, activation: .relu), .dense(outputs: classes, activation: .linear),
      ])
  }

  /// LeNet-5 in its common modern form: ReLU, max-pooling, a linear output.
  ///
  /// The original: LeCun, Bottou, Bengio and Haffner 1998, Gradient-based learning applied to document recognition.
  /// Images smaller than the original's 32x32 are padded by 2, so that 28x28 becomes 32x32: 61,706 parameters for 1x28x28 and ten
  /// classes, 62,006 for 3x32x32.
  ///
  /// - Throws: `NetworkError` when the images are too small.
  static func lenet5(input: SampleShape, classes: Int) throws(NetworkError) -> Architecture {
    let isSmall = input.dimensions.dropFirst().contains { $0 < 32 }
    return try Architecture(
      input: input,
      layers: [
        .convolution(channels: 6, kernel: 5, padding: isSmall ? 2 : 0, activation: .relu),
        .maxPool(size: 2, stride: 2),
        .convolution(channels: 16, kernel: 5, activation: .relu),
        .maxPool(size: 2, stride: 2),
        .flatten,
        .dense(outputs: 120, activation: .relu),
        .dense(outputs: 84, activation: .relu),
        .dense(outputs: classes, activation: .linear),
      ])
  }
}
