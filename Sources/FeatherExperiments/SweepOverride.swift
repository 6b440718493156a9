/// One `--set key=value`: a single value, or several that become an axis.
struct SweepOverride {
  private let path: String
  private let mark: SpecMark
  private let values: [SpecNode]

  /// Reads `key=value`, where the value is YAML and a comma outside of brackets separates several.
  init(_ text: String) throws {
    mark = SpecMark(file: "--set \(text)")
    guard let equals = text.firstIndex(of: "=") else { throw SpecError(mark, "expected key=value") }
    path = String(text[..<equals])
    guard SpecSchema.field(path) != nil || SpecSchema.section(path) != nil else {
      throw SpecSchema.unknown(path, at: mark, what: "key")
    }
    let list: SpecNode?
    do {
      list = try SpecNode.parse("[" + text[text.index(after: equals)...] + "]", file: mark.file)
    } catch let error as SpecError {
      throw SpecError(
        mark, "the value is \(error.message.hasPrefix("not YAML") ? error.message : "refused: \(error.message)")")
    }
    guard case .sequence(let items) = list?.content, !items.isEmpty else {
      throw SpecError(mark, "expected a value after '='")
    }
    values = items.map { Self.place($0, SpecMark(file: "--set \(text)")) }
  }

  /// The same value, said to come from the command line.
  private static func place(_ node: SpecNode, _ mark: SpecMark) -> SpecNode {
    let content: SpecNode.Content =
      switch node.content {
      case .scalar: node.content
      case .sequence(let items): .sequence(items.map { place($0, mark) })
      case .mapping(let entries):
        .mapping(entries.map { SpecNode.Entry(key: $0.key, mark: mark, value: place($0.value, mark)) })
      }
    return SpecNode(content: content, mark: mark)
  }

  /// A single value takes the place of axes of the same key; several become an axis, in the place of one of the same key.
  func apply(to blocks: inout [SweepBlock], _ single: inout [SweepAssignment]) throws {
    single.removeAll { $0.path == path }
    if values.count == 1 {
      try refuseHiddenAxis(blocks)
      single.append(SweepAssignment(path: path, mark: mark, value: values[0], isOverride: true))
    }
    for i in blocks.indices { apply(to: &blocks[i]) }
  }

  /// Refuses a section's value that an axis of one of its keys would undo.
  private func refuseHiddenAxis(_ blocks: [SweepBlock]) throws {
    let value = try SpecChain(section: path)?.flattened(values[0]) ?? values[0]
    for column in blocks.flatMap(\.columns) where column.path.hasPrefix(path + ".") {
      guard let field = SpecSchema.field(column.path), let entry = value[field.name] else { continue }
      let instead = "override that: --set \(field.key)=\(entry.value.text)"
      throw SpecError(mark, "the axis '\(field.key)' sets the same key; \(instead)")
    }
  }

  private func apply(to block: inout SweepBlock) {
    let column = (path: path, mark: mark, values: values)
    let isAxis = block.columns.contains { $0.path == path }
    guard values.count > 1 else {
      block.grid.removeAll { $0.columns[0].path == path }
      block.zip?.columns.removeAll { $0.path == path }
      block.when.removeAll { $0.path == path }
      return
    }
    guard isAxis else { return block.grid.append(SweepAxis(columns: [column])) }
    for i in block.grid.indices where block.grid[i].columns[0].path == path { block.grid[i].columns[0] = column }
    for i in block.zip?.columns.indices ?? 0..<0 where block.zip?.columns[i].path == path {
      block.zip?.columns[i] = column
    }
  }
}
