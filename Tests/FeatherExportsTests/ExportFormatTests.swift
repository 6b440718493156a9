import FeatherExports
import Testing

@Suite("Formats of exports")
struct ExportFormatTests {
  @Test("every format is named as on the command line")
  func names() {
    let expected = ["csv", "jsonl", "npz", "safetensors", "onnx", "tensorboard", "notebook"]
    #expect(ExportFormat.allCases.map(\.rawValue) == expected)
  }
}
