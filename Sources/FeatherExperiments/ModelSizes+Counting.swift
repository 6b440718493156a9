extension DatasetSpec {
  /// The length of an image's vector, and the number of classes.
  public var shape: (inputs: Int, classes: Int) {
    switch name {
    case .syntheticDigits, .mnist: (inputs: 28 * 28, classes: 10)
    }
  }

  /// How many training and test samples there are at most.
  var maximum: (train: Int, test: Int) {
    switch name {
    case .syntheticDigits: (train: 10_000_000, test: 10_000_000)
    case .mnist: (train: 60_000, test: 10_000)
    }
  }
}

extension ModelSizes {
  /// The sizes that a configuration gives, counted without building anything; `Int.max` where they are beyond counting.
  public init(of spec: RunSpec) {
    let shape = spec.dataset.shape
    let model = denseParameters([shape.inputs] + spec.model.hidden + [shape.classes])
    switch spec.codec {
    case .identity:
      self.init(model: model, latent: model)
    case .autoencoder(let settings):
      let widths = [model] + settings.hidden + [settings.latent]
      self.init(
        model: model, encoder: denseParameters(widths), decoder: denseParameters(widths.reversed()),
        latent: settings.latent)
    }
  }
}

/// Weights and biases of fully connected layers between these widths; `Int.max` where that does not fit an `Int`.
private func denseParameters(_ widths: [Int]) -> Int {
  var total = 0
  for (inputs, outputs) in zip(widths, widths.dropFirst()) {
    let (weights, overflow) = inputs.multipliedReportingOverflow(by: outputs)
    let (layer, overflow2) = weights.addingReportingOverflow(outputs)
    let (sum, overflow3) = total.addingReportingOverflow(layer)
    guard !overflow, !overflow2, !overflow3 else { return Int.max }
    total = sum
  }
  return total
}
