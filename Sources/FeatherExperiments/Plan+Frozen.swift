extension Plan {
  /// The plan as the text of `plan.json`, which is stored beside results when a sweep starts: one line per cell.
  public var json: String {
    func list(_ texts: [String]) -> String { "[" + texts.map(JSONText.quoted).joined(separator: ",") + "]" }
    var lines = [
      "{\"format\":\"featherweight-plan\",\"version\":1,",
      "\"name\":\(JSONText.quoted(name)),",
      "\"about\":\(JSONText.quoted(about)),",
      "\"source\":\(JSONText.quoted(source)),",
      "\"overrides\":\(list(overrides)),",
      "\"axes\":\(list(axes)),",
      "\"cells\":[",
    ]
    for (index, cell) in cells.enumerated() {
      let comma = index == cells.count - 1 ? "" : ","
      lines.append("\(cell.json)\(comma)")
    }
    lines.append("]}")
    return lines.joined(separator: "\n") + "\n"
  }

  /// Reads what `json` wrote; `file` is the name used in errors.
  public init(json text: String, file: String) throws {
    guard
      let root = try SpecNode.parse(json: text, file: file, limits: .plan) ?? .parse(text, file: file, limits: .plan)
    else {
      throw SpecError(file: file, message: "the frozen plan is empty")
    }
    let keys = ["format", "version", "name", "about", "source", "overrides", "axes", "cells"]
    try root.refuseUnknownKeys("the frozen plan", valid: keys)
    func value(_ key: String) throws -> SpecNode {
      guard let entry = root[key] else { throw SpecError(root.mark, "the frozen plan lacks the key '\(key)'") }
      return entry.value
    }
    let format = try value("format")
    guard try format.string(of: "format") == "featherweight-plan" else {
      throw SpecError(format.mark, "this is not a frozen plan of featherweight")
    }
    let version = try value("version")
    guard try version.integer("version", expected: "a whole number") == 1 else {
      throw SpecError(version.mark, "this version reads frozen plans of version 1, not \(version.text)")
    }
    let cells = try value("cells").items(of: "cells").map { try RunSpec.frozen($0) }
    guard Set(cells.map(\.id)).count == cells.count else {
      throw SpecError(try value("cells").mark, "the frozen plan has a cell twice")
    }
    self.init(
      name: try SweepSpec.safeName(value("name")), about: try value("about").string(of: "about"),
      source: try value("source").string(of: "source"),
      overrides: try value("overrides").items(of: "overrides").map { try $0.string(of: "an override") },
      specs: cells.map(\.spec), ids: cells.map(\.id),
      order: try value("axes").items(of: "axes").map { try $0.string(of: "an axis") })
  }

  /// What differs from a frozen plan, one line per key; empty when both have the same cells.
  ///
  /// The order of cells, the name and the text around them do not count.
  public func difference(from frozen: Plan) -> [String] {
    guard Set(cells.map(\.id)) != Set(frozen.cells.map(\.id)) else { return [] }
    var lines = SpecSchema.fields.compactMap { field -> String? in
      let (then, now) = (frozen.values(of: field), values(of: field))
      guard Set(then) != Set(now) else { return nil }
      return "\(field.key): frozen \(Plan.list(then)), now \(Plan.list(now))"
    }
    let known = Set(frozen.cells.map(\.id))
    let added = cells.filter { !known.contains($0.id) }.count
    let removed = frozen.cells.count - (cells.count - added)
    lines.append("cells: frozen \(frozen.cells.count), now \(cells.count); \(added) added, \(removed) removed")
    return lines
  }

  /// The values of a key over the cells, each once, in the order in which they come up.
  private func values(of field: SpecField) -> [String] {
    cells.filter { field.applies(to: $0.spec) }.map { field.value($0.spec).plain }.uniqued
  }

  private static func list(_ values: [String]) -> String {
    guard !values.isEmpty else { return "without it" }
    return values.prefix(8).joined(separator: ", ") + (values.count > 8 ? ", …" : "")
  }
}

extension Cell {
  /// The cell as one line of JSON: its id, its configuration and, where it names files, where they are.
  public var json: String {
    // The configuration names a file by its content; where to find it is of use to whoever computes the cell.
    let files = [("file", spec.partition.file), ("availability", spec.federation.availability)].map { key, file in
      file.path.map { ",\"\(key)\":\(JSONText.quoted($0))" } ?? ""
    }
    return "{\"id\":\"\(id)\",\"run\":\(spec.canonicalJSON)\(files.joined())}"
  }
}

extension RunSpec {
  /// Reads the configuration from what `Cell.json` wrote.
  public init(cell text: String) throws {
    let file = "a cell"
    guard let node = SpecNode.parse(json: text, file: file, limits: .spec) else {
      throw SpecError(file: file, message: "it is not JSON")
    }
    self = try Self.frozen(node).spec
  }

  fileprivate static func frozen(_ node: SpecNode) throws -> (spec: RunSpec, id: RunID) {
    try node.refuseUnknownKeys("a cell", valid: ["id", "run", "file", "availability"])
    guard let id = node["id"], let run = node["run"] else { throw SpecError(node.mark, "a cell must have id and run") }
    var spec = try RunSpec(canonical: run.value, what: "a cell's run")
    if let file = node["file"], case .fromFile(var known) = spec.partition.scheme {
      known.path = try file.value.string(of: "file")
      spec.partition.scheme = .fromFile(known)
    }
    if let file = node["availability"], spec.federation.availability.isGiven {
      spec.federation.availability.path = try file.value.string(of: "availability")
    }
    let computed = RunID(spec)
    guard try id.value.string(of: "id") == computed.hex else {
      throw SpecError(
        id.value.mark,
        "the id \(id.value.text) is not that of its configuration (\(computed)); the frozen plan was edited")
    }
    return (spec, computed)
  }
}
