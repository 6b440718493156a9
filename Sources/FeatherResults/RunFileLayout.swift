public import FeatherExperiments

/// A run's name and configuration in the forms in which a result file carries them.
public struct RunIdentity: Sendable {
  /// The run id.
  public var runID: String
  /// The canonical JSON of the resolved configuration.
  public var canonicalJSON: String
  /// The resolved configuration as YAML.
  public var yaml: String
  /// The resolved configuration, one dotted key per value, such as `codec.latent` → `32`.
  public var flattened: [(key: String, value: String)]

  /// The identity of a run.
  public init(runID: String, canonicalJSON: String, yaml: String, flattened: [(key: String, value: String)]) {
    self.runID = runID
    self.canonicalJSON = canonicalJSON
    self.yaml = yaml
    self.flattened = flattened
  }

  /// The identity of the run of a configuration with its id.
  public init(_ spec: RunSpec, _ id: RunID) {
    self.init(runID: id.hex, canonicalJSON: spec.canonicalJSON, yaml: spec.yaml, flattened: spec.flattened)
  }
}

/// The format of a run file: which group, array and attribute says what.
///
/// Everything else in this module is generic.
/// Arrays have the attributes `units`, `long_name` and `axes`: programs for R, Julia and MATLAB show dimensions reversed.
struct RunFileLayout {
  static let format = "featherweight-run"
  static let version: Int64 = 1

  let result: RunResult
  let identity: RunIdentity
  private(set) var tree = ResultTree()

  var rounds: Int { result.rounds.count }
  var clients: Int { result.clients.count }

  /// The tree of a finished run.
  static func tree(_ result: RunResult, _ identity: RunIdentity) -> ResultTree {
    var layout = RunFileLayout(result: result, identity: identity)
    layout.addRoot()
    layout.addConfiguration()
    layout.addMetrics()
    layout.addClients()
    layout.addParticipants()
    layout.addSubsets()
    layout.addEpochs()
    layout.addViews()
    layout.addNormalisation()
    layout.addLatents()
    layout.addWeights()
    layout.addPrepass()
    layout.addFits()
    layout.addPartition()
    layout.addLedger()
    return layout.tree
  }

  private init(result: RunResult, identity: RunIdentity) {
    self.result = result
    self.identity = identity
  }

  mutating func addGroup(_ path: String, _ attributes: [ResultAttribute] = []) {
    tree.groups.append(ResultGroup(path, attributes))
  }

  mutating func add(
    _ path: String, _ axes: [String], _ shape: [Int], _ data: ResultData, units: String = "1", _ longName: String
  ) {
    tree.arrays.append(ResultArray(path, axes, shape, data, units: units, longName: longName))
  }

  /// A scalar.
  mutating func add(_ path: String, _ data: ResultData, _ longName: String) { add(path, [], [], data, longName) }

  /// A scale with the coordinate values 0, 1, 2 and so on.
  mutating func addCount(_ path: String, _ count: Int, _ longName: String) {
    let name = ResultArray(path, [], [], .dimension, longName: longName).name
    add(path, [name], [count], .int64((0..<count).map(Int64.init)), longName)
  }

  /// A scale without coordinate values.
  mutating func addDimension(_ path: String, _ count: Int, _ longName: String) {
    let name = ResultArray(path, [], [], .dimension, longName: longName).name
    add(path, [name], [count], .dimension, longName)
  }

  private mutating func addRoot() {
    var attributes: [ResultAttribute] = [
      .init("format", .text(Self.format)), .init("format_version", .integer(Self.version)),
      .init("run_id", .text(identity.runID)), .init("spec", .text(identity.canonicalJSON)),
      .init("seed", TypedText.value(String(result.spec.seed))),
    ]
    switch result.status {
    case .complete: attributes.append(.init("status", .text("complete")))
    case .diverged(let round, let reason):
      attributes.append(.init("status", .text("diverged")))
      attributes.append(.init("diverged_round", .integer(Int64(round ?? -1))))
      attributes.append(.init("diverged_reason", .text(reason)))
    }
    addGroup("/", attributes)
    let facts = result.environment + RunFile.libraries
    addGroup("/environment", facts.map { .init($0.name, .text($0.value)) })
    addCount("/round", rounds, "round of the federation")
    if let participants = result.participants {
      add("/client", ["client"], [clients], .int64(participants.map(Int64.init)), "client that took part")
    } else {
      addCount("/client", clients, "client")
    }
    addCount("/class", result.classes, "class")
    addDimension("/parameter", result.sizes.model, "parameter of the model")
  }

  private mutating func addConfiguration() {
    addGroup("/config", identity.flattened.map { .init($0.key, TypedText.value($0.value)) })
    add("/config/yaml", .text([identity.yaml]), "resolved configuration as YAML")
    add("/config/json", .text([identity.canonicalJSON]), "resolved configuration as canonical JSON")
  }

  private mutating func addMetrics() {
    let all = result.rounds
    addGroup("/metrics")
    func addCurve(_ name: String, _ data: ResultData, units: String = "1", _ longName: String) {
      add("/metrics/\(name)", ["round"], [rounds], data, units: units, longName)
    }
    addCurve("test_accuracy", .float64(all.map(\.testAccuracy)), "share of test samples classified correctly")
    addCurve("test_loss", .float64(all.map(\.testLoss)), units: "nat", "mean cross-entropy on the test samples")
    addCurve("bytes_up", .int64(all.map { Int64($0.bytesUp) }), units: "byte", "bytes from clients to aggregator")
    addCurve("bytes_down", .int64(all.map { Int64($0.bytesDown) }), units: "byte", "bytes from aggregator to clients")
    let errors = all.map { round in
      round.uploads.isEmpty ? .nan : round.uploads.reduce(0) { $0 + $1.relativeError } / Double(round.uploads.count)
    }
    addCurve("mean_relative_error", .float64(errors), "mean relative error of the decoded uploads of the round")
  }

  private mutating func addClients() {
    addGroup("/clients")
    add(
      "/clients/samples", ["client"], [clients], .int64(result.clients.map { Int64($0.indices.count) }),
      "training samples of the client")
    add(
      "/clients/label_histogram", ["client", "class"], [clients, result.classes],
      .int64(result.clients.flatMap { $0.labelHistogram.map(Int64.init) }), "training samples of the client per class")
    addUploadPlaces()
    func addUploads<T>(
      _ name: String, _ absent: T, _ wrap: ([T]) -> ResultData, units: String = "1", _ longName: String,
      _ value: (UploadRecord) -> T
    ) {
      addPerUpload(name, absent, wrap, units: units, longName) { [value($0)] }
    }
    addUploads("train_loss", .nan, ResultData.float64, units: "nat", "mean training loss over the last local epoch") {
      $0.trainLoss
    }
    addUploads("bytes_up", 0, ResultData.int64, units: "byte", "bytes of the payload, header included") {
      Int64($0.bytes)
    }
    addUploads("relative_error", .nan, ResultData.float64, "norm of decoded minus sent, over the norm of what was sent")
    {
      $0.relativeError
    }
    addUploads("mse", .nan, ResultData.float64, "mean squared error per element of the decoded upload") {
      $0.meanSquaredError
    }
    guard !isSparse else { return }
    addUploads("participated", 0, ResultData.uint8, "1 where the client took part in the round") { _ in 1 }
  }
}
