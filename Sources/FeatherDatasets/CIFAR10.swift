internal import FeatherTensors

/// CIFAR-10: 50,000 training and 10,000 test photographs of 32x32, from the binary version.
///
/// A record is 3,073 bytes: the label, then 1,024 red, 1,024 green and 1,024 blue bytes, each plane row-major.
/// Source: Krizhevsky (2009), *Learning multiple layers of features from tiny images*; "Binary version" on its page.
public enum CIFAR10 {
  /// The name in a spec.
  public static let name = "cifar10"
  /// The folder of the unpacked files.
  static let folder = "cifar-10-batches-bin"
  /// The files, those to train on first.
  static let batches = trainBatches + [testBatch]
  /// The size of each official file: 10,000 records.
  static let officialBatchSize = 10_000 * recordSize

  static let recordSize = 1 + features
  static let features = 3 * 32 * 32

  private static let trainBatches = (1...5).map { "data_batch_\($0).bin" }
  private static let testBatch = "test_batch.bin"

  /// Reads the first images of both parts, shape [3, 32, 32], from the unpacked files or straight from the archive.
  ///
  /// Each data folder is searched for `[cifar10/]cifar-10-batches-bin/*.bin`, then for
  /// `[cifar10/]cifar-10-binary.tar[.gz]`. The sizes of all files are checked, however few images are asked for.
  /// - Parameters:
  ///   - location: the folders to look in.
  ///   - train: training images, 1...50000.
  ///   - test: test images, 1...10000.
  /// - Throws: `DatasetError` when a file is missing or of a wrong size, a label is out of range, the archive is cut short,
  ///   or there are too few images.
  public static func splits(in location: DataLocations, train: Int, test: Int) throws -> DatasetSplits {
    try DatasetCatalogue.cifar10.requireFiles(in: location)
    let paths = DatasetCatalogue.cifar10.located(in: location).compactMap(\.path)
    let source: CIFARSource = paths.count == batches.count ? .files(paths) : .archive(paths.joined())
    let counts = try zip(batches, source.sizes()).map { try recordCount(source.place(of: $0), size: $1) }
    let wanted =
      try share(counts.dropLast(), asked: train, "training") + share(counts.suffix(1), asked: test, "test")
    var records = CIFARRecords(train: train, test: test, wanted: wanted)
    try source.read(into: &records)
    return try records.splits()
  }

  private static func recordCount(_ place: String, size: Int) throws -> Int {
    let (count, remainder) = size.quotientAndRemainder(dividingBy: recordSize)
    guard remainder == 0, count > 0 else {
      throw DatasetError(
        "\(place): \(size) bytes are no whole number of records of \(recordSize) bytes: \(count) records and "
          + "\(remainder) bytes; 'featherweight data fetch \(name)' gets the archive, which is read as it is")
    }
    return count
  }

  /// How many records of each batch make up the first `asked` ones.
  private static func share(_ counts: ArraySlice<Int>, asked: Int, _ what: String) throws -> [Int] {
    let total = counts.reduce(0, +)
    guard (1...total).contains(asked) else {
      throw DatasetError(
        "\(name): \(asked) \(what) images asked for, but there are \(total); ask for 1...\(total) in the spec's "
          + "dataset")
    }
    var left = asked
    return counts.map { count in
      defer { left -= min(count, left) }
      return min(count, left)
    }
  }
}

/// Where the six batches are.
private enum CIFARSource {
  /// Files in the order of `CIFAR10.batches`.
  case files([String])
  /// A tar archive, plain or gzip.
  case archive(String)

  /// The name of a batch for messages.
  func place(of batch: String) -> String {
    switch self {
    case .files(let paths): paths.first { $0.hasSuffix("/" + batch) } ?? batch
    case .archive(let path): "\(path): \(batch)"
    }
  }

  /// The size of each batch in bytes; reads an archive to its end, so that a damaged one is found before it is used.
  func sizes() throws -> [Int] {
    switch self {
    case .files(let paths): return paths.map(FilePath.size)
    case .archive(let path):
      var sizes = [Int?](repeating: nil, count: CIFAR10.batches.count)
      try Self.forEachBatch(in: path) { batch, size, _ in
        guard sizes[batch] == nil else {
          throw DatasetError("\(path) holds \(CIFAR10.batches[batch]) twice; fetch it again")
        }
        sizes[batch] = size
        return true
      }
      return try zip(CIFAR10.batches, sizes).map { batch, size in
        guard let size else {
          throw DatasetError(
            "\(path) holds no \(batch), or not as a regular file; delete it and run "
              + "'featherweight data fetch \(CIFAR10.name)'")
        }
        return size
      }
    }
  }

