import FeatherReports
import FeatherResults

/// NumPy's archives: one per run, with every array of its file under its path without the leading slash, such as `metrics/test_accuracy`.
///
/// Dimensions without coordinate values have no elements and are left out. `run_id` and `status`, which are attributes of a run file, are
/// arrays here.
struct NPZExport: RunExporter {
  mutating func add(_ run: ExportedRun, to files: inout ReportFiles) throws {
    var arrays = [("run_id", run.id), ("status", run.status)].map { NPYArray($0.0, text: $0.1) }
    arrays += run.tree.arrays.compactMap { NPYArray($0) }
    let size = arrays.reduce(22) { $0 + $1.byteCount + ZipWriter.overhead + 2 * $1.name.utf8.count }
    guard size <= ZipWriter.mostBytes, arrays.count <= ZipWriter.mostEntries else {
      throw run.error("its arrays take \(size) bytes, and an npz holds 4 GB at most; export it to safetensors")
    }
    let stream = try files.stream("\(run.id).npz")
    var archive = ZipWriter(stream)
    for array in arrays { try archive.add(.init(name: array.name, pieces: [array.header, array.bytes()])) }
    try archive.finish()
    try files.put(stream)
  }

  mutating func finish(_ files: inout ReportFiles) throws -> [String] { [] }
}

/// An array as an entry of an archive: NumPy's format, version 1.0.
struct NPYArray {
  /// The entry's name.
  let name: String
  /// What stands before the elements: magic, version, and a description, filled up with spaces to a multiple of 64 bytes.
  let header: [UInt8]
  private let data: ResultData
  private let elements: Int
  private let elementSize: Int

  /// Bytes of the whole entry.
  var byteCount: Int { header.count + elements * elementSize }

  /// - Returns: nil for a dimension without elements.
  init?(_ array: ResultArray) {
    let type: (code: String, size: Int)
    switch array.data {
    case .float32: type = ("<f4", 4)
    case .float64: type = ("<f8", 8)
    case .int64: type = ("<i8", 8)
    case .uint8: type = ("|u1", 1)
    case .text(let strings):
      let width = strings.reduce(1) { max($0, $1.unicodeScalars.count) }
      type = ("<U\(width)", 4 * width)
    case .dimension: return nil
    }
    name = array.path.drop { $0 == "/" } + ".npy"
    data = array.data
    elements = array.count
    elementSize = type.size
    header = Self.header(type.code, array.shape)
  }

  /// A text of its own.
  init(_ name: String, text: String) {
    self.name = name + ".npy"
    data = .text([text])
    elements = 1
    elementSize = 4 * max(1, text.unicodeScalars.count)
    header = Self.header("<U\(elementSize / 4)", [])
  }

  /// The elements, row-major; text as UTF-32 filled up with zeros.
  func bytes() -> [UInt8] {
    guard case .text(let strings) = data else { return data.bytes() }
    return strings.flatMap { string in
      let scalars = string.unicodeScalars.flatMap { scalar in
        (0..<4).map { UInt8(truncatingIfNeeded: scalar.value >> (8 * $0)) }
      }
      return scalars + [UInt8](repeating: 0, count: elementSize - scalars.count)
    }
  }

  private static func header(_ type: String, _ shape: [Int]) -> [UInt8] {
    let lengths = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(lengths)), }"
    let start = 10
    text += String(repeating: " ", count: 63 - (start + text.utf8.count) % 64) + "\n"
    let count = text.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 0xFF), UInt8(count >> 8)] + Array(text.utf8)
  }
}
