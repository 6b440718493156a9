internal import FeatherCodecs
internal import FeatherTensors

/// What a codec encodes, made from weights and back.
enum UpdateVector {
  /// The weights themselves, or their difference: local minus global.
  static func of(_ weights: [Float], relativeTo global: [Float], input: UpdateInput) -> [Float] {
    switch input {
    case .weights: weights
    case .difference: Elementwise.combined(weights, global, -)
    }
  }

  /// The weights that an update stands for.
  static func weights(of update: [Float], relativeTo global: [Float], input: UpdateInput) -> [Float] {
    switch input {
    case .weights: update
    case .difference: Elementwise.combined(update, global, +)
    }
  }
}
