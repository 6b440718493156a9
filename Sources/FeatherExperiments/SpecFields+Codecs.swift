extension SpecSchema {
  private static let unfitted = DirectCodecSpec.Name.allCases.map(\.rawValue)
  private static let fitted = ["pca", "autoencoder"]

  /// The keys of the section `codec`.
  static let codecFields =
    [SpecField("codec.name", \.codec.codecName, .name(), summary: "How an update is turned into bytes.")]
    + chainFields.map { $0.field("codec", \.uplink) }

  /// The keys of the section `downlink`: those of codecs that need no fit and of add-ons that remember nothing.
  static let downlinkFields =
    [
      SpecField(
        "downlink.name", \.downlink.codec.codecName, .downlinkName,
        summary: "How the change of the global model is turned into bytes; identity alone sends the model.")
    ]
    + chainFields.filter { downlinkKeys.contains($0.name) }.map { $0.field("downlink", \.downlink) }

  private static let downlinkKeys: Set = [
    "bits", "fraction", "rows", "keep", "rank", "quantise", "transform", "residual", "residualForm", "deflate",
  ]

  /// A key that every section with a codec may have.
  private struct ChainField: Sendable {
    let name: String
    let field: @Sendable (_ section: String, _ chain: any WritableKeyPath<RunSpec, CodecChain> & Sendable) -> SpecField
  }

  private static let chainFields = [
    codec("bits", \.codec.direct.bits, .count(1...8), ["qsgd", "eden"], "Bits per element; 4 for qsgd, 2 for eden."),
    codec(
      "fraction", \.codec.direct.fraction, .share, ["topk", "randomk", "stc", "count-sketch"],
      "Share of elements that are sent; of a sketch, its numbers over the elements."),
    codec("rows", \.codec.direct.rows, .count(1...99), ["count-sketch"], "Rows of the sketch."),
    codec("keep", \.codec.direct.keep, .share, ["count-sketch"], "Share of elements that are read from the sketch."),
    codec("rank", \.codec.direct.rank, .count(1...1024), ["powersgd"], "Rank of each layer's factors."),
    autoencoder("hidden", \.codec.fitted.hidden, .widths, "Widths of the layers between input and latent."),
    codec("latent", \.codec.latent, .count(), fitted, "Width of the latent: floats per upload; of pca, the most."),
    codec(
      "keptVariance", \.codec.components.keptVariance, .share, ["pca"],
      "As few components as keep this share of the variance."),
    codec("budget", \.codec.budget, .budget, fitted, since: 3, "What chooses the latent instead of latent."),
    autoencoder("activation", \.codec.fitted.activation, .name(), "Activation after each hidden layer and the latent."),
    autoencoder("initialisation", \.codec.fitted.initialisation, .name(), "How its weights are drawn at first."),
    codec("centre", \.codec.centre, .flag, fitted, "Whether the snapshots' mean is taken off first."),
    codec(
      "input", \.codec.input, .name(), unfitted + fitted,
      "Whether weights or their difference are encoded; difference unless the codec is fitted."),
    codec("scope", \.codec.scope, .name(), fitted, "One codec per client, one for all, or one per group of clients."),
    codec("clusters", \.codec.clusters, .count(), fitted, since: 3, "Groups of clients when the scope is clustered."),
    codec(
      "fitClients", \.codec.fitClients, .count(0...1_000_000_000), fitted, since: 3,
      "Clients of a group, the first ones, whose snapshots are fitted; 0 for all."),
    autoencoder(
      "division", \.codec.fitted.division, .name(), since: 3, "How the weights are divided among autoencoders."),
    autoencoder("chunk", \.codec.fitted.chunk, .count(), since: 3, "Weights per slice when divided in chunks."),
    autoencoder(
      "tied", \.codec.fitted.tied, .flag, since: 3, "Whether the decoder's weights are the encoder's, transposed."),
    codec("ship", \.codec.ship, .name(), fitted, since: 3, "How the numbers of a decoder are shipped."),
    autoencoder("epochs", \.codec.fitted.epochs, .count(), "Epochs of the fit."),
    autoencoder("batch", \.codec.fitted.batch, .count(), "Snapshots per step of the fit."),
    autoencoder("optimizer", \.codec.fitted.optimizer, .name(), "Step rule of the fit."),
    autoencoder("learningRate", \.codec.fitted.learningRate, .learningRate, "Step size of the fit."),
    autoencoder("momentum", \.codec.fitted.momentum, .momentum, "Heavy-ball momentum of sgd in the fit."),
    codec(
      "quantise", \.quantise, .quantise, [], since: 2,
      "Bits per float that is sent, as the add-on {name: quantise, bits: 8} after the codec says."),
    codec(
      "transform", \.addOns.transform, .name(), [], since: 3,
      "Orthonormal basis that updates are encoded in: {name: transform, basis: cosine}."),
    codec(
      "residual", \.addOns.residual, .number("a number from 0 to 1") { (0...1).contains($0) }, [], since: 3,
      "Share of elements of what the codec left over that are sent too: {name: residual, fraction: 0.003}."),
    codec("residualForm", \.addOns.residualForm, .name(), [], since: 3, "How they are sent: its form."),
    codec(
      "errorFeedback", \.addOns.errorFeedback, .number("a number from 0 to 1") { (0...1).contains($0) }, [], since: 3,
      "Share of what did not cross that is added to the client's next update: {name: error-feedback, keep: 0.9}."),
    codec(
      "predict", \.addOns.predict, .number("a number from 0 to 1") { (0...1).contains($0) }, [], since: 3,
      "Share of a client's last decoded update that is taken off first: {name: predict, factor: 1}."),
    codec(
      "deflate", \.addOns.deflate, .flag, [], since: 3, "Whether the bytes are compressed by deflate: {name: deflate}."),
    codec(
      "refreshEvery", \.addOns.refresh.every, .count(0...1_000_000_000), [], since: 3,
      "Rounds after which a codec is fitted anew, 0 for never: {name: refresh, every: 10}."),
    codec(
      "refreshAbove", \.addOns.refresh.above, .number("a number from 0 to 1000") { (0...1000).contains($0) }, [],
      since: 3, "Relative error in a round above which it is, 0 for never: above."),
    codec(
      "refreshWindow", \.addOns.refresh.window, .count(1...1_000_000), [], since: 3,
      "Latest snapshots of a client that it is fitted on: window."),
    codec(
      "refreshWarm", \.addOns.refresh.isWarm, .flag, [], since: 3,
      "Whether an autoencoder then goes on from its weights: warm."),
  ]

  private static func autoencoder<Value: Sendable>(
    _ name: String, _ path: any WritableKeyPath<CodecChain, Value> & Sendable, _ kind: SpecKind<Value>,
    since: Int = 1, _ summary: String
  ) -> ChainField {
    codec(name, path, kind, ["autoencoder"], since: since, summary)
  }

  private static func codec<Value: Sendable>(
    _ name: String, _ path: any WritableKeyPath<CodecChain, Value> & Sendable, _ kind: SpecKind<Value>,
    _ variants: [String], since: Int = 1, _ summary: String
  ) -> ChainField {
    ChainField(name: name) { section, chain in
      SpecField("\(section).\(name)", chain, path, kind, only: variants, since: since, summary: summary)
    }
  }
}

extension SpecKind where Value == CodecName {
  /// A codec without a fit.
  static var downlinkName: Self {
    let names = CodecName.allCases.filter { !$0.isFitted }.map(\.rawValue)
    let expected = "one of: \(names.joined(separator: ", "))"
    let any = SpecKind<CodecName>.name()
    return SpecKind(
      expected: expected,
      read: { node, key in
        let name = try any.read(node, key)
        guard name.isFitted else { return name }
        throw SpecError(
          node.mark,
          "\(key) is \(name.rawValue), which is fitted on snapshots of local training, and the aggregator trains nothing; "
            + expected)
      },
      accepts: { !$0.isFitted },
      write: any.write)
  }
}

extension CodecName {
  /// Whether it is fitted to snapshots before it can encode.
  fileprivate var isFitted: Bool { self == .pca || self == .autoencoder }
}
