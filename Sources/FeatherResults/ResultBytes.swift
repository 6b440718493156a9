extension ResultData {
  /// The element type in a digest and in messages: `f4`, `f8`, `i8`, `u1`, `S` with the bytes per string, or `dimension`.
  var typeName: String {
    switch self {
    case .float32: "f4"
    case .float64: "f8"
    case .int64: "i8"
    case .uint8: "u1"
    case .text(let strings): "S\(Self.width(strings))"
    case .dimension: "dimension"
    }
  }

  /// Bytes per element.
  var elementSize: Int {
    switch self {
    case .float32: 4
    case .float64, .int64: 8
    case .uint8: 1
    case .text(let strings): Self.width(strings)
    case .dimension: 0
    }
  }

  /// Bytes per string: those of the longest, and at least one because HDF5 has no empty string type.
  static func width(_ strings: [String]) -> Int { strings.reduce(1) { max($0, $1.utf8.count) } }

  /// The elements as they lie in the file: little-endian, and every NaN the same one.
  package func bytes() -> [UInt8] {
    switch self {
    case .float32(let values): Self.copy(values.map { ($0.isNaN ? Float.nan : $0).bitPattern.littleEndian })
    case .float64(let values): Self.copy(values.map { ($0.isNaN ? Double.nan : $0).bitPattern.littleEndian })
    case .int64(let values): Self.copy(values.map(\.littleEndian))
    case .uint8(let values): values
    case .text(let strings): Self.padded(strings, to: Self.width(strings))
    case .dimension: []
    }
  }

  private static func copy<Element: BitwiseCopyable>(_ values: [Element]) -> [UInt8] {
    values.withUnsafeBytes { Array($0) }
  }

  private static func padded(_ strings: [String], to width: Int) -> [UInt8] {
    strings.flatMap { Array($0.utf8) + [UInt8](repeating: 0, count: width - $0.utf8.count) }
  }

  /// The elements that `bytes` hold for a type name; nil where the bytes are not UTF-8 or the type is none of ours.
  init?(typeName: String, elementSize: Int, bytes: [UInt8]) {
    switch typeName {
    case "f4": self = .float32(Self.load(bytes, UInt32.self) { Float(bitPattern: UInt32(littleEndian: $0)) })
    case "f8": self = .float64(Self.load(bytes, UInt64.self) { Double(bitPattern: UInt64(littleEndian: $0)) })
    case "i8": self = .int64(Self.load(bytes, Int64.self) { Int64(littleEndian: $0) })
    case "u1": self = .uint8(bytes)
    case "S":
      guard let strings = Self.strings(bytes, width: elementSize) else { return nil }
      self = .text(strings)
    default: return nil
    }
  }

  private static func load<Raw: BitwiseCopyable, Element>(
    _ bytes: [UInt8], _ type: Raw.Type, _ convert: (Raw) -> Element
  ) -> [Element] {
    bytes.withUnsafeBytes { raw in
      (0..<raw.count / MemoryLayout<Raw>.size).map {
        convert(raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Raw>.size, as: Raw.self))
      }
    }
  }

  private static func strings(_ bytes: [UInt8], width: Int) -> [String]? {
    var strings: [String] = []
    for start in stride(from: 0, to: bytes.count, by: width) {
      let field = bytes[start..<start + width]
      let end = field.lastIndex { $0 != 0 }.map { $0 + 1 } ?? start
      guard let string = String(validating: bytes[start..<end], as: UTF8.self) else { return nil }
      strings.append(string)
    }
    return strings
  }
}

extension ResultAttribute.Value {
  /// The type in a digest: `utf8`, `i8`, `f8` or `u1`.
  var typeName: String {
    switch self {
    case .text: "utf8"
    case .integer: "i8"
    case .real: "f8"
    case .byte: "u1"
    }
  }

  /// The value as it lies in the file.
  func bytes() -> [UInt8] {
    switch self {
    case .text(let string): ResultData.text([string]).bytes()
    case .integer(let value): ResultData.int64([value]).bytes()
    case .real(let value): ResultData.float64([value]).bytes()
    case .byte(let value): [value]
    }
  }
}
