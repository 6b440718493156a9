internal import FeatherExperiments
internal import FeatherResults

/// The finished runs of one of the paper's experiments.
struct PaperSweep {
  /// One run and its configuration.
  struct Run {
    let cell: Cell
    let file: RunFile

    /// An array's values, row-major, with its lengths; nil where the file has no such array.
    func array(_ path: String) -> (values: [Double], shape: [Int])? {
      file.tree.array(path).map { ($0.data.doubles, $0.shape) }
    }

    /// The rows of an array, its last dimension running along them.
    func rows(_ path: String) -> [[Double]] {
      guard let array = array(path), let width = array.shape.last, width > 0 else { return [] }
      return stride(from: 0, to: array.values.count, by: width).map { Array(array.values[$0..<$0 + width]) }
    }

    func scalar(_ name: String) -> Double { file.summary.scalar(name) ?? .nan }
  }

  /// Runs that differ only in their seed.
  struct Group {
    let label: String
    let runs: [Run]

    var spec: RunSpec? { runs.first?.cell.spec }

    func curves(_ path: String) -> [[Double]] { runs.flatMap { $0.rows(path) } }

    func statistic(_ scalar: String) -> Statistic? {
      Statistic(runs.map { $0.scalar(scalar) }.filter(\.isFinite))
    }
  }

  /// The sweep's name, such as `paper-mnist-short`.
  let name: String
  let folder: String
  let plan: Plan
  /// The runs that are complete, in plan order.
  let runs: [Run]
  /// What the files of all runs say, those that diverged among them.
  let summaries: [RunSummary]

  var isShort: Bool { name.hasSuffix("-short") }

  /// The experiment at the paper's scale where every run of it is there, else the short one, else what there is.
  static func load(_ name: String, in results: String) throws -> PaperSweep? {
    let candidates = try ["\(name)", "\(name)-short"].compactMap {
      name -> (name: String, plan: Plan, isComplete: Bool)? in
      let path = "\(results)/\(name)/plan.json"
      guard AtomicFile.exists(path) else { return nil }
      let plan = try Plan(json: String(decoding: AtomicFile.read(path), as: UTF8.self), file: path)
      let found = plan.cells.filter { AtomicFile.exists("\(results)/\(name)/\($0.id).h5") }
      return found.isEmpty ? nil : (name, plan, found.count == plan.cells.count)
    }
    let chosen = candidates.first { $0.isComplete || $0.name.hasSuffix("-short") } ?? candidates.first
    return try chosen.map { try PaperSweep($0.name, $0.plan, "\(results)/\($0.name)") }
  }

  private init(_ name: String, _ plan: Plan, _ folder: String) throws {
    self.name = name
    self.folder = folder
    self.plan = plan
    let all = try plan.cells.compactMap { cell -> Run? in
      let path = "\(folder)/\(cell.id).h5"
      return AtomicFile.exists(path) ? Run(cell: cell, file: try RunFile.open(path)) : nil
    }
    runs = all.filter { $0.file.summary.status == .complete }
    summaries = all.map(\.file.summary)
  }

  /// The complete runs by setting, in plan order.
  var groups: [Group] {
    let keys = VaryingKeys(plan.axes, without: "seed")
    var order: [[String?]] = []
    var members: [[String?]: [Run]] = [:]
    for run in runs {
      let values = keys.values(of: run.cell)
      if members[values] == nil { order.append(values) }
      members[values, default: []].append(run)
    }
    let labels = order.map { members[$0]?.first.map { Self.codec($0.cell.spec) } ?? "" }
    return zip(order, labels).map { values, label in
      let isUnique = labels.filter { $0 == label }.count == 1
      let rest = zip(keys.headings, values).compactMap { heading, value in value.map { "\(heading) \($0)" } }
      return Group(label: isUnique ? label : rest.joined(separator: ", "), runs: members[values] ?? [])
    }
  }

  /// The group of the autoencoder as the paper has it: nothing added on.
  var autoencoder: Group? {
    groups.first { group in
      guard case .autoencoder? = group.spec?.codec else { return false }
      return group.spec?.quantise == nil
    }
  }

  /// A few words for a codec.
  static func codec(_ spec: RunSpec) -> String {
    let bits = spec.quantise.map { " + \($0.bits.rawValue) bit" } ?? ""
    switch spec.codec {
    case .identity: return "no codec\(bits)"
    case .autoencoder(let settings): return "AE \(settings.latent)\(bits)"
    case .pca(let settings): return "PCA \(settings.latent)\(bits)"
    case .direct(let settings): return settings.name.rawValue + bits
    }
  }

  /// The data's name as it is printed.
  static func data(_ spec: RunSpec) -> String {
    switch spec.dataset.name.rawValue {
    case "mnist": "MNIST"
    case "fashion-mnist": "Fashion-MNIST"
    case "cifar10": "CIFAR-10"
    case let other: other
    }
  }

  /// Which scale, seeds, data and assumptions: what every caption says.
  ///
  /// - Parameter note: how the CIFAR-10 images came about; may be empty.
  func conditions(note: String) -> String {
    guard let spec = (autoencoder ?? groups.first)?.spec else { return "" }
    var seeds: [UInt64] = []
    for run in runs where !seeds.contains(run.cell.spec.seed) { seeds.append(run.cell.spec.seed) }
    let data = Self.data(spec) + (spec.dataset.name.rawValue == "cifar10" && !note.isEmpty ? " (\(note))" : "")
    let varying = Set(plan.axes)
    let sections = ["training.", "prepass.", "codec.", "partition.", "federation."]
    let assumed = spec.flattened.filter { pair in
      let isNamed = ["codec.name", "codec.latent", "codec.quantise"].contains(pair.key)
      // What is off, or leaves everyone in, says nothing.
      let isOff =
        ["none", "[]", "0.0", "false"].contains(pair.value) && pair.key != "codec.centre"
        || pair.key == "federation.participation" && pair.value == "1.0"
      guard !varying.contains(pair.key), !isNamed, !isOff else { return false }
      return sections.contains { pair.key.hasPrefix($0) }
        || ["model.initialisation", "dataset.normalisation"].contains(pair.key)
    }
    return "\(isShort ? "Short scale" : "Paper scale") (\(name)): \(data), \(NumberText.grouped(spec.dataset.train)) "
      + "training images; \(seeds.count == 1 ? "seed" : "seeds") \(seeds.map(String.init).joined(separator: ", ")). "
      + "Settings, assumed where the paper is silent: \(assumed.map { "\($0.key) \($0.value)" }.joined(separator: ", "))."
  }
}
