internal import FeatherCodecs
internal import FeatherExperiments
internal import FeatherNetworks

extension Assembly {
  /// The codec of a spec for updates of `model`, with its add-ons.
  static func codec(_ spec: RunSpec, model: Architecture) -> any UpdateCodec {
    codec(spec.uplink, model: model, image: spec.dataset.image)
  }

  /// A codec for vectors of a `model`'s weights with its add-ons: from the outside in prediction, error feedback, deflate, residual,
  /// transform.
  static func codec(_ chain: CodecChain, model: Architecture, image: ImageShape) -> any UpdateCodec {
    let parameters = model.parameterCount
    let addOns = chain.addOns
    let matrices = matrices(of: model, image: image)
    var codec = codec(chain.codec, model: model, matrices: matrices, values: format(chain.quantise))
    if let basis = basis(addOns.transform) {
      codec = TransformCodec(
        codec, parameters: parameters, matrices: matrices, basis: basis)
    }
    if addOns.residual > 0 {
      codec = ResidualCodec(codec, residual: residual(addOns, parameters: parameters))
    }
    if addOns.deflate { codec = DeflatedCodec(codec, parameters: parameters) }
    if addOns.errorFeedback > 0 { codec = ErrorFeedbackCodec(codec, kept: Float(addOns.errorFeedback)) }
    if addOns.predict > 0 { codec = PredictedCodec(codec, factor: Float(addOns.predict)) }
    return codec
  }

  /// What turns the change of the global model into bytes; nil where the model is sent in full.
  static func downlink(_ spec: RunSpec, model: Architecture) -> (any UpdateCodec)? {
    spec.compressesDownlink ? codec(spec.downlink, model: model, image: spec.dataset.image) : nil
  }

  /// How values are written.
  static func format(_ quantise: QuantiseSpec?) -> ValueFormat {
    switch quantise?.bits {
    case .four: .four
    case .eight: .eight
    case .sixteen: .sixteen
    case nil: .float32
    }
  }

  private static func codec(
    _ spec: CodecSpec, model: Architecture, matrices: [LayerMatrix], values: ValueFormat
  ) -> any UpdateCodec {
    let parameters = model.parameterCount
    switch spec {
    case .identity:
      return IdentityCodec(parameters: parameters, values: values)
    case .direct(let spec):
      return direct(spec, model: model, matrices: matrices, values: values)
    case .pca(let spec):
      return PCACodec(
        parameters: parameters, latent: spec.latent, keptVariance: spec.keptVariance < 1 ? spec.keptVariance : nil,
        centre: spec.centre, input: input(spec.input), ship: ship(spec.ship), values: values)
    case .autoencoder(let spec):
      return AutoencoderCodec(
        parameters: parameters, hidden: spec.hidden, latent: spec.latent, activation: activation(spec.activation),
        input: input(spec.input), centre: spec.centre,
        fit: .init(
          epochs: spec.epochs, batch: spec.batch,
          rule: stepRule(spec.optimizer, learningRate: spec.learningRate, momentum: spec.momentum),
          initialisation: initialisation(spec.initialisation)),
        values: values, division: division(spec, of: model), tied: spec.tied, ship: ship(spec.ship))
    }
  }

  private static func division(_ spec: AutoencoderSpec, of model: Architecture) -> AutoencoderDivision {
    switch spec.division {
    case .whole: .whole
    case .layers: .layers(slices: slices(of: model))
    case .chunks: .chunks(size: spec.chunk)
    }
  }

  private static func direct(
    _ spec: DirectCodecSpec, model: Architecture, matrices: [LayerMatrix], values: ValueFormat
  ) -> any UpdateCodec {
    let parameters = model.parameterCount
    let input = input(spec.input)
    let kept = TopKCodec.count(fraction: spec.fraction, of: parameters)
    switch spec.name {
    case .float16: return HalfCodec(parameters: parameters, format: .float16, input: input)
    case .bfloat16: return HalfCodec(parameters: parameters, format: .bfloat16, input: input)
    case .qsgd: return QSGDCodec(parameters: parameters, bits: spec.bits, input: input)
    case .sign: return SignCodec(parameters: parameters, slices: slices(of: model), input: input)
    case .topk: return TopKCodec(parameters: parameters, count: kept, values: values, input: input)
    case .randomk: return RandomKCodec(parameters: parameters, count: kept, values: values, input: input)
    case .stc: return STCCodec(parameters: parameters, count: kept, input: input)
    case .countSketch:
      return CountSketchCodec(
        parameters: parameters, rows: spec.rows, columns: max(1, kept / spec.rows),
        count: TopKCodec.count(fraction: spec.keep, of: parameters), values: values, input: input)
    case .drive: return DRIVECodec(parameters: parameters, input: input)
    case .eden: return EDENCodec(parameters: parameters, bits: spec.bits, input: input)
    case .powersgd:
      return PowerSGDCodec(
        parameters: parameters, matrices: matrices, rank: spec.rank, values: values, input: input)
    }
  }

  private static func residual(_ spec: AddOnSpec, parameters: Int) -> any UpdateCodec {
    let count = TopKCodec.count(fraction: spec.residual, of: parameters)
    switch spec.residualForm {
    case .stc: return STCCodec(parameters: parameters, count: count, input: .difference)
    case .topk: return TopKCodec(parameters: parameters, count: count, values: .float32, input: .difference)
    }
  }

  private static func input(_ input: CodecInput) -> UpdateInput {
    switch input {
    case .weights: .weights
    case .difference: .difference
    }
  }

  private static func ship(_ precision: ShipPrecision) -> ShippedFormat {
    switch precision {
    case .float32: .float32
    case .float16: .float16
    case .int8: .eight
    }
  }

  /// Where each layer's weights and biases lie together.
  private static func slices(of model: Architecture) -> [Range<Int>] {
    let blocks = model.blocks
    return stride(from: 0, to: blocks.count, by: 2).map { first in
      let last = blocks[min(first + 1, blocks.count - 1)]
      return blocks[first].offset..<last.offset + last.count
    }
  }

  private static func basis(_ transform: AddOnSpec.Transform) -> TransformCodec.Basis? {
    switch transform {
    case .none: nil
    case .cosine: .cosine
    case .trajectory: .trajectory
    case .cosineTrajectory: .cosineTrajectory
    }
  }

  /// The layers' weights as matrices with a row per output, and the images that they lie on: those of the data set, of a layer before
  /// it, or a kernel.
  static func matrices(of model: Architecture, image: ImageShape) -> [LayerMatrix] {
    var weights = model.blocks.filter { $0.shape.count > 1 }[...]
    var image: SIMD2<Int>? = SIMD2(image.height, image.width)
    var matrices: [LayerMatrix] = []
    for (layer, shape) in zip(model.layers, model.shapes) {
      let before = image
      if case .image(_, let height, let width) = shape { image = SIMD2(height, width) }
      let side: SIMD2<Int>?
      switch layer {
      case .flatten, .maxPool: continue
      case .convolution(_, let kernel, _, _, _): side = SIMD2(kernel, kernel)
      case .dense: (side, image) = (before, nil)
      }
      guard let block = weights.popFirst() else { break }
      matrices.append(
        LayerMatrix(
          offset: block.offset, rows: block.shape[0], columns: block.count / block.shape[0], image: side))
    }
    return matrices
  }
}
