/// What is published about a file's bytes.
public enum FileDigest: Equatable, Sendable {
  /// SHA-256 of the decompressed file, 64 lower-case hexadecimal digits.
  case contentSHA256(String)
  /// SHA-256 of the file as it is published, compressed.
  case publishedSHA256(String)
  /// MD5 of the file as it is published, 32 digits, where nothing better is published.
  case publishedMD5(String)
  /// No digest is published; only the size is known.
  case unpublished

  /// The algorithm's name.
  var algorithm: String {
    switch self {
    case .contentSHA256, .publishedSHA256: "SHA-256"
    case .publishedMD5: "MD5"
    case .unpublished: "digest"
    }
  }

  /// The hexadecimal digits.
  var digits: String {
    switch self {
    case .contentSHA256(let digits), .publishedSHA256(let digits), .publishedMD5(let digits): digits
    case .unpublished: "unpublished"
    }
  }
}

/// A file of a data set.
public struct DatasetFile: Sendable {
  /// The name without `.gz`; mirrors and folders hold it with `.gz`.
  public let name: String
  /// What is published about its bytes.
  public let digest: FileDigest
  /// The size in bytes of what the digest is of: the decompressed file, or the file as it is published.
  public let byteCount: Int

  /// A file with its known digest.
  public init(name: String, digest: FileDigest, byteCount: Int) {
    self.name = name
    self.digest = digest
    self.byteCount = byteCount
  }

  /// A file of which the SHA-256 of the decompressed bytes is known.
  public init(name: String, sha256: String, byteCount: Int) {
    self.init(name: name, digest: .contentSHA256(sha256), byteCount: byteCount)
  }
}

/// A file of a data set and where it is.
public struct LocatedFile: Sendable {
  /// The file that was looked for.
  public let file: DatasetFile
  /// Where it was found; nil where it is in none of the folders.
  public let path: String?
}

/// A known data set: what it is, its files and where they can be had.
public struct DatasetEntry: Sendable {
  /// The name in a spec; its files lie in a folder of this name.
  public let name: String
  /// One line about what it holds.
  public let about: String
  /// The files as they are published; none when the data set is built in.
  public let files: [DatasetFile]
  /// What an archive among `files` holds, which serves as well where somebody has unpacked it.
  public let unpacked: [DatasetFile]
  /// Addresses of folders that hold the files as `.gz`, best first.
  public let mirrors: [String]

  /// Whether the data set is drawn by the program, so that nothing is downloaded.
  public var isBuiltIn: Bool { files.isEmpty }

  /// An entry of the catalogue.
  public init(
    name: String, about: String, files: [DatasetFile], unpacked: [DatasetFile] = [], mirrors: [String]
  ) {
    self.name = name
    self.about = about
    self.files = files
    self.unpacked = unpacked
    self.mirrors = mirrors
  }

  /// Where the files are: those of the archive where a folder has any of them unpacked, else the published ones.
  ///
  /// Folders are searched in order. An unpacked file may lie in the data folder itself or in its subfolder of the data
  /// set's name, and so may an archive.
  public func located(in locations: DataLocations) -> [LocatedFile] {
    guard !unpacked.isEmpty else {
      return files.map { LocatedFile(file: $0, path: locations.path(of: "\(name)/\($0.name)")) }
    }
    for folder in locations.folders {
      for base in [folder, "\(folder)/\(name)"] {
        let found = unpacked.map { LocatedFile(file: $0, path: Self.path($0.name, in: base, endings: [""])) }
        if found.contains(where: { $0.path != nil }) { return found }
      }
      for base in ["\(folder)/\(name)", folder] {
        let found = files.map { LocatedFile(file: $0, path: Self.path($0.name, in: base, endings: [".gz", ""])) }
        if found.allSatisfy({ $0.path != nil }) { return found }
      }
    }
    return files.map { LocatedFile(file: $0, path: nil) }
  }

