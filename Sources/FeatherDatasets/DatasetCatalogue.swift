/// A file of a data set.
public struct DatasetFile: Sendable {
  /// The name without `.gz`; mirrors and folders hold it with `.gz`.
  public let name: String
  /// The SHA-256 of the decompressed file, 64 hexadecimal digits.
  public let sha256: String
  /// The size of the decompressed file in bytes.
  public let byteCount: Int

  /// A file with its known digest.
  public init(name: String, sha256: String, byteCount: Int) {
    self.name = name
    self.sha256 = sha256
    self.byteCount = byteCount
  }
}

/// A known data set: what it is, its files and where they can be had.
public struct DatasetEntry: Sendable {
  /// The name in a spec; its files lie in a folder of this name.
  public let name: String
  /// One line about what it holds.
  public let about: String
  /// The files; none when the data set is built in.
  public let files: [DatasetFile]
  /// Addresses of folders that hold the files as `.gz`, best first.
  public let mirrors: [String]

  /// Whether the data set is drawn by the program, so that nothing is downloaded.
  public var isBuiltIn: Bool { files.isEmpty }

  /// Refuses a data set whose files are not all there, before anything is read.
  ///
  /// - Throws: `DatasetError` that names the folders searched and the command that gets the data.
  public func requireFiles(in locations: DataLocations) throws {
    for file in files { _ = try locations.require("\(name)/\(file.name)", of: name) }
  }

  /// An entry of the catalogue.
  public init(name: String, about: String, files: [DatasetFile], mirrors: [String]) {
    self.name = name
    self.about = about
    self.files = files
    self.mirrors = mirrors
  }
}

/// The data sets that the program knows.
public enum DatasetCatalogue {
  /// All entries, built-in ones first.
  public static let all = [syntheticDigits, mnist]

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
}
