internal import FeatherCodecs
public import FeatherExperiments

/// How much memory and disk a run takes, counted from its spec before anything is allocated.
public struct ResourceEstimate: Hashable, Sendable {
  /// Peak resident memory of the run's process, bytes.
  public let peakBytes: Int
  /// Size of the result file before compression, bytes: an upper bound.
  public let diskBytes: Int
  /// Body of an upload, bytes: exact where all are equally long, else what is expected; with deflate at most.
  public let uploadBytes: Int
  /// Body of a round's broadcast, bytes, as of an upload; nil where the model is sent in full.
  public let downlinkBytes: Int?

  /// Counts the arrays that a run holds at its widest moment; what is beyond counting is `Int.max`.
  ///
  /// - Parameter threads: how many threads compute it, at least 1.
  public init(of spec: RunSpec, threads: Int = 1) {
    let sizes = ModelSizes(of: spec)
    let codec = Fitted(spec, sizes)
    let inputs = Double(spec.dataset.shape.inputs)
    // Images as floats, and the labels.
    let images = Double(spec.dataset.train + spec.dataset.test) * (inputs * 4 + 1)
    // The images as they were read may be kept for the next run, and clients see them differently. Test images are kept as bytes
    // too; then the partition's indices and permutation.
    let data =
      images * (Self.areShownAsRead(spec) || !Assembly.isKept(spec.dataset) ? 1 : 2)
      + Double(spec.dataset.test) * inputs + Double(spec.dataset.train) * 8
    let cohort = Self.cohort(spec)
    let pieces = max(cohort, Double(spec.dataset.test / Evaluation.rows))
    let classifier = Self.classifier(spec, sizes) * min(Double(threads), pieces)
    let fits = CodecSetup.areFittedSideBySide(sizes.autoencoder) ? min(Double(threads), codec.count) : 1
    // What clients and aggregator remember of each other, once clients have taken part.
    let memories =
      Self.participants(spec) * Double(sizes.model) * 4 * Self.memories(spec) + Self.algorithm(spec, sizes)
    let atATime = Double(Federation.partSize(parameters: max(1, sizes.model)))
    // What clients hold by the downlink, the difference to it, what that decodes to, and warm factors.
    let downlink = spec.compressesDownlink ? Double(sizes.model) * 4 * 5 : 0
    let vectors = 3 + (spec.addOns.refresh.isOn ? Self.recentCount(spec) : 0)
    let uploads =
      min(cohort, atATime) * Double(sizes.model) * 4 * vectors + Double(sizes.model) * 8 + memories + downlink
    let disk = Self.disk(spec, sizes, codec)
    // The process itself with its libraries, what is kept until the end, then whatever is largest at a time; last of all the
    // result file is laid out in memory.
    let lasting = 40_000_000 + data + classifier + codec.snapshots + disk + codec.refitted * Self.copiesOfRefitted
    // A checkpoint's state is laid out in memory before it is written, and small codecs wait for that beside their halves.
    let rounds = uploads + memories + min(codec.halves, Double(CheckpointShelf.mostHeld))
    peakBytes = Self.whole(lasting + max(codec.fit * fits, codec.halves + max(codec.arriving, rounds), disk))
    diskBytes = Self.whole(disk)
    // Layers that do not fit are refused before.
    let model = try? Assembly.model(spec.model, for: spec.dataset)
    uploadBytes = model.map { Assembly.codec(spec, model: $0).expectedByteCount } ?? 0
    downlinkBytes = model.flatMap { Assembly.downlink(spec, model: $0)?.expectedByteCount }
  }

  /// What a fitted codec adds, bytes; zero without one.
  private struct Fitted {
    /// How many there are.
    var count = 0.0
    /// The snapshots of all clients, in the pre-pass or while codecs are refreshed.
    var snapshots = 0.0
    /// One fit.
    var fit = 0.0
    /// All encoders and decoders.
    var halves = 0.0
    /// The bytes of a pair while its halves are built from them.
    var arriving = 0.0
    /// All that results keep of codecs that were fitted anew, at most.
    var refitted = 0.0

    init(_ spec: RunSpec, _ sizes: ModelSizes) {
      guard spec.codec.isFitted else { return }
      let clients = Double(spec.prepass.isSampled ? spec.prepass.clients : spec.partition.clients)
      let vector = Double(sizes.model) * 4
      let perClient = ResourceEstimate.snapshotCount(spec)
      let refresh = spec.addOns.refresh
      snapshots = clients * vector * (perClient + (refresh.isOn ? Double(refresh.window) : 0))
      count =
        switch spec.codec.scope {
        case .perClient: clients
        case .shared: 1
        case .clustered: min(clients, Double(spec.codec.clusters))
        }
      // A group of clients may have nearly all.
      let sources = spec.codec.fitClients == 0 ? clients : min(clients, Double(spec.codec.fitClients))
      let fitted = spec.codec.scope == .perClient ? perClient : sources * perClient
      let parameters = (Double(sizes.encoder) + Double(sizes.decoder)) * 4
      switch spec.codec {
      case .identity, .direct: return
      case .pca:
        // Centred snapshots, and components beside the bytes that they are shipped in; encoders have a copy.
        fit = fitted * vector * 2 + parameters * 2
        halves = parameters * 2 * count
      case .autoencoder(let autoencoder):
        let moments = autoencoder.optimizer == .adam ? 2.0 : autoencoder.momentum > 0 ? 1 : 0
        // Weights and moments while it is fitted, weights and both halves' bytes after; the snapshots as differences and flattened; a
        // batch once more, column by column of sixteen rows.
        fit =
          parameters * max(1 + moments, 2) + fitted * vector * (autoencoder.input == .difference ? 2 : 1)
          + (min(Double(autoencoder.batch), fitted) / 16).rounded(.up) * 16 * vector
        halves = parameters * count
      }
      arriving = parameters
      guard spec.store.codec, refresh.isOn else { return }
      let times = (spec.federation.rounds - 1) / (refresh.above > 0 ? 1 : refresh.every)
      refitted = parameters * count * Double(times)
    }
  }

