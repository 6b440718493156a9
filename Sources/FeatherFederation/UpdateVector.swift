internal import FeatherCodecs

/// What a codec encodes, made from weights and back.
enum UpdateVector {
  /// The weights themselves, or their difference: local minus global.
  static func of(_ weights: [Float], relativeTo global: [Float], input: UpdateInput) -> [Float] {
    switch input {
    case .weights: weights
    case .difference: combined(weights, global, -)
    }
  }

  /// The weights that an update stands for.
  static func weights(of update: [Float], relativeTo global: [Float], input: UpdateInput) -> [Float] {
    switch input {
    case .weights: update
    case .difference: combined(update, global, +)
    }
  }

  @inline(__always)
  private static func combined(_ a: [Float], _ b: [Float], _ combine: (Float, Float) -> Float) -> [Float] {
    precondition(a.count == b.count, "vectors of \(a.count) and \(b.count) elements")
    return [Float](unsafeUninitializedCapacity: a.count) { result, count in
      count = a.count
      for i in 0..<count { result.initializeElement(at: i, to: combine(a[i], b[i])) }
    }
  }
}
