internal import FeatherTensors

/// The built-in data set `synthetic-digits`: grey 28x28 images of ten digits, drawn stroke by stroke.
///
/// Every image has its own handwriting: a way to write the digit, jittered control points, an affine map (rotation, shear,
/// scale, shift), a smooth elastic distortion, a pen of its own width and softness, a contrast, and noise. Image i depends
/// only on the seed, the split and i, and on IEEE arithmetic without any C library, so its bytes are the same everywhere
/// and a smaller set is the beginning of a larger one. Every ten images hold each digit once, in random order.
public enum SyntheticDigits {
  /// The name in a spec.
  public static let name = "synthetic-digits"
  /// The side of an image in pixels.
  static let side = 28

  /// Draws `train` training images and `test` test images.
  ///
  /// - Parameters:
  ///   - train: the number of training images, at least 1.
  ///   - test: the number of test images, at least 1.
  ///   - seed: the key of the images; another seed gives other images of the same kind.
  public static func splits(train: Int, test: Int, seed: UInt64) throws -> DatasetSplits {
    DatasetSplits(
      train: try images(count: train, split: 0, seed: seed), test: try images(count: test, split: 1, seed: seed))
  }

  private static func images(count: Int, split: Int, seed: UInt64) throws -> Dataset {
    guard (1...10_000_000).contains(count) else {
      throw DatasetError("\(name): \(count) images asked for; a split holds 1 to 10000000")
    }
    let labels = (0..<count).map { label($0, split: split, seed: seed) }
    var painter = DigitPainter()
    let features = side * side
    let images = AlignedFloats(count: count * features) { pixels in
      for i in 0..<count {
        var stream = RandomStream(seed: seed, purpose: .dataset, client: split, round: i)
        painter.paint(digit: Int(labels[i]), stream: &stream)
        painter.develop(into: pixels.baseAddress.map { $0 + i * features }, stream: &stream)
      }
    }
    return try Dataset(name: name, imageShape: [side, side], classes: 10, images: images, labels: labels)
  }

  /// The digit of image `i`: each ten images are a permutation of the digits.
  private static func label(_ i: Int, split: Int, seed: UInt64) -> UInt8 {
    var stream = RandomStream(seed: seed, purpose: .dataset, client: split, round: i / 10, lane: 1)
    return UInt8(stream.permutation(10)[i % 10])
  }
}