  /// Reads the wanted records, in whichever order the batches come.
  func read(into records: inout CIFARRecords) throws {
    switch self {
    case .files(let paths):
      for (batch, path) in paths.enumerated() {
        var bytes = try DecompressedFile(path)
        try records.read(batch, from: &bytes, place: path)
      }
    case .archive(let path):
      var left = CIFAR10.batches.count
      try Self.forEachBatch(in: path) { batch, _, bytes in
        try records.read(batch, from: &bytes, place: place(of: CIFAR10.batches[batch]))
        left -= 1
        return left > 0
      }
    }
  }

  /// Visits the batches in an archive, until `visit` says no.
  private static func forEachBatch(
    in path: String, _ visit: (_ batch: Int, _ size: Int, _ bytes: inout DecompressedFile) throws -> Bool
  ) throws {
    var archive = try TarReader(path, largestSize: CIFAR10.officialBatchSize)
    while let member = try archive.next() {
      guard member.isRegular, let batch = CIFAR10.batches.firstIndex(of: member.name) else { continue }
      guard try visit(batch, member.size, &archive.bytes) else { return }
    }
  }
}

/// The records that were asked for, as they come in.
private struct CIFARRecords: ~Copyable {
  /// Records to take of each batch.
  private let wanted: [Int]
  private var train: Part
  private var test: Part

  init(train: Int, test: Int, wanted: [Int]) {
    self.wanted = wanted
    self.train = Part(count: train)
    self.test = Part(count: test)
  }

  /// Reads the wanted first records of `batch`.
  mutating func read(_ batch: Int, from bytes: inout DecompressedFile, place: String) throws {
    if batch == wanted.count - 1 {
      try test.read(wanted[batch], at: 0, from: &bytes, place: place)
    } else {
      try train.read(wanted[batch], at: wanted.prefix(batch).reduce(0, +), from: &bytes, place: place)
    }
  }

  consuming func splits() throws -> DatasetSplits {
    DatasetSplits(train: try train.dataset(), test: try test.dataset())
  }

  private struct Part: ~Copyable {
    private static let chunk = 64

    private let images: AlignedBuffer
    private var labels: [UInt8]

    init(count: Int) {
      images = AlignedBuffer(count: count * CIFAR10.features)
      labels = [UInt8](repeating: 0, count: count)
    }

    /// Reads `wanted` records to the places from `start` on.
    mutating func read(_ wanted: Int, at start: Int, from bytes: inout DecompressedFile, place: String) throws {
      for first in stride(from: 0, to: wanted, by: Self.chunk) {
        let count = min(Self.chunk, wanted - first)
        let records = try bytes.read(count: count * CIFAR10.recordSize)
        guard records.count == count * CIFAR10.recordSize else {
          throw DatasetError("\(place) ends at byte \(first * CIFAR10.recordSize + records.count), within its records")
        }
        for i in 0..<count {
          let label = records[i * CIFAR10.recordSize]
          guard label < 10 else {
            throw DatasetError(
              "\(place): label \(label) of record \(first + i) at byte \((first + i) * CIFAR10.recordSize) is out of "
                + "range; labels are 0...9")
          }
          labels[start + first + i] = label
        }
        fill(from: start + first, count: count, records)
      }
    }

    private func fill(from start: Int, count: Int, _ records: [UInt8]) {
      let pixels = images.elements
      var next = start * CIFAR10.features
      for i in 0..<count {
        for byte in records[(i * CIFAR10.recordSize + 1)..<(i + 1) * CIFAR10.recordSize] {
          pixels[next] = Float(byte) / 255
          next += 1
        }
      }
    }

    consuming func dataset() throws -> Dataset {
      try Dataset(
        name: CIFAR10.name, imageShape: [3, 32, 32], classes: 10, images: AlignedFloats(images), labels: labels)
    }
  }
}
