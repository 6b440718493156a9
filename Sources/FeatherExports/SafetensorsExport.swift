import FeatherExperiments
import FeatherReports
import FeatherResults

/// Weights, encoders and decoders as safetensors, layer by layer with PyTorch's shapes.
///
/// `<id>-weights.safetensors` has the model's layers (`dense1.weight`); with a choice of checkpoints their rounds are in the name.
/// `<id>-encoder.safetensors` and `<id>-decoder.safetensors` have those of every fit (`fit0.encoder.0.weight`, with a part's name
/// where the update is divided by layers: `fit0.encoder.dense1.0.weight`; `fit0.encoder.mean`; of a basis `fit0.decoder.components`, and
/// no encoder, which is the same).
struct SafetensorsExport: RunExporter {
  private let checkpoint: CheckpointChoice
  private var hasWeights = false
  private var left = LeftOut()

  init(_ export: SweepExport) { checkpoint = export.checkpoint }

  mutating func add(_ run: ExportedRun, to files: inout ReportFiles) throws {
    let layout = try run.layout()
    let weights = try run.weights(checkpoint)
    let codecs = try StoredCodec.all(of: run)
    left.note(run, hasWeights: !weights.isEmpty, hasCodecs: !codecs.isEmpty, checkpoint)
    hasWeights = hasWeights || !weights.isEmpty
    for (rounds, parameters) in weights {
      var file = Self.file(of: run, "weights")
      file.add(metadata: "rounds", String(rounds))
      for slice in layout {
        let range =
          parameters.startIndex + slice.offset..<parameters.startIndex + slice.offset + slice.shape.reduce(1, *)
        guard range.upperBound <= parameters.endIndex else {
          throw run.error("/weights/layout does not fit /weights/global; run it again")
        }
        file.add(slice.name, .init(shape: slice.shape, values: parameters[range]))
      }
      try Self.put(file, run.id + "-weights" + (checkpoint == .last ? "" : "-\(rounds)"), &files)
    }
    var (encoders, decoders) = (Self.file(of: run, "encoder"), Self.file(of: run, "decoder"))
    for codec in codecs {
      codec.add("encoder", codec.encoder, to: &encoders)
      codec.add("decoder", codec.decoder, to: &decoders)
    }
    for (name, file) in [("encoder", encoders), ("decoder", decoders)] where !file.isEmpty {
      try Self.put(file, "\(run.id)-\(name)", &files)
    }
  }

  mutating func finish(_ files: inout ReportFiles) throws -> [String] {
    guard !files.written.isEmpty else {
      throw ExportError((["no run has weights to export"] + left.notes).joined(separator: "; "))
    }
    if case .rounds(let rounds) = checkpoint, !hasWeights {
      throw ExportError(
        "no run keeps the weights after \(rounds) rounds; with '--checkpoint all' those that are kept are written")
    }
    return left.notes
  }

  private static func file(of run: ExportedRun, _ content: String) -> SafetensorsFile {
    SafetensorsFile(metadata: [
      ("format", "pt"), ("content", content), ("run", run.id), ("spec", run.file.summary.canonicalJSON),
    ])
  }

  private static func put(_ file: SafetensorsFile, _ name: String, _ files: inout ReportFiles) throws {
    let stream = try files.stream("\(name).safetensors")
    try file.write(to: stream)
    try files.put(stream)
  }
}

extension StoredCodec {
  /// Adds a half's arrays to a file.
  fileprivate func add(_ name: String, _ half: Half, to file: inout SafetensorsFile) {
    let start = "fit\(fit).\(name)"
    let when = round.map { "refitted before round \($0)" } ?? "fitted on the pre-pass"
    file.add(metadata: "fit\(fit)", "group \(group), \(when)")
    let center: Tensor?
    switch half {
    case .basis(let components, let mean):
      guard name == "decoder" else { return }
      file.add("\(start).components", components)
      center = mean
    case .networks(let networks, let mean):
      for network in networks {
        let part = network.part.name.isEmpty ? start : "\(start).\(network.part.name)"
        for (number, layer) in network.layers.enumerated() {
          file.add("\(part).\(number).weight", layer.weight)
          file.add("\(part).\(number).bias", layer.bias)
        }
      }
      center = mean
    }
    if let center { file.add("\(start).mean", center) }
  }
}

/// Runs that lack weights or codecs, and what to do about it.
///
/// A run whose codec is not fitted has none to lack.
struct LeftOut {
  private var diverged: [String] = []
  private var withoutWeights: [String] = []
  private var withoutCheckpoint: [String] = []
  private var withoutCodecs: [String] = []

  /// Notes what a run lacks.
  mutating func note(_ run: ExportedRun, hasWeights: Bool, hasCodecs: Bool, _ checkpoint: CheckpointChoice) {
    if !hasWeights {
      if run.spec.store.weights == .none {
        withoutWeights.append(run.id)
      } else if run.status == "diverged" {
        diverged.append(run.id)
      } else {
        withoutCheckpoint.append(run.id)
      }
    }
    if !hasCodecs, run.spec.codec.isFitted, !run.spec.store.codec { withoutCodecs.append(run.id) }
  }

  /// What there is to say.
  var notes: [String] {
    [
      Self.note(withoutWeights, "no weights are kept; write store.weights: final in the spec and run it again"),
      Self.note(withoutCheckpoint, "no weights of that round are kept; write store.weights: all and run it again"),
      Self.note(diverged, "it diverged, and no weights are kept then"),
      Self.note(
        withoutCodecs, "encoder and decoder are not kept; write store.codec: true in the spec and run it again"),
    ].compactMap { $0 }
  }

  private static func note(_ runs: [String], _ reason: String) -> String? {
    guard !runs.isEmpty else { return nil }
    let names = runs.prefix(5).joined(separator: ", ") + (runs.count > 5 ? " and \(runs.count - 5) others" : "")
    return "of \(runs.count == 1 ? "run" : "\(runs.count) runs,") \(names): \(reason)"
  }
}
