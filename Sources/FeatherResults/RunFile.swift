public import FeatherExperiments

/// A run's result file: one run, complete or absent.
public struct RunFile: Sendable {
  /// Everything in the file.
  public let tree: ResultTree
  /// What tables and figures need.
  public let summary: RunSummary

  /// The bytes of a run's result file; the same for the same result, identity and HDF5 library.
  public static func encode(_ result: RunResult, identity: RunIdentity) throws(ResultsError) -> [UInt8] {
    try HDF5Writer.encode(RunFileLayout.tree(result, identity))
  }

  /// Writes a run's result file, whole or not at all.
  ///
  /// - Returns: the file's SHA-256 in hexadecimal, which the sidecar keeps as `file_sha256`.
  @discardableResult
  public static func write(
    _ result: RunResult, identity: RunIdentity, to path: String
  ) throws(ResultsError) -> String {
    let bytes = try encode(result, identity: identity)
    try AtomicFile.write(bytes, to: path)
    return digest(bytes)
  }

  /// The SHA-256 of a file's bytes, in hexadecimal.
  public static func digest(_ bytes: [UInt8]) -> String { ResultDigest.digest(bytes[...]) }

  /// Reads a run file and checks every digest in it; a file from elsewhere gives one clear error, never a crash.
  public static func open(_ path: String) throws(ResultsError) -> RunFile {
    do throws(ResultsError) {
      return try RunFile(bytes: AtomicFile.read(path))
    } catch {
      throw error.at(path)
    }
  }

  /// The library that lays out a file's bytes.
  public static var libraries: [EnvironmentFact] { [EnvironmentFact(name: "hdf5", value: HDF5.version)] }

  init(bytes: [UInt8]) throws(ResultsError) {
    tree = try HDF5Reader.decode(bytes)
    try Self.checkFormat(tree, RunFileLayout.format, RunFileLayout.version)
    summary = try RunSummary(tree)
  }

  static func checkFormat(_ tree: ResultTree, _ format: String, _ version: Int64) throws(ResultsError) {
    let root = tree.group("/")
    guard case .text(let found)? = root?["format"] else {
      throw ResultsError("not a file of this program: the root has no attribute 'format'; expected '\(format)'")
    }
    guard found == format else { throw ResultsError("its format is '\(found)'; expected '\(format)'") }
    guard root?["format_version"] == .integer(version) else {
      let found = if case .integer(let number)? = root?["format_version"] { "\(number)" } else { "none" }
      throw ResultsError(
        "its format version is \(found), but this program reads version \(version); "
          + "read it with the program version that wrote it")
    }
  }
}

/// What tables and figures need of a run: its configuration, single numbers and curves.
public struct RunSummary: Sendable {
  /// The run id.
  public var runID: String
  /// The canonical JSON of the resolved configuration.
  public var canonicalJSON: String
  /// How the run ended.
  public var status: RunResult.Status
  /// The resolved configuration, one dotted key per value, sorted by key.
  public var config: [ResultAttribute]
  /// Single numbers by name, in a fixed order: `rounds`, `final_test_accuracy`, `best_test_accuracy`, `final_test_loss`,
  /// `final_mean_relative_error`, `bytes_up`, `bytes_down`, `label_skew`, then every scalar of `/ledger`, then
  /// `bytes_update_up` and the like for every entry of `/ledger`, then `final_test_accuracy_colour` and the like for every
  /// subset of the test samples.
  public var scalars: [(name: String, value: Double)]
  /// Every array of `/metrics` by name, over rounds.
  public var curves: [(name: String, values: [Double])]

  /// The single number called `name`.
  public func scalar(_ name: String) -> Double? { scalars.first { $0.name == name }?.value }

  /// The curve called `name`.
  public func curve(_ name: String) -> [Double]? { curves.first { $0.name == name }?.values }

  /// What an index says of a run that is complete: the configuration is left out.
  init(
    completeRun id: String, scalars: [(name: String, value: Double)], curves: [(name: String, values: [Double])]
  ) {
    runID = id
    canonicalJSON = ""
    status = .complete
    config = []
    self.scalars = scalars
    self.curves = curves
  }

  init(_ tree: ResultTree) throws(ResultsError) {
    guard let root = tree.group("/"), case .text(let runID)? = root["run_id"], case .text(let json)? = root["spec"],
      let status = Self.status(root), let config = tree.group("/config"),
      case .real(let skew)? = tree.group("/partition")?["label_skew"]
    else { throw ResultsError("a run file without run_id, spec, status, /config or /partition; run it again") }
    self.runID = runID
    canonicalJSON = json
    self.status = status
    self.config = config.attributes
    let curves = tree.arrays.filter { $0.path.hasPrefix("/metrics/") && $0.axes == ["round"] }
    self.curves = curves.map { ($0.name, $0.data.doubles) }
    scalars = []
    let accuracy = curve("test_accuracy") ?? []
    // Sums of bytes stay exact in Double far beyond any real run.
    scalars = [
      ("rounds", Double(accuracy.count)), ("final_test_accuracy", accuracy.last ?? .nan),
      ("best_test_accuracy", accuracy.max() ?? .nan), ("final_test_loss", curve("test_loss")?.last ?? .nan),
      ("final_mean_relative_error", curve("mean_relative_error")?.last ?? .nan),
      ("bytes_up", Self.total("_up", tree)), ("bytes_down", Self.total("_down", tree)), ("label_skew", skew),
    ]
    for array in tree.arrays where array.path.hasPrefix("/ledger/") && array.shape.isEmpty {
      scalars += array.data.doubles.map { (array.name, $0) }
    }
    scalars += Self.bytes(tree).map { ("bytes_\($0.entry)", $0.bytes) }
    for (name, values) in self.curves where name.hasPrefix("test_accuracy_") {
      scalars.append(("final_\(name)", values.last ?? .nan))
    }
  }

  private static func status(_ root: ResultGroup) -> RunResult.Status? {
    if root["status"] == .text("complete") { return .complete }
    guard root["status"] == .text("diverged"), case .integer(let round)? = root["diverged_round"],
      case .text(let reason)? = root["diverged_reason"]
    else { return nil }
    return .diverged(round: round < 0 ? nil : Int(round), reason: SpecError.oneLine(reason))
  }

  /// Bytes on the wire of all ledger entries whose name ends in `direction`.
  private static func total(_ direction: String, _ tree: ResultTree) -> Double {
    let entries = bytes(tree)
    return entries.isEmpty ? .nan : entries.reduce(0) { $0 + ($1.entry.hasSuffix(direction) ? $1.bytes : 0) }
  }

  /// Bytes on the wire of every ledger entry, such as `update_up`; none where the file has no ledger.
  private static func bytes(_ tree: ResultTree) -> [(entry: String, bytes: Double)] {
    guard case .text(let names)? = tree.array("/ledger/entry")?.data, let body = tree.array("/ledger/body_bytes"),
      let header = tree.array("/ledger/header_bytes")
    else { return [] }
    return zip(names, zip(body.data.doubles, header.data.doubles)).map { ($0, $1.0 + $1.1) }
  }
}

extension ResultData {
  /// The elements as Double; none for text and dimensions.
  public var doubles: [Double] {
    switch self {
    case .float32(let values): values.map(Double.init)
    case .float64(let values): values
    case .int64(let values): values.map(Double.init)
    case .uint8(let values): values.map(Double.init)
    case .text, .dimension: []
    }
  }
}
