import FeatherTensors
import Foundation

@testable import FeatherExports
@testable import FeatherResults

/// A Python with onnxruntime, which runs exported models.
enum ONNXRuntime {
  static let python: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let named = ProcessInfo.processInfo.environment["FEATHERWEIGHT_PYTHON"]
    let candidates = [named, root.appending(path: ".venv/bin/python").path].compactMap { $0 }
    return candidates.first { (try? run($0, ["-c", "import onnx, onnxruntime"]))?.status == 0 }
  }()

  /// Checks a model with ONNX's own checker, runs it, and writes what it gives behind what it got.
  private static let script = """
    import sys, numpy, onnx, onnxruntime
    for path in sys.argv[1:]:
        onnx.checker.check_model(path, full_check=True)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        taken, = session.get_inputs()
        values = numpy.fromfile(path + ".in", "<f4").reshape([-1] + taken.shape[1:])
        session.run(None, {taken.name: values})[0].tofile(path + ".out")
    """

  /// What models make of inputs, computed by onnxruntime.
  static func outputs(of cases: [(model: ONNXModel, input: [Float])]) throws -> [[Float]] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "feather-" + UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let paths = try cases.map { model, input in
      let path = "\(folder)/\(model.name).onnx"
      try AtomicFile.write(model.bytes(), to: path)
      try AtomicFile.write(input.withUnsafeBytes { Array($0) }, to: path + ".in")
      return path
    }
    guard let python else { throw ExportError("no Python with onnxruntime") }
    let outcome = try run(python, ["-c", script] + paths)
    guard outcome.status == 0 else { throw ExportError(outcome.output) }
    return try paths.map { path in
      try AtomicFile.read(path + ".out").withUnsafeBytes { bytes in
        stride(from: 0, to: bytes.count, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: Float.self) }
      }
    }
  }

  /// The largest difference over the largest magnitude; infinite where there is not one value for each.
  static func deviation(_ found: [Float], _ expected: [Float]) -> Double {
    guard found.count == expected.count, !found.isEmpty else { return .infinity }
    let largest = expected.reduce(0) { max($0, abs($1)) }
    return Double(zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest)
  }

  private static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}

extension ONNXModel {
  /// Its file.
  func bytes() throws -> [UInt8] {
    try pieces().flatMap { piece -> [UInt8] in
      switch piece {
      case .bytes(let bytes): bytes
      case .floats(let floats): floats.withUnsafeBytes { Array($0) }
      }
    }
  }
}
