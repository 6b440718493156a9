import FeatherExperiments

extension ONNXModel {
  /// The encoder of a fitted codec: updates in, latents out.
  static func encoder(of codec: StoredCodec, in run: ExportedRun) -> ONNXModel {
    let input = run.spec.codec.input
    var graph = ONNXGraph("encoder", input: input.rawValue, shape: [codec.width], input.documentation)
    let latent = graph.encoded(input.rawValue, by: codec.encoder)
    graph.finish(latent, as: "latent", width: codec.latent, "what crosses the network")
    return ONNXModel(codec, run, "encoder", graph)
  }

  /// The decoder of a fitted codec: latents in, updates out.
  static func decoder(of codec: StoredCodec, in run: ExportedRun) -> ONNXModel {
    let input = run.spec.codec.input
    var graph = ONNXGraph("decoder", input: "latent", shape: [codec.latent], "what crossed the network")
    let update = graph.decoded("latent", by: codec.decoder)
    graph.finish(update, as: input.rawValue, width: codec.width, input.documentation)
    return ONNXModel(codec, run, "decoder", graph)
  }

  private init(_ codec: StoredCodec, _ run: ExportedRun, _ part: String, _ graph: ONNXGraph) {
    self.graph = graph
    name = "\(run.id)-\(part)-\(codec.fit)"
    let wrapped = run.spec.wrapping
    documentation =
      "The \(part) of fit \(codec.fit) of run \(run.id) of Featherweight. It takes and gives float32"
      + (wrapped.isEmpty ? "." : "; what the run does around it is not part of it: \(wrapped).")
    properties =
      run.properties(of: part) + [
        ("featherweight.fit", "\(codec.fit)"), ("featherweight.group", "\(codec.group)"),
        ("featherweight.fitted", codec.round.map { "before round \($0)" } ?? "on the pre-pass"),
        ("featherweight.input", run.spec.codec.input.documentation), ("featherweight.latent", "\(codec.latent)"),
        ("featherweight.around", wrapped.isEmpty ? "nothing" : wrapped),
      ]
  }
}

extension ExportedRun {
  /// What every model says.
  func properties(of part: String) -> [(key: String, value: String)] {
    [("featherweight.run", id), ("featherweight.part", part), ("featherweight.spec", spec.canonicalJSON)]
  }
}

extension RunSpec {
  /// What is done around the codec's halves, which are no more than functions.
  fileprivate var wrapping: String {
    var parts: [String] = []
    if let quantise { parts.append("latents are sent with \(quantise.bits.rawValue) bits each") }
    if addOns.residual > 0 { parts.append("a share of \(addOns.residual) of what is left over is sent too") }
    if addOns.deflate { parts.append("the bytes are deflated") }
    if addOns.errorFeedback > 0 { parts.append("errors of earlier uploads are added to an update first") }
    if addOns.predict > 0 { parts.append("a client's last decoded update is taken off first") }
    return parts.joined(separator: ", ")
  }
}

extension CodecInput {
  fileprivate var documentation: String {
    switch self {
    case .weights: "a client's weights after local training"
    case .difference: "a client's difference: local weights minus global weights"
    }
  }
}

extension StoredCodec {
  /// Numbers of an update.
  fileprivate var width: Int {
    switch decoder {
    case .networks(let networks, _): networks.last?.part.slice.upperBound ?? 0
    case .basis(let components, _): components.shape[1]
    }
  }

  /// Numbers that cross.
  fileprivate var latent: Int {
    switch decoder {
    case .networks(let networks, _): networks.reduce(0) { $0 + $1.part.rows * $1.part.latent }
    case .basis(let components, _): components.shape[0]
    }
  }
}

extension ONNXGraph {
  /// Adds an encoder.
  fileprivate mutating func encoded(_ update: String, by half: StoredCodec.Half) -> String {
    switch half {
    case .basis(let components, let mean):
      let weight = constant("components", components)
      return dense(centred(update, mean), "coefficients", weight: weight, bias: nil, .linear)
    case .networks(let networks, let mean):
      let slices = split(centred(update, mean), "slices", lengths: networks.map(\.part.slice.count))
      return joined(zip(networks, slices).map { encoded($1, by: $0) }, "latents")
    }
  }

  private mutating func centred(_ update: String, _ mean: StoredCodec.Tensor?) -> String {
    mean.map { add("Sub", "centred", [update, constant("mean", $0)]) } ?? update
  }

  /// One that sees a slice at once, or in rows of which the last is filled up with zeros.
  private mutating func encoded(_ slice: String, by network: StoredCodec.Network) -> String {
    let part = network.part
    guard part.slice.count != part.width else { return layers(slice, network, "encoder") }
    let missing = part.rows * part.width - part.slice.count
    let padded = add("Pad", "padded", [slice, constant("padding", [0, 0, 0, missing])])
    let latents = layers(rows(padded, "chunks", width: part.width), network, "encoder")
    return rows(latents, "latents", width: part.rows * part.latent)
  }

  /// Adds a decoder.
  fileprivate mutating func decoded(_ latent: String, by half: StoredCodec.Half) -> String {
    switch half {
    case .basis(let components, let mean):
      let weight = constant("components", components)
      let bias = mean.map { constant("mean", $0) }
      return dense(latent, "update", weight: weight, isTransposed: true, bias: bias, .linear)
    case .networks(let networks, let mean):
      let latents = split(latent, "latents", lengths: networks.map { $0.part.rows * $0.part.latent })
      let update = joined(zip(networks, latents).map { decoded($1, by: $0) }, "slices")
      return mean.map { add("Add", "update", [update, constant("mean", $0)]) } ?? update
    }
  }

  private mutating func decoded(_ latent: String, by network: StoredCodec.Network) -> String {
    let part = network.part
    guard part.slice.count != part.width else { return layers(latent, network, "decoder") }
    let chunks = layers(rows(latent, "latents", width: part.latent), network, "decoder")
    let padded = rows(chunks, "padded", width: part.rows * part.width)
    let bounds = [constant("first", [0]), constant("end", [part.slice.count]), constant("axis", [1])]
    return add("Slice", "unpadded", [padded] + bounds)
  }

  /// Adds fully connected layers, named as `half` and its part of the update.
  private mutating func layers(_ x: String, _ network: StoredCodec.Network, _ half: String) -> String {
    let prefix = network.part.name.isEmpty ? half : "\(half).\(network.part.name)"
    var x = x
    for (number, layer) in network.layers.enumerated() {
      let name = "\(prefix).\(number)"
      let (weight, bias) = (constant("\(name).weight", layer.weight), constant("\(name).bias", layer.bias))
      x = dense(x, name, weight: weight, bias: bias, layer.activation)
    }
    return x
  }

  private mutating func constant(_ name: String, _ tensor: StoredCodec.Tensor) -> String {
    constant(name, tensor.shape, tensor.values)
  }
}
