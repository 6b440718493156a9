internal import Glibc

/// A spec file: one complete configuration and what varies.
///
/// `plan()` turns it into the cells to run. Everything that can be refused is refused before that returns.
public struct SweepSpec: Sendable {
  /// The sweep's name, also that of its folder of results.
  public let name: String
  /// What the sweep is for; empty when not given.
  public let about: String
  /// The text it was read from.
  public let source: String
  /// The overrides it was read with, as `key=value`.
  public let overrides: [String]

  let file: String
  let base: SpecNode
  let blocks: [SweepBlock]
  /// Overrides with a single value, applied to every cell.
  let assignments: [SweepAssignment]

  /// Reads a spec from a file.
  ///
  /// - Parameter overrides: texts such as `codec.latent=64` or `seed=1,2,3`, as after `--set`.
  public static func load(path: String, overrides: [String] = []) throws -> SweepSpec {
    let bytes = try read(path)
    guard bytes.count <= SpecLimits.spec.bytes else {
      throw SpecError(file: path, message: "has more than \(SpecLimits.spec.bytes) bytes; a spec has at most that many")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SpecError(file: path, message: "is not UTF-8 text")
    }
    return try load(text: text, file: path, overrides: overrides)
  }

  /// Reads a spec from text; `file` is the name used in errors.
  public static func load(text: String, file: String, overrides: [String] = []) throws -> SweepSpec {
    guard let root = try SpecNode.parse(text, file: file) else {
      throw SpecError(file: file, line: 1, column: 1, message: "the file is empty; a spec starts with featherweight: 1")
    }
    return try SweepSpec(root: root, source: text, overrides: overrides)
  }

  /// Reads as many bytes as a spec may have, and one more.
  private static func read(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "rb") else {
      throw SpecError(file: path, message: "cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: SpecLimits.spec.bytes + 1)
    let count = fread(&bytes, 1, bytes.count, file)
    guard ferror(file) == 0 else {
      throw SpecError(file: path, message: "cannot be read: \(String(cString: strerror(errno)))")
    }
    return Array(bytes.prefix(count))
  }

  private init(root: SpecNode, source: String, overrides: [String]) throws {
    _ = try root.entries(of: "a spec")
    try Self.checkFormat(root)
    try root.refuseUnknownKeys("the spec", valid: ["featherweight", "name", "about", "base", "sweep"])
    self.source = source
    self.overrides = overrides
    file = root.mark.file
    name = try Self.readName(root)
    about = try root["about"].map { try $0.value.string(of: "about") } ?? ""
    let base = root["base"]?.value ?? SpecNode(content: .mapping([]), mark: root.mark)
    _ = try SpecSchema.decode(base)
    self.base = try SpecChain.flattened(in: base)
    var blocks = try root["sweep"].map { try SweepBlock.read($0.value) } ?? [SweepBlock()]
    var single: [SweepAssignment] = []
    for text in overrides { try SweepOverride(text).apply(to: &blocks, &single) }
    try blocks.forEach { try $0.check() }
    self.blocks = blocks
    assignments = single
  }

  private static func checkFormat(_ root: SpecNode) throws {
    guard let format = root["featherweight"] else {
      throw SpecError(root.mark, "the format is missing; start the spec with featherweight: 1")
    }
    guard try format.value.integer("featherweight", expected: "the format number 1") == 1 else {
      throw SpecError(format.value.mark, "this version reads format 1, not \(format.value.text)")
    }
  }

  private static func readName(_ root: SpecNode) throws -> String {
    guard let entry = root["name"] else {
      throw SpecError(root.mark, "the name is missing; add name: and a word for the folder of results")
    }
    return try safeName(entry.value)
  }

  /// A sweep's name, which is that of a folder too.
  static func safeName(_ node: SpecNode) throws -> String {
    let name = try node.string(of: "name")
    guard isSafeName(name) else {
      throw SpecError(
        node.mark,
        "name must be a file name of at most 64 letters a-z, digits, '-', '_' and '.', not starting with '.' "
          + "or '-', but is '\(name)'")
    }
    return name
  }

  static func isSafeName(_ name: String) -> Bool {
    let allowed = name.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_.".unicodeScalars.contains($0))
    }
    return allowed && (1...64).contains(name.utf8.count) && name.first != "." && name.first != "-"
  }
}
