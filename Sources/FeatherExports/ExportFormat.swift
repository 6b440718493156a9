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
    case .csv: CSVExport(export)
    case .jsonl: JSONLinesExport()
    case .npz: NPZExport()
    case .safetensors: SafetensorsExport(export)
    case .onnx: ONNXExport(export)
    case .tensorboard: TensorBoardExport()
    case .notebook: try NotebookExport(export)
    }
  }
}
