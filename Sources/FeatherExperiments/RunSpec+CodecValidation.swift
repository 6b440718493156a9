extension RunSpec {
  /// What contradicts itself in a codec that is fitted.
  func fittedContradictions(_ sizes: ModelSizes) -> [SpecContradiction] {
    guard codec.isFitted else { return [] }
    var found: [SpecContradiction] = []
    func add(_ keys: [String], _ message: String) { found.append(SpecContradiction(keys: keys, message: message)) }
    if codec.latent >= sizes.model {
      add(
        ["codec.latent", "codec", "model.hidden"],
        "codec.latent is \(codec.latent), but the model has only \(sizes.model) parameters; "
          + "a latent must be smaller to save bytes")
    }
    if max(sizes.encoder, sizes.decoder) > Self.mostParameters {
      let (what, keys) =
        codec.name == "pca"
        ? ("a decoder", "codec.latent gives") : ("an autoencoder", "codec.hidden and codec.latent give")
      add(["codec.hidden", "codec.latent", "codec"], "\(keys) \(what) of more than \(Self.mostParameters) parameters")
    }
    if prepass.epochs == 0 {
      add(
        ["prepass.epochs", "codec.name"],
        "prepass.epochs is 0, but the \(codec.name == "pca" ? "components are" : "autoencoder is") fitted on the "
          + "pre-pass snapshots; write 1 or more")
    }
    if codec.scope == .clustered, codec.clusters > partition.clients {
      add(
        ["codec.clusters", "codec.scope", "partition.clients"],
        "codec.clusters is \(codec.clusters), but there are only \(partition.clients) clients")
    }
    if prepass.isSampled { found += sampleContradictions() }
    if store.codec, codec.ship != .float32 {
      add(
        ["store.codec", "codec.ship"],
        "store.codec keeps decoders as float32, but codec.ship is \(codec.ship.rawValue); write store.codec: false")
    }
    if case .bytes? = codec.budget, addOns.residual > 0 || addOns.deflate || addOns.refresh.isOn {
      add(
        ["codec.budget"],
        "codec.budget counts the bytes of a codec that is shipped once and whose uploads are equally long; "
          + "leave out residual, deflate and refresh, or choose by accuracyLoss")
    }
    return found + divisionContradictions(sizes)
  }

  private func divisionContradictions(_ sizes: ModelSizes) -> [SpecContradiction] {
    guard case .autoencoder(let settings) = codec else { return [] }
    let parts = settings.partCount(model: sizes.model, layers: layerParameters?.count ?? 1)
    guard settings.latent < parts else { return [] }
    let what = settings.division == .layers ? "layers with weights" : "chunks"
    return [
      SpecContradiction(
        keys: ["codec.latent", "codec.division", "codec"],
        message: "codec.latent is \(settings.latent), but the model is divided in \(parts) \(what), "
          + "each of which needs a float at least")
    ]
  }

  /// A pre-pass of some clients that does not serve all.
  private func sampleContradictions() -> [SpecContradiction] {
    var found: [SpecContradiction] = []
    func add(_ keys: [String], _ message: String) { found.append(SpecContradiction(keys: keys, message: message)) }
    let some = prepass.clients
    if some > partition.clients {
      add(
        ["prepass.clients", "partition.clients"],
        "prepass.clients is \(some), but there are only \(partition.clients) clients; write 0 for all")
    }
    if codec.scope == .perClient {
      add(
        ["prepass.clients", "codec.scope", "codec"],
        "prepass.clients is \(some), but with codec.scope perClient each client fits on snapshots of its own; "
          + "write scope: shared or clustered, or prepass.clients: 0 for all")
    }
    if codec.scope == .clustered, codec.clusters > some {
      add(
        ["codec.clusters", "prepass.clients"],
        "codec.clusters is \(codec.clusters), but only \(some) clients run the pre-pass (prepass.clients)")
    }
    return found
  }

  /// Add-ons that have nothing to do where they stand.
  func addOnContradictions() -> [SpecContradiction] {
    var found = idleContradictions("codec", uplink)
    func refuse(_ key: String, _ message: String) {
      found.append(SpecContradiction(keys: [key, "codec.name", "codec"], message: message))
    }
    if addOns.transform != .none, codec.isFitted {
      refuse("codec.transform", "codec.transform has nothing to do: \(codec.name) finds its own basis; leave it out")
    }
    if addOns.transform.followsGlobal, let (key, value) = absence {
      refuse(
        "codec.transform",
        "codec.transform \(addOns.transform.rawValue) needs clients that hear every broadcast, but "
          + "\(key) is \(value); write \(key == "federation.availability" ? "none" : "1"), or basis: cosine")
    }
    if addOns.refresh.isOn, !codec.isFitted {
      let key = addOns.refresh.every > 0 ? "codec.refreshEvery" : "codec.refreshAbove"
      refuse(key, "\(key) fits a codec anew, but \(codec.name) is not fitted; leave it out")
    }
    return found + downlinkContradictions()
  }

  /// Add-ons of a chain that its codec leaves nothing to do.
  private func idleContradictions(_ section: String, _ chain: CodecChain) -> [SpecContradiction] {
    var found: [SpecContradiction] = []
    func refuse(_ key: String, _ message: String) {
      found.append(SpecContradiction(keys: ["\(section).\(key)", "\(section).name", section], message: message))
    }
    if case .direct(let settings) = chain.codec, chain.quantise != nil, !settings.name.sendsFloats {
      refuse(
        "quantise",
        "\(section).quantise says how floats are sent, but \(chain.codec.name) sends none; leave it out")
    }
    if chain.codec == .identity, chain.quantise == nil {
      for (key, isOn) in [
        ("transform", chain.addOns.transform != .none), ("errorFeedback", chain.addOns.errorFeedback > 0),
        ("residual", chain.addOns.residual > 0), ("predict", chain.addOns.predict > 0),
      ] where isOn {
        refuse(key, "\(section).\(key) has nothing to do: identity loses nothing; choose another codec")
      }
    }
    return found
  }

  private func downlinkContradictions() -> [SpecContradiction] {
    guard compressesDownlink else { return [] }
    var found = idleContradictions("downlink", downlink)
    func refuse(_ key: String, _ message: String) {
      found.append(SpecContradiction(keys: [key, "downlink.name", "downlink"], message: message))
    }
    let others = downlink.addOns
    if downlink.codec.isFitted || others.errorFeedback > 0 || others.predict > 0 || others.refresh.isOn {
      refuse(
        "downlink.name",
        "downlink takes codecs that need no fit, with the add-ons quantise, transform, residual and deflate; "
          + "leave \(downlink.codec.isFitted ? downlink.codec.name : "the others") out")
    }
    for (key, transform) in [("downlink", others.transform), ("codec", addOns.transform)]
    where transform.followsGlobal {
      refuse(
        "\(key).transform",
        "\(key).transform \(transform.rawValue) is found in models that are broadcast in full, but downlink sends "
          + "differences; write basis: cosine")
    }
    return found
  }
}

extension AddOnSpec.Transform {
  /// Whether the basis is found in the models that are broadcast.
  var followsGlobal: Bool { self == .trajectory || self == .cosineTrajectory }
}

extension DirectCodecSpec.Name {
  /// Whether its payload has floats, which can be sent in fewer bits.
  var sendsFloats: Bool {
    switch self {
    case .topk, .randomk, .countSketch, .powersgd: true
    case .float16, .bfloat16, .qsgd, .sign, .stc, .drive, .eden: false
    }
  }
}
