public import FeatherTensors

/// Labelled images in memory.
public struct Dataset: Sendable {
  /// The data set's name, such as `mnist`.
  public let name: String
  /// Height and width of a grey image, [28, 28] for digits, or channels, height and width of a colour image, [3, 32, 32].
  ///
  /// Images are row-major, one channel after the other: red, green, blue.
  public let imageShape: [Int]
  /// The number of classes, K.
  public let classes: Int
  /// All pixels, shape [count, features]; a pixel as read is its byte divided by 255, so 0...1.
  public let images: AlignedFloats
  /// The class of each image, in 0..<K.
  public let labels: [UInt8]

  private let blanks = Once<FilledBlocks>()

  /// Which parts of the images are not blank; looked for once, when first asked for.
  public var filled: FilledBlocks { blanks.value { [images, features] in FilledBlocks(of: images, width: features) } }

  private let packed = Once<[UInt8]?>()

  /// The pixels as bytes, shape [count, features], where each is a byte divided by 255, as read; nil where some are not.
  ///
  /// Made when first asked for.
  public var bytes: [UInt8]? { packed.value { [images] in Self.bytes(of: images) } }

  /// The number of images.
  public var count: Int { labels.count }
  /// The number of channels: 3 for colour, 1 for grey images.
  public var channels: Int { imageShape.count == 3 ? imageShape[0] : 1 }
  /// The number of values of an image, all channels together.
  public var features: Int { imageShape.reduce(1, *) }

  /// Takes images and labels that belong together.
  ///
  /// - Parameters:
  ///   - name: the data set's name, for messages.
  ///   - imageShape: height and width, or channels, height and width; each at least 1.
  ///   - classes: the number of classes, in 1...256.
  ///   - images: shape [labels.count, features], 0...1.
  ///   - labels: each in 0..<`classes`.
  /// - Throws: `DatasetError` when counts disagree or a label is out of range (the first such index is named).
  public init(name: String, imageShape: [Int], classes: Int, images: AlignedFloats, labels: [UInt8]) throws {
    guard !imageShape.isEmpty, imageShape.allSatisfy({ $0 >= 1 }), (1...256).contains(classes) else {
      throw DatasetError("data set \(name): an image of shape \(imageShape) with \(classes) classes makes no sense")
    }
    guard !labels.isEmpty else {
      throw DatasetError("data set \(name) has no samples; it needs at least 1")
    }
    let features = imageShape.reduce(1, *)
    guard images.count == labels.count * features else {
      throw DatasetError(
        "data set \(name): \(labels.count) labels of images of \(features) pixels need \(labels.count * features) pixels, "
          + "but there are \(images.count)")
    }
    try Self.checkLabels(labels, classes: classes, in: "data set \(name)")
    self.name = name
    self.imageShape = imageShape
    self.classes = classes
    self.images = images
    self.labels = labels
  }

  /// The first `n` samples; `n` in 1...count.
  public func prefix(_ n: Int) -> Dataset {
    precondition(n >= 1 && n <= count, "a prefix of \(n) samples of \(count)")
    guard n < count else { return self }
    return Dataset(self, images: AlignedFloats(images.prefix(n * features)), labels: Array(labels.prefix(n)))
  }

  /// The samples at `indices`, in their order; at least one.
  public func samples(at indices: some Collection<Int32>) -> Dataset {
    let chosen = AlignedFloats(count: indices.count * features) { pixels in
      for (place, index) in indices.enumerated() {
        let image = images[Int(index) * features..<(Int(index) + 1) * features]
        _ = pixels[place * features..<(place + 1) * features].update(fromContentsOf: image)
      }
    }
    return Dataset(self, images: chosen, labels: indices.map { labels[Int($0)] })
  }

  /// The same samples shown differently: `change` gets a copy of all pixels.
  func showing(_ change: (UnsafeMutableBufferPointer<Float>) -> Void) -> Dataset {
    let changed = AlignedFloats(count: images.count) { pixels in
      _ = pixels.update(fromContentsOf: images)
      change(pixels)
    }
    return Dataset(self, images: changed, labels: labels)
  }

  private static func bytes(of images: AlignedFloats) -> [UInt8]? {
    let bytes = [UInt8](unsafeUninitializedCapacity: images.count) { bytes, count in
      for pixel in images {
        let byte = UInt8(max(0, min(255, pixel * 255)).rounded())
        guard (Float(byte) / 255).bitPattern == pixel.bitPattern else { return }
        bytes[count] = byte
        count += 1
      }
    }
    return bytes.count == images.count ? bytes : nil
  }

  private init(_ other: Dataset, images: AlignedFloats, labels: [UInt8]) {
    name = other.name
    imageShape = other.imageShape
    classes = other.classes
    self.images = images
    self.labels = labels
  }

  /// Refuses the first label that is not in 0..<`classes`; `place` says where the labels are from.
  static func checkLabels(_ labels: [UInt8], classes: Int, in place: String) throws {
    guard let bad = labels.firstIndex(where: { Int($0) >= classes }) else { return }
    throw DatasetError("\(place): label \(labels[bad]) of sample \(bad) is out of range; labels are 0...\(classes - 1)")
  }
}

/// The samples to train on and those to test on.
public struct DatasetSplits: Sendable {
  /// The samples that are divided among the clients.
  public let train: Dataset
  /// The samples that no client trains on.
  public let test: Dataset

  /// Takes both parts.
  public init(train: Dataset, test: Dataset) {
    self.train = train
    self.test = test
  }
}

/// What is wrong with data, where, and what to do about it.
public struct DatasetError: Error, CustomStringConvertible, Sendable {
  /// The message, written for its reader.
  public let message: String
  /// The same as `message`.
  public var description: String { message }

  /// An error that says `message`; what a file puts into it cannot steer a terminal.
  public init(_ message: String) {
    var clean = String.UnicodeScalarView()
    for scalar in message.unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control && scalar != "\n"
      clean.append(isControl ? "␤" : scalar)
    }
    self.message = String(clean)
  }
}
