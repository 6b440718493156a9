import FeatherResults
import SwiftProtobuf

/// An ONNX model: a graph with what there is to know about it.
///
/// Its file is written in pieces, with the values of constants framed by hand: an encoder has up to 700 MB of them, which
/// SwiftProtobuf would copy twice.
struct ONNXModel {
  /// The file's name, without `.onnx`.
  let name: String
  let graph: ONNXGraph
  /// What it computes and what it leaves out, for its reader.
  let documentation: String
  /// The same and where it comes from, for programs.
  let properties: [(key: String, value: String)]

  /// No message of Protocol Buffers may be longer.
  static let mostBytes = Int(Int32.max)

  /// The file's pieces.
  ///
  /// - Throws: `ExportError` when it is too long for Protocol Buffers.
  func pieces() throws -> [ONNXPiece] {
    var constants: [ONNXPiece] = []
    for constant in graph.constants { constants += try constant.pieces() }
    let head: [UInt8] = try graph.proto.serializedBytes()
    let graphBytes = constants.reduce(head.count) { $0 + $1.byteCount }
    var bytes: [UInt8] = try proto.serializedBytes()
    bytes.append(field: 7, byteCount: graphBytes)
    let total = bytes.count + graphBytes
    guard total <= Self.mostBytes else {
      throw ExportError(
        "\(name).onnx would have \(total) bytes, and ONNX files may have \(Self.mostBytes); export safetensors instead")
    }
    return [.bytes(bytes + head)] + constants
  }

  /// The model without its graph.
  private var proto: Onnx_ModelProto {
    var model = Onnx_ModelProto()
    // The version of the format that came with opset 13.
    model.irVersion = 7
    var operators = Onnx_OperatorSetIdProto()
    operators.domain = ""
    operators.version = Int64(ONNXGraph.opset)
    model.opsetImport = [operators]
    model.producerName = "Featherweight"
    model.docString = documentation
    model.metadataProps = properties.map { key, value in
      var entry = Onnx_StringStringEntryProto()
      entry.key = key
      entry.value = value
      return entry
    }
    return model
  }
}

/// A stretch of a file; float32 values are copied only while they are written.
enum ONNXPiece {
  case bytes([UInt8])
  case floats(ArraySlice<Float>)

  var byteCount: Int {
    switch self {
    case .bytes(let bytes): bytes.count
    case .floats(let floats): 4 * floats.count
    }
  }

  /// Writes it, values as little-endian float32.
  func write(to stream: AtomicStream) throws {
    switch self {
    case .bytes(let bytes): try stream.append(bytes)
    case .floats(let floats): try stream.append(floats)
    }
  }
}

extension ONNXConstant {
  /// The constant as a field of its graph.
  fileprivate func pieces() throws -> [ONNXPiece] {
    var tensor = Onnx_TensorProto()
    tensor.dims = shape.map(Int64.init)
    tensor.name = name
    let values: ONNXPiece
    switch self.values {
    case .floats(let floats):
      precondition(floats.count == shape.reduce(1, *), "\(name) has as many values as its shape says")
      tensor.dataType = Int32(Onnx_TensorProto.DataType.float.rawValue)
      values = .floats(floats)
    case .integers(let integers):
      tensor.dataType = Int32(Onnx_TensorProto.DataType.int64.rawValue)
      values = .bytes(integers.flatMap { integer in (0..<8).map { UInt8(truncatingIfNeeded: integer >> (8 * $0)) } })
    }
    var head: [UInt8] = try tensor.serializedBytes()
    head.append(field: 9, byteCount: values.byteCount)
    var field: [UInt8] = []
    field.append(field: 5, byteCount: head.count + values.byteCount)
    return [.bytes(field + head), values]
  }
}

extension [UInt8] {
  /// Appends what comes before a field of that many bytes: its number with the wire type 2, and its length.
  fileprivate mutating func append(field number: Int, byteCount: Int) {
    append(UInt8(number << 3 | 2))
    var rest = byteCount
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}
