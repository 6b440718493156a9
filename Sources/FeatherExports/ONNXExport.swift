import FeatherReports

/// Classifiers, encoders and decoders as ONNX models.
///
/// `<id>-classifier.onnx` is the global model; with a choice of checkpoints their rounds are in the name. `<id>-encoder-<fit>.onnx` and
/// `<id>-decoder-<fit>.onnx` are the halves of a fitted codec.
struct ONNXExport: RunExporter {
  private let checkpoint: CheckpointChoice
  private var left = LeftOut()

  init(_ export: SweepExport) { checkpoint = export.checkpoint }

  mutating func add(_ run: ExportedRun, to files: inout ReportFiles) throws {
    let classifiers = try run.weights(checkpoint).map { rounds, parameters in
      let after = checkpoint == .last ? "" : "-\(rounds)"
      return try ONNXModel.classifier(of: run, parameters, rounds: rounds, name: "\(run.id)-classifier\(after)")
    }
    let codecs = try StoredCodec.all(of: run)
    left.note(run, hasWeights: !classifiers.isEmpty, hasCodecs: !codecs.isEmpty, checkpoint)
    let halves = codecs.flatMap { [ONNXModel.encoder(of: $0, in: run), ONNXModel.decoder(of: $0, in: run)] }
    // All are laid out before the first is written, so that a run is exported whole or not at all.
    for (name, pieces) in try (classifiers + halves).map({ ($0.name, try $0.pieces()) }) {
      let stream = try files.stream("\(name).onnx")
      for piece in pieces { try piece.write(to: stream) }
      try files.put(stream)
    }
  }

  func finish(_ files: inout ReportFiles) throws -> [String] {
    guard !files.written.isEmpty else {
      throw ExportError((["no run has weights to make a model of"] + left.notes).joined(separator: "; "))
    }
    return left.notes
  }
}
