/// What a sweep's results are exported to.
public enum ExportFormat: String, CaseIterable, Sendable {
  /// Flat tables, long and wide.
  case csv
  /// One JSON object a line.
  case jsonl
  /// NumPy's archives, one per run.
  case npz
  /// Weights, encoders and decoders as safetensors.
  case safetensors
  /// Classifiers, encoders and decoders as ONNX models.
  case onnx
  /// Event files of TensorBoard.
  case tensorboard
  /// A Jupyter notebook that loads the results and draws them.
  case notebook

  /// How a sweep is written in this format.
  func exporter(for export: SweepExport) throws -> any RunExporter {
    switch self {
    case .csv: return CSVExport(export)
    case .jsonl: return JSONLinesExport()
    case .npz: return NPZExport()
    case .safetensors: return SafetensorsExport(export)
    case .notebook: return try NotebookExport(export)
    case .onnx, .tensorboard:
      throw ExportError("this version cannot export to \(rawValue) yet")
    }
  }
}