  /// How often kept codecs are in memory when the result is written, beside their place in the file: as values, as bytes that a
  /// checkpoint may need, and while they are laid out, compressed and digested.
  private static let copiesOfRefitted = 3.75

  /// Vectors of weights per client: residuals, predictions on both sides, and the factors of PowerSGD at most.
  private static func memories(_ spec: RunSpec) -> Double {
    var count = spec.addOns.predict > 0 ? 2.0 : 0
    if spec.addOns.errorFeedback > 0 { count += 1 }
    if case .direct(let settings) = spec.codec, settings.name == .powersgd { count += 1 }
    return count
  }

  /// What an algorithm keeps between rounds: moments of the server's step, or control variates with what their codec remembers.
  private static func algorithm(_ spec: RunSpec, _ sizes: ModelSizes) -> Double {
    let vector = Double(sizes.model) * 4
    switch spec.federation.algorithm {
    case .fedavg, .fedprox, .fednova: return 0
    case .fedavgm: return 2 * vector
    case .fedadam, .fedyogi, .fedadagrad: return 4 * vector
    case .scaffold:
      let perClient = 1 + (spec.federation.compressVariates ? memories(spec) : 0)
      // The server's, the round's sum in Double, and those of clients.
      return vector * (3 + perClient * participants(spec))
    }
  }

  private static func areShownAsRead(_ spec: RunSpec) -> Bool {
    guard spec.dataset.normalisation == .none else { return false }
    return switch spec.partition.scheme {
    case .colourImbalance, .featureNoise: false
    case .iid, .shards, .dirichlet, .innerDirichlet, .classes, .quantity, .fromFile: true
    }
  }

  /// One thread's: a few vectors of weights, and a batch through the layers, forth and back: in training and in evaluation.
  private static func classifier(_ spec: RunSpec, _ sizes: ModelSizes) -> Double {
    let inputs = Double(spec.dataset.shape.inputs)
    let vectors = Double(sizes.model) * 4 * 8
    guard spec.model.name != .mlp else {
      let widths = spec.model.hidden.reduce(inputs) { $0 + 3 * Double($1) }
      return vectors + Double(min(spec.training.batch, spec.dataset.train) + 500) * widths * 4
    }
    // A validated spec has layers that fit.
    let activations = (spec.model.elementCounts(for: spec.dataset) ?? []).reduce(inputs) { $0 + Double($1) }
    return vectors + Double(3 * min(spec.training.batch, spec.dataset.train) + 100) * activations * 4
  }

  /// How many clients take part in a round.
  private static func cohort(_ spec: RunSpec) -> Double { Double(spec.cohortSize) }

  /// How many clients take part at all, at most.
  private static func participants(_ spec: RunSpec) -> Double {
    min(Double(spec.partition.clients), Double(spec.federation.rounds) * cohort(spec))
  }

  private static func disk(_ spec: RunSpec, _ sizes: ModelSizes, _ codec: Fitted) -> Double {
    // Uploads are listed where clients share samples, else there is a place for each round and client.
    let isListed = spec.partition.isDrawn(from: spec.dataset.train)
    let perRound = isListed ? cohort(spec) : Double(spec.partition.clients)
    let uploads = Double(spec.federation.rounds) * perRound
    let samples =
      isListed
      ? participants(spec) * Double(spec.partition.samplesPerClient(of: spec.dataset.train) + 20)
      : Double(spec.dataset.train)
    let checkpoints =
      switch spec.store.weights {
      case .none: 0
      case .final: 1
      case .all: spec.federation.rounds + 1
      }
    let latents = spec.store.latents == .all && spec.codec.isFitted ? uploads * Double(sizes.latent) * 4 : 0
    return 60_000 + Double(checkpoints) * Double(sizes.model) * 4 + latents
      + (spec.store.snapshots ? codec.snapshots : 0) + (spec.store.codec ? codec.halves + codec.refitted : 0)
      + samples * 4 + uploads * (isListed ? 48 : 33)
  }

  /// Counted in Double, since a legal configuration may need more bytes than an `Int` holds.
  private static func whole(_ bytes: Double) -> Int { Int(exactly: bytes.rounded()) ?? .max }

  /// Snapshots of one client of average size in its pre-pass.
  private static func snapshotCount(_ spec: RunSpec) -> Double { snapshotCount(spec, epochs: spec.prepass.epochs) }

  /// Those that it takes within a round, where codecs are refreshed.
  private static func recentCount(_ spec: RunSpec) -> Double {
    min(Double(spec.addOns.refresh.window), snapshotCount(spec, epochs: spec.training.localEpochs)) + 1
  }

  private static func snapshotCount(_ spec: RunSpec, epochs: Int) -> Double {
    switch spec.prepass.snapshotEvery {
    case .steps(let cadence):
      let steps = spec.training.stepsPerEpoch(spec.partition.samplesPerClient(of: spec.dataset.train)) * epochs
      return Double((steps + cadence - 1) / cadence)
    case .epoch: return Double(epochs)
    }
  }
}