  /// Refuses a data set whose files are not all there, before anything is read.
  ///
  /// - Throws: `DatasetError` that names the folders searched and the command that gets the data.
  public func requireFiles(in locations: DataLocations) throws {
    let located = located(in: locations)
    guard let missing = located.first(where: { $0.path == nil }) else { return }
    guard located.allSatisfy({ $0.path == nil }) || unpacked.isEmpty else {
      let found = located.compactMap(\.path).joined(separator: ", ")
      throw DatasetError(
        "\(name): there is no \(missing.file.name) beside \(found); unpack the archive anew, or remove these files and run "
          + "'featherweight data fetch \(name)'")
    }
    let alternative = unpacked.first.map { " and no \($0.name)" } ?? ""
    let sought = (unpacked.isEmpty ? "\(name)/" : "") + "\(missing.file.name)[.gz]" + alternative
    throw locations.missing(sought, of: name)
  }

  private static func path(_ name: String, in base: String, endings: [String]) -> String? {
    endings.map { "\(base)/\(name)\($0)" }.first(where: FilePath.isFile)
  }
}

/// The data sets that the program knows.
public enum DatasetCatalogue {
  /// All entries, built-in ones first.
  public static let all = [syntheticDigits, syntheticColours, mnist, fashionMNIST, cifar10]

  /// The entry called `name`.
  ///
  /// - Throws: `DatasetError` that lists the names there are.
  public static func entry(named name: String) throws -> DatasetEntry {
    guard let entry = all.first(where: { $0.name == name }) else {
      let names = all.map(\.name).joined(separator: ", ")
      throw DatasetError("there is no data set '\(name)'; known are \(names)")
    }
    return entry
  }

  private static let syntheticDigits = DatasetEntry(
    name: SyntheticDigits.name, about: "grey 28x28 digits drawn procedurally, any number of them", files: [],
    mirrors: [])

  private static let syntheticColours = DatasetEntry(
    name: SyntheticColours.name,
    about: "colour 32x32 shapes drawn procedurally, told apart by shape and hue, any number of them", files: [],
    mirrors: [])

  private static let mnist = DatasetEntry(
    name: MNIST.name, about: "grey 28x28 handwritten digits, 60000 to train and 10000 to test",
    files: [
      DatasetFile(
        name: "train-images-idx3-ubyte",
        sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", byteCount: 47_040_016),
      DatasetFile(
        name: "train-labels-idx1-ubyte",
        sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", byteCount: 60_008),
      DatasetFile(
        name: "t10k-images-idx3-ubyte",
        sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", byteCount: 7_840_016),
      DatasetFile(
        name: "t10k-labels-idx1-ubyte",
        sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", byteCount: 10_008),
    ],
    mirrors: [
      "https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/",
      "http://yann.lecun.com/exdb/mnist/",
    ])

  // Digests and sizes as published at github.com/zalandoresearch/fashion-mnist.
  private static let fashionMNIST = DatasetEntry(
    name: FashionMNIST.name, about: "grey 28x28 articles of clothing, 60000 to train and 10000 to test",
    files: [
      DatasetFile(
        name: "train-images-idx3-ubyte", digest: .publishedMD5("8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
        byteCount: 26_421_880),
      DatasetFile(
        name: "train-labels-idx1-ubyte", digest: .publishedMD5("25c81989df183df01b3e8a0aad5dffbe"), byteCount: 29_515),
      DatasetFile(
        name: "t10k-images-idx3-ubyte", digest: .publishedMD5("bef4ecab320f06d8554ea6380940ec79"),
        byteCount: 4_422_102),
      DatasetFile(
        name: "t10k-labels-idx1-ubyte", digest: .publishedMD5("bb300cfdad3c16e7a12a480ee83cd310"), byteCount: 5_148),
    ],
    mirrors: ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"])

  static let cifar10 = DatasetEntry(
    name: CIFAR10.name, about: "colour 32x32 photographs of ten things, 50000 to train and 10000 to test",
    files: [
      DatasetFile(
        name: "cifar-10-binary.tar",
        digest: .publishedSHA256("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
        byteCount: 170_052_171)
    ],
    unpacked: CIFAR10.batches.map {
      DatasetFile(name: "\(CIFAR10.folder)/\($0)", digest: .unpublished, byteCount: CIFAR10.officialBatchSize)
    },
    mirrors: ["https://www.cs.toronto.edu/~kriz/"])
}
