internal import FeatherExperiments

/// How the codecs of a sweep are told apart: a name for each curve, and the settings that vary along it.
struct CodecNames {
  /// A codec and its settings as one group of runs has them.
  struct Name: Sendable {
    /// The codec with its add-ons, and whether it is shared where that varies, such as `autoencoder + quantise 8`.
    var codec: String
    /// The keys that vary within the codec, such as `latent`, and their values here.
    var settings: [(key: String, value: String)]
    /// Whether it is no codec at all: what others are compared with.
    var isIdentity: Bool
  }

  /// Keys of every codec are add-ons; what is off goes without saying.
  private static let addOns = RunSpec.keys.filter {
    $0.key.hasPrefix("codec.") && $0.key != "codec.name" && $0.variants.isEmpty
  }
  private static let scope = "codec.scope"

  private let table: ResultTable
  /// By a codec's name, the columns of the table that vary within it.
  private let columns: [String: [Int]]

  init(_ table: ResultTable) {
    self.table = table
    let own = table.keys.indices.filter { column in
      let key = table.keys[column]
      return key.hasPrefix("codec.") && key != "codec.name" && !Self.addOns.contains { $0.key == key }
    }
    var values: [String: [Int: Set<String?>]] = [:]
    for group in table.groups {
      for column in own {
        values[group.spec.codec.name, default: [:]][column, default: []].insert(group.values[column])
      }
    }
    columns = values.mapValues { $0.filter { $0.value.count > 1 }.keys.sorted() }
  }

  /// The name of a group's codec.
  func name(of group: ResultTable.Group) -> Name {
    let name = group.spec.codec.name
    let varying = columns[name] ?? []
    let addOns = Self.addOns(of: group.spec)
    let scopes = varying.filter { table.keys[$0] == Self.scope }.compactMap { group.values[$0] }
    let settings = varying.filter { table.keys[$0] != Self.scope }.compactMap { column in
      group.values[column].map { (key: table.varying.headings[column], value: $0) }
    }
    return Name(
      codec: ([name] + addOns).joined(separator: " + ") + scopes.map { ", \($0)" }.joined(), settings: settings,
      isIdentity: name == "identity" && addOns.isEmpty)
  }

  private static func addOns(of spec: RunSpec) -> [String] {
    let values = Dictionary(spec.flattened.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    return addOns.compactMap { addOn in
      guard let value = values[addOn.key], value != addOn.defaultValue else { return nil }
      let name = String(addOn.key.dropFirst("codec.".count))
      return value == "true" ? name : "\(name) \(value)"
    }
  }
}
