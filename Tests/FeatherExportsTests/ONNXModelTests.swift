import FeatherExperiments
import SwiftProtobuf
import Testing

@testable import FeatherExports

@Suite struct ONNXModelTests {
  private static let shared = [Float](repeating: 1, count: 1 << 24)

  @Test("a model's file, whose values are framed by hand, is the message that SwiftProtobuf reads and writes")
  func framing() throws {
    var graph = ONNXGraph("graph", input: "x", shape: [300], "input")
    // Lengths on either side of where one more byte is needed for them.
    for count in [1, 31, 32, 300, 4095, 4096] {
      let values = (0..<count).map { Float($0) / 3 }
      _ = graph.constant("values\(count)", [count], values[...])
    }
    _ = graph.constant("integers", [-1, 0, 1 << 40])
    graph.finish(graph.add("Relu", "y", ["x"]), as: "out", width: 300, "output")
    let model = ONNXModel(
      name: "model", graph: graph, documentation: "what it is", properties: [("key", "value"), ("empty", "")])
    let bytes = try model.bytes()
    let read = try Onnx_ModelProto(serializedBytes: bytes)
    #expect(read.unknownFields.data.isEmpty && read.graph.unknownFields.data.isEmpty)
    // The order of fields is free, so that equal messages have equally many bytes.
    #expect(try read.serializedData().count == bytes.count)
    #expect(read.graph.initializer.map(\.name) == graph.constants.map(\.name))
    for (tensor, constant) in zip(read.graph.initializer, graph.constants) {
      let raw = Array(tensor.rawData)
      switch constant.values {
      case .floats(let floats):
        #expect(tensor.dataType == 1 && raw == floats.withUnsafeBytes { Array($0) })
      case .integers(let integers):
        #expect(tensor.dataType == 7 && raw == integers.withUnsafeBytes { Array($0) })
      }
      #expect(tensor.dims == constant.shape.map(Int64.init))
    }
    #expect(read.graph.node.map(\.output) == [["out"]] && read.graph.output.map(\.name) == ["out"])
    #expect(read.metadataProps.map(\.key) == ["key", "empty"] && read.irVersion == 7)
  }

  @Test("a model beyond what Protocol Buffers hold is refused with its size before anything is written")
  func tooLarge() throws {
    var graph = ONNXGraph("graph", input: "x", shape: [1], "input")
    // 32 of 64 MB each, one array in memory: 2 GiB and their names.
    for number in 0..<32 { _ = graph.constant("c\(number)", [1 << 24], Self.shared[...]) }
    let model = ONNXModel(name: "0123-encoder-0", graph: graph, documentation: "", properties: [])
    let error = #expect(throws: ExportError.self) { try model.pieces() }
    #expect(error?.description.hasPrefix("0123-encoder-0.onnx would have 21474") == true)
    graph = ONNXGraph("graph", input: "x", shape: [1], "input")
    for number in 0..<31 { _ = graph.constant("c\(number)", [1 << 24], Self.shared[...]) }
    let smaller = ONNXModel(name: "smaller", graph: graph, documentation: "", properties: [])
    #expect(try smaller.pieces().reduce(0) { $0 + $1.byteCount } > 31 << 26)
  }
}
