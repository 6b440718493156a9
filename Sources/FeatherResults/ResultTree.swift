/// The content of a result file, free of HDF5: groups with attributes, and arrays over named dimensions.
///
/// Equal trees give equal bytes.
public struct ResultTree: Sendable {
  /// The groups; the root is `/`.
  public var groups: [ResultGroup] = []
  /// The arrays, dimension scales among them.
  public var arrays: [ResultArray] = []
  /// Relative links into other result files.
  public var links: [ResultLink] = []

  /// An empty tree.
  public init() {}

  /// The array at `path`, such as `/metrics/test_accuracy`.
  public func array(_ path: String) -> ResultArray? { arrays.first { $0.path == path } }

  /// The group at `path`; `/` is the root.
  public func group(_ path: String) -> ResultGroup? { groups.first { $0.path == path } }
}

/// A named value at a group or an array.
public struct ResultAttribute: Hashable, Sendable {
  /// The values there are.
  public enum Value: Hashable, Sendable {
    /// Fixed-length UTF-8.
    case text(String)
    /// A little-endian i8.
    case integer(Int64)
    /// A little-endian f8.
    case real(Double)
    /// A u1; 0 or 1 for no and yes.
    case byte(UInt8)
  }

  /// The name.
  public var name: String
  /// The value.
  public var value: Value

  /// A named value.
  public init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

/// A group and its attributes.
public struct ResultGroup: Sendable {
  /// The absolute path.
  public var path: String
  /// The attributes, sorted by name.
  public var attributes: [ResultAttribute]

  /// A group.
  public init(_ path: String, _ attributes: [ResultAttribute] = []) {
    self.path = path
    self.attributes = attributes.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
  }

  /// The attribute's value.
  public subscript(name: String) -> ResultAttribute.Value? { attributes.first { $0.name == name }?.value }
}

/// The elements of an array, row-major.
public enum ResultData: Sendable {
  /// Little-endian f4.
  case float32([Float])
  /// Little-endian f8.
  case float64([Double])
  /// Little-endian i8.
  case int64([Int64])
  /// u1.
  case uint8([UInt8])
  /// UTF-8 of one fixed length, padded with zero bytes.
  case text([String])
  /// No elements: a dimension without coordinate values, as netCDF writes it.
  case dimension
}

/// An array over named dimensions.
public struct ResultArray: Sendable {
  /// The absolute path.
  public var path: String
  /// Names of the dimension scales, slowest first; empty for a scalar; a scale names itself.
  public var axes: [String]
  /// The lengths, slowest first; empty for a scalar.
  public var shape: [Int]
  /// The elements.
  public var data: ResultData
  /// All attributes, `units`, `long_name` and `axes` among them, sorted by name.
  public var attributes: [ResultAttribute]

  /// An array with the three attributes that every array has.
  ///
  /// - Parameters:
  ///   - units: `1` for pure numbers.
  ///   - longName: what it is, in a few words.
  public init(
    _ path: String, _ axes: [String], _ shape: [Int], _ data: ResultData, units: String = "1", longName: String,
    attributes: [ResultAttribute] = []
  ) {
    var all = attributes + [.init("units", .text(units)), .init("long_name", .text(longName))]
    if !axes.isEmpty { all.append(.init("axes", .text(axes.joined(separator: " ")))) }
    self.init(path: path, axes: axes, shape: shape, data: data, attributes: all)
  }

  init(path: String, axes: [String], shape: [Int], data: ResultData, attributes: [ResultAttribute]) {
    self.path = path
    self.axes = axes
    self.shape = shape
    self.data = data
    self.attributes = ResultGroup(path, attributes).attributes
  }

  /// The last part of the path.
  public var name: String { String(path[path.index(after: path.lastIndex(of: "/") ?? path.startIndex)...]) }

  /// Whether it is a dimension scale: one-dimensional, over itself.
  public var isScale: Bool { axes == [name] }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }
}

/// A link to the root of another result file in the same folder.
public struct ResultLink: Sendable {
  /// The link's absolute path.
  public var path: String
  /// The other file's name, relative to this file's folder.
  public var file: String

  /// A link.
  public init(_ path: String, file: String) {
    self.path = path
    self.file = file
  }
}
