/// The shape of one image.
public struct ImageShape: Hashable, Sendable {
  /// Channels: 1 of grey images, 3 of colour ones.
  public var channels: Int
  /// Rows.
  public var height: Int
  /// Columns.
  public var width: Int

  /// [channels, height, width], the order in memory.
  public var dimensions: [Int] { [channels, height, width] }
  /// Numbers per image.
  public var count: Int { channels * height * width }
}

extension DatasetSpec.Name {
  /// The shape of an image.
  public var image: ImageShape {
    switch self {
    case .syntheticDigits, .mnist, .fashionMNIST: ImageShape(channels: 1, height: 28, width: 28)
    case .syntheticColours, .cifar10: ImageShape(channels: 3, height: 32, width: 32)
    }
  }
}

extension DatasetSpec {
  /// The shape of an image.
  public var image: ImageShape { name.image }

  /// The number of classes.
  public var classes: Int { 10 }

  /// The length of an image's vector, and the number of classes.
  public var shape: (inputs: Int, classes: Int) { (inputs: image.count, classes: classes) }

  /// How many training and test samples there are at most.
  var maximum: (train: Int, test: Int) {
    switch name {
    case .syntheticDigits, .syntheticColours: (train: 10_000_000, test: 10_000_000)
    case .mnist, .fashionMNIST: (train: 60_000, test: 10_000)
    case .cifar10: (train: 50_000, test: 10_000)
    }
  }
}

extension ModelSizes {
  /// The sizes that a configuration gives, counted without building anything.
  ///
  /// `Int.max` where they are beyond counting or the layers do not fit each other.
  public init(of spec: RunSpec) {
    let counts = spec.layerParameters ?? [Int.max]
    let model = counts.reduce(0, Self.sum)
    switch spec.codec {
    case .identity, .direct:
      self.init(model: model, latent: model)
    case .pca(let settings):
      let components = Self.product(model, settings.latent)
      self.init(
        model: model, decoder: Self.sum(components, settings.centre ? model : 0), latent: settings.latent)
    case .autoencoder(let settings):
      self.init(model: model, settings, layers: counts)
    }
  }

  private init(model: Int, _ settings: AutoencoderSpec, layers: [Int]) {
    let division = settings.division
    let slices =
      switch division {
      case .whole: [model]
      case .layers: layers
      case .chunks: [settings.chunk]
      }
    let times = division == .chunks ? settings.partCount(model: model, layers: layers.count) : 1
    let latents =
      division == .chunks ? [max(1, settings.latent / times)] : Self.shares(of: settings.latent, among: slices)
    var (encoder, decoder) = (0, 0)
    for (slice, latent) in zip(slices, latents) {
      let hidden = division == .whole ? settings.hidden : settings.hidden.map { min($0, slice) }
      let widths = [slice] + hidden + [latent]
      // A tied encoder has biases of its own and nothing else.
      encoder = Self.sum(encoder, settings.tied ? widths.dropFirst().reduce(0, Self.sum) : Self.dense(widths))
      decoder = Self.sum(decoder, Self.dense(widths.reversed()))
    }
    if division == .chunks, settings.centre {
      encoder = Self.sum(encoder, settings.tied ? 0 : model)
      decoder = Self.sum(decoder, model)
    }
    self.init(
      model: model, encoder: encoder, decoder: decoder, latent: latents.reduce(0) { Self.sum($0, $1) } * times)
  }

  /// `latent` floats divided among slices: one each, and the others in proportion to their lengths, by largest remainders.
  package static func shares(of latent: Int, among counts: [Int]) -> [Int] {
    let total = counts.reduce(0, sum)
    guard counts.count > 1, latent >= counts.count, latent <= total, total < 1 << 31 else { return [latent] }
    let rest = latent - counts.count
    let quotas = counts.map { (rest * $0).quotientAndRemainder(dividingBy: total) }
    var shares = quotas.map { 1 + $0.quotient }
    var left = latent - shares.reduce(0, +)
    let order = quotas.indices.sorted { (quotas[$1].remainder, $0) < (quotas[$0].remainder, $1) }
    while left > 0 {
      for number in order where left > 0 && shares[number] < counts[number] {
        shares[number] += 1
        left -= 1
      }
    }
    return shares
  }

  private static func product(_ a: Int, _ b: Int) -> Int {
    let (product, overflow) = a.multipliedReportingOverflow(by: b)
    return overflow ? .max : product
  }

  private static func sum(_ a: Int, _ b: Int) -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    return overflow ? .max : sum
  }

  /// Weights and biases of fully connected layers between these widths; `Int.max` where that does not fit an `Int`.
  private static func dense(_ widths: [Int]) -> Int {
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
}

extension RunSpec {
  /// Weights and biases of each layer of the model that has any; nil where they do not fit each other or are beyond counting.
  var layerParameters: [Int]? {
    let layers = model.layers(for: dataset)
    guard LayerSpec.parameters(of: layers, input: dataset.image.dimensions) != nil else { return nil }
    return LayerSpec.parameterCounts(of: layers, input: dataset.image.dimensions)
  }
}

extension AutoencoderSpec {
  /// How many slices the weight vector is divided in.
  func partCount(model: Int, layers: Int) -> Int {
    switch division {
    case .whole: 1
    case .layers: layers
    case .chunks: model / chunk + (model % chunk == 0 ? 0 : 1)
    }
  }
}
