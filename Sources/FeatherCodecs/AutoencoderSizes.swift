public import FeatherNetworks

/// How large an autoencoder's fit and halves are, counted without building or allocating anything.
public struct AutoencoderSizes: Hashable, Sendable {
  /// Floats of an upload.
  public let latent: Int
  /// Floats that cross with each half: its parameters, and a mean where that crosses; of a tied encoder the biases.
  public let encoder: Int
  /// Likewise of the decoder.
  public let decoder: Int
  /// Parameters of all autoencoders, and of the largest one: they are trained one after another.
  public let trained: Int
  /// Parameters of the largest one.
  public let largest: Int
  /// Floats of the samples that one autoencoder sees of one snapshot, at most.
  private let sample: Int
  /// Floats of its workspace for each row of a batch, at most.
  private let widest: Int

  var shipped: (encoder: Int, decoder: Int) { (encoder, decoder) }

  /// Counts for a codec of the same settings.
  public init(
    parameters: Int, hidden: [Int], latent: Int, centre: Bool = true, division: AutoencoderDivision = .whole,
    tied: Bool = false
  ) {
    self.init(
      parts: division.parts(parameters: parameters, hidden: hidden, latent: latent, activation: .linear),
      parameters: parameters, tied: tied, mean: division.shipsMean && centre ? parameters : 0)
  }

  /// - Parameter mean: floats of a mean that crosses by itself.
  init(parts: [AutoencoderPart], parameters: Int, tied: Bool, mean: Int) {
    latent = parts.reduce(0) { $0 + $1.latent }
    let encoders = parts.reduce(0) { sum, part in
      sum + (tied ? part.encoder.widths.dropFirst().reduce(0, +) : part.encoder.parameterCount)
    }
    encoder = encoders + (tied ? 0 : mean)
    decoder = parts.reduce(0) { $0 + $1.decoder.parameterCount } + mean
    let each = parts.map { $0.trained(tied: tied) }
    trained = each.reduce(0, +)
    largest = each.reduce(0, max)
    sample = parts.reduce(0) { max($0, $1.rows * $1.width) }
    widest = parts.reduce(0) { max($0, $1.width) }
  }

  /// Bytes that a fit takes at most, beside the snapshots themselves: an estimate, without the workspaces of hidden layers.
  ///
  /// While it trains: all parameters so far, the largest autoencoder's optimiser, its samples, and a batch twice, each row as long
  /// as the samples, the rows rounded up to 16. While it serialises: all parameters, and both halves' bytes as float32.
  public func fitByteCount(rule: StepRule, batch: Int, snapshots: Int) -> Int {
    let rows = (batch + 15) / 16 * 16
    let training = trained + rule.moments * largest + snapshots * sample + 2 * rows * widest
    return 4 * max(training, trained + encoder + decoder)
  }
}

extension AutoencoderDivision {
  /// Whether a mean crosses by itself, since no network's biases can hold it.
  var shipsMean: Bool {
    if case .chunks = self { true } else { false }
  }

  /// Why updates of `parameters` floats cannot be divided so with `latent` floats in the middle; nil where they can.
  public func refusal(parameters: Int, latent: Int) -> String? {
    guard latent > 0, latent < parameters else {
      return "a latent of \(latent) floats in an autoencoder of \(parameters): it needs at least 1 and fewer than those"
    }
    switch self {
    case .whole: return nil
    case .layers(let slices):
      guard Self.areWhole(slices, parameters) else {
        return "slices that do not follow each other, or do not make up all \(parameters) floats"
      }
      if latent < slices.count { return "a latent of \(latent) floats for \(slices.count) layers: each needs one" }
      let most = AutoencoderPart.most
      return slices.count > most ? "\(slices.count) layers with an autoencoder each: at most \(most) can have one" : nil
    case .chunks(let size):
      guard size > 0 else { return "slices of \(size) floats: they need at least one" }
      let chunks = (parameters + size - 1) / size
      return latent < chunks ? "a latent of \(latent) floats for \(chunks) slices: each needs one" : nil
    }
  }
}
