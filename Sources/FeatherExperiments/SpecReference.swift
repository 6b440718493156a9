extension RunSpec {
  /// A Markdown table of every key: its values, its default, what it is; made from the schema that reads specs.
  public static var reference: String {
    let rows = keys.map { key in
      let only = key.variants.isEmpty ? "" : " (\(key.variants.joined(separator: ", ")) only)"
      return "| `\(key.key)` | \(key.expected) | \(key.defaultValue) | \(key.summary)\(only) |"
    }
    return (["| key | values | default | what it is |", "|---|---|---|---|"] + rows).joined(separator: "\n") + "\n"
  }
}
