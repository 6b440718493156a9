import FeatherExperiments

/// The keys that vary over a plan, with headings and a cell's values of them.
struct VaryingKeys {
  /// Dotted keys, in the order of the plan.
  let keys: [String]
  /// A heading per key, no two equal.
  let headings: [String]

  /// - Parameter omitted: a key that gets no column.
  init(_ axes: [String], without omitted: String? = nil) {
    let short = axes.map(Self.short)
    let columns = zip(axes, short).filter { $0.0 != omitted }
    keys = columns.map(\.0)
    headings = columns.map { key, name in short.filter { $0 == name }.count > 1 ? key : name }
  }

  /// The last part of a key; the section for a part that says nothing alone: `codec.name` is `codec`.
  private static func short(_ key: String) -> String {
    let parts = key.split(separator: ".")
    guard let last = parts.last, let section = parts.first else { return key }
    return String(last == "name" || last == "scheme" ? section : last)
  }

  /// A cell's values; nil for a key that its codec, data set or partition does not have.
  func values(of cell: Cell) -> [String?] {
    keys.map { key in cell.varying.first { $0.key == key }?.value }
  }
}
