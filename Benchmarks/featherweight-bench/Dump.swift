import FoundationEssentials
import Glibc

/// Arrays as .npy files, which every array library reads.
struct DumpFolder {
  let path: String

  init(_ path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// A folder in it.
  func folder(_ name: String) throws -> DumpFolder { try DumpFolder("\(path)/\(name)") }

  func write(_ name: String, _ values: [Float], shape: [Int]) throws {
    try values.withUnsafeBytes { try write(name, type: "<f4", shape, $0) }
  }

  func write(_ name: String, _ values: [Int32], shape: [Int]) throws {
    try values.withUnsafeBytes { try write(name, type: "<i4", shape, $0) }
  }

  func write(_ name: String, _ values: [UInt8], shape: [Int]) throws {
    try values.withUnsafeBytes { try write(name, type: "|u1", shape, $0) }
  }

  /// Writes version 1.0 of the format: magic, header length, header padded to 64 bytes, elements row-major.
  func write(_ name: String, type: String, _ shape: [Int], _ bytes: UnsafeRawBufferPointer) throws {
    let dimensions = shape.map { "\($0)," }.joined()
    let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(dimensions)), }"
    let padded = (10 + text.utf8.count + 1 + 63) / 64 * 64
    var header: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    header += [UInt8((padded - 10) & 0xFF), UInt8((padded - 10) >> 8)]
    header += Array(text.utf8) + [UInt8](repeating: 0x20, count: padded - 11 - text.utf8.count) + [0x0A]
    let file = "\(path)/\(name).npy"
    guard let handle = fopen(file, "w") else { throw BenchError("cannot create \(file)") }
    let isWritten =
      fwrite(header, 1, header.count, handle) == header.count
      && fwrite(bytes.baseAddress, 1, bytes.count, handle) == bytes.count
    guard fclose(handle) == 0, isWritten else { throw BenchError("cannot write \(file): is the disk full?") }
  }
}
