internal import FeatherTensors

/// The MNIST handwritten digits: 60,000 training and 10,000 test images of 28x28, from IDX files.
public enum MNIST {
  /// The name in a spec and of the folder.
  public static let name = "mnist"
  private static let side = 28

  /// Reads the first images of both parts from `mnist/*-ubyte[.gz]`.
  ///
  /// Files are read to their end and checked whole, however few images are asked for.
  /// - Parameters:
  ///   - location: the folders to look in; each file is taken from the first that has it.
  ///   - train: training images, 1...60000.
  ///   - test: test images, 1...10000.
  /// - Throws: `DatasetError` when files are missing, corrupt, disagree or hold too few images.
  public static func splits(in location: DataLocations, train: Int, test: Int) throws -> DatasetSplits {
    try splits(of: name, in: location, train: train, test: test)
  }

  /// The same from another folder of files of the same kind.
  static func splits(of name: String, in location: DataLocations, train: Int, test: Int) throws -> DatasetSplits {
    DatasetSplits(
      train: try dataset(name, "train", count: train, location),
      test: try dataset(name, "t10k", count: test, location))
  }

  private static func dataset(
    _ name: String, _ split: String, count: Int, _ location: DataLocations
  ) throws -> Dataset {
    let imagePath = try location.require("\(name)/\(split)-images-idx3-ubyte", of: name)
    let labelPath = try location.require("\(name)/\(split)-labels-idx1-ubyte", of: name)
    return try read(name: name, images: imagePath, labels: labelPath, count: count)
  }

  /// Reads the first `count` samples of a pair of files.
  static func read(
    name: String = name, images imagePath: String, labels labelPath: String, count: Int
  ) throws -> Dataset {
    var images = try IDXReader(imagePath, .images)
    var labels = try IDXReader(labelPath, .labels)
    guard images.dimensions.dropFirst() == [side, side] else {
      throw DatasetError(
        "\(imagePath): images of \(images.dimensions[1]) x \(images.dimensions[2]) at byte 8; "
          + "those of \(name) are 28 x 28")
    }
    guard images.count == labels.count else {
      throw DatasetError(
        "\(imagePath) holds \(images.count) images but \(labelPath) \(labels.count) labels; "
          + "they do not belong together")
    }
    guard (1...images.count).contains(count) else {
      throw DatasetError(
        "\(name): \(count) samples asked for, but \(imagePath) holds \(images.count); "
          + "ask for 1...\(images.count) in the spec's dataset")
    }
    let classes = try readLabels(&labels)
    return try Dataset(
      name: name, imageShape: [side, side], classes: 10, images: try readPixels(&images, count: count),
      labels: Array(classes.prefix(count)))
  }

  private static func readLabels(_ reader: inout IDXReader) throws -> [UInt8] {
    var labels: [UInt8] = []
    let count = reader.count
    try reader.read(first: count) { labels.append(contentsOf: $0) }
    try Dataset.checkLabels(labels, classes: 10, in: reader.path)
    return labels
  }

  private static func readPixels(_ reader: inout IDXReader, count: Int) throws -> AlignedFloats {
    try AlignedFloats(count: count * reader.itemSize) { pixels in
      // Memory is only touched as pixels arrive, so a header that lies costs nothing.
      var next = 0
      try reader.read(first: count) { bytes in
        let part = UnsafeMutableBufferPointer(rebasing: pixels[next..<next + bytes.count])
        for i in 0..<bytes.count { part[i] = Float(bytes[i]) / 255 }
        next += bytes.count
      }
    }
  }
}

/// Fashion-MNIST: 60,000 training and 10,000 test images of clothing in the layout of MNIST.
///
/// Source: Xiao, Rasul, Vollgraf (2017), arXiv:1708.07747.
public enum FashionMNIST {
  /// The name in a spec and of the folder.
  public static let name = "fashion-mnist"

  /// Reads the first images of both parts from `fashion-mnist/*-ubyte[.gz]`, as `MNIST.splits` does.
  ///
  /// - Parameters:
  ///   - location: the folders to look in; each file is taken from the first that has it.
  ///   - train: training images, 1...60000.
  ///   - test: test images, 1...10000.
  /// - Throws: `DatasetError` when files are missing, corrupt, disagree or hold too few images.
  public static func splits(in location: DataLocations, train: Int, test: Int) throws -> DatasetSplits {
    try MNIST.splits(of: name, in: location, train: train, test: test)
  }
}
