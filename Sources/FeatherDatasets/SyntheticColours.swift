internal import FeatherTensors

/// The built-in data set `synthetic-colours`: 32x32 images of ten kinds of coloured shapes on coloured, textured ground.
///
/// Seven shapes in three hues make ten classes (`ColourPainter.kinds`): three shapes occur in two classes each, which differ
/// by hue alone, at equal luminance, and every hue occurs in several classes. So neither is enough: by hue alone 30 % can
/// be right, by shape alone, all that luminance shows, 70 %. A LeNet-5 trained on 6,000 images reaches about 91 % in colour
/// and 55 % on the same test images without colour (PyTorch).
///
/// Image i depends only on the seed, the split and i, and on IEEE arithmetic without any C library, so its bytes are the
/// same everywhere and a smaller set is the beginning of a larger one. Every ten images hold each class once, in random
/// order.
public enum SyntheticColours {
  /// The name in a spec.
  public static let name = "synthetic-colours"
  /// The side of an image in pixels.
  static let side = 32
  private static let features = 3 * side * side

  /// Draws `train` training images and `test` test images of shape [3, 32, 32].
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
    let images = AlignedFloats(count: count * features) { pixels in
      for i in 0..<count {
        var stream = RandomStream(seed: seed, purpose: .dataset, client: split, round: i)
        let painter = ColourPainter(kind: ColourPainter.kinds[Int(labels[i])], stream: &stream)
        painter.paint(into: pixels.baseAddress.map { $0 + i * features }, stream: &stream)
      }
    }
    return try Dataset(name: name, imageShape: [3, side, side], classes: 10, images: images, labels: labels)
  }

  /// The class of image `i`: each ten images are a permutation of the classes.
  private static func label(_ i: Int, split: Int, seed: UInt64) -> UInt8 {
    var stream = RandomStream(seed: seed, purpose: .dataset, client: split, round: i / 10, lane: 1)
    return UInt8(stream.permutation(10)[i % 10])
  }
}
