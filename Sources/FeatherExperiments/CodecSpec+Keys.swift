// Settings of codecs as plain properties, so that key paths reach into them.

extension CodecSpec {
  var codecName: CodecName {
    get {
      switch self {
      case .identity: .identity
      case .direct(let settings): CodecName(settings.name)
      case .pca: .pca
      case .autoencoder: .autoencoder
      }
    }
    set {
      guard newValue != codecName else { return }
      self =
        switch newValue {
        case .identity: .identity
        case .pca: .pca(PCASpec())
        case .autoencoder: .autoencoder(AutoencoderSpec())
        case .float16: .direct(DirectCodecSpec(.float16))
        case .bfloat16: .direct(DirectCodecSpec(.bfloat16))
        case .qsgd: .direct(DirectCodecSpec(.qsgd))
        case .sign: .direct(DirectCodecSpec(.sign))
        case .topk: .direct(DirectCodecSpec(.topk))
        case .randomk: .direct(DirectCodecSpec(.randomk))
        case .stc: .direct(DirectCodecSpec(.stc))
        case .countSketch: .direct(DirectCodecSpec(.countSketch))
        case .drive: .direct(DirectCodecSpec(.drive))
        case .eden: .direct(DirectCodecSpec(.eden))
        case .powersgd: .direct(DirectCodecSpec(.powersgd))
        }
    }
  }

  /// The autoencoder's settings, or their defaults.
  var fitted: AutoencoderSpec {
    get { if case .autoencoder(let settings) = self { settings } else { AutoencoderSpec() } }
    set { self = .autoencoder(newValue) }
  }

  /// The settings of principal components, or their defaults.
  var components: PCASpec {
    get { if case .pca(let settings) = self { settings } else { PCASpec() } }
    set { self = .pca(newValue) }
  }

  /// The settings of a codec without a fit, or the defaults of one.
  var direct: DirectCodecSpec {
    get { if case .direct(let settings) = self { settings } else { DirectCodecSpec(.qsgd) } }
    set { self = .direct(newValue) }
  }

  /// The width of the latent, or the most components; of a codec without one, the default.
  public var latent: Int {
    get { shared(\.latent, \.latent) }
    set { setShared(newValue, \.latent, \.latent) }
  }

  var centre: Bool {
    get { shared(\.centre, \.centre) }
    set { setShared(newValue, \.centre, \.centre) }
  }

  /// Whose snapshots it is fitted on.
  public var scope: CodecScope {
    get { shared(\.scope, \.scope) }
    set { setShared(newValue, \.scope, \.scope) }
  }

  /// How many groups of clients there are with a clustered scope.
  public var clusters: Int {
    get { shared(\.clusters, \.clusters) }
    set { setShared(newValue, \.clusters, \.clusters) }
  }

  /// Clients of a group whose snapshots are fitted; 0 for all.
  public var fitClients: Int {
    get { shared(\.fitClients, \.fitClients) }
    set { setShared(newValue, \.fitClients, \.fitClients) }
  }

  var ship: ShipPrecision {
    get { shared(\.ship, \.ship) }
    set { setShared(newValue, \.ship, \.ship) }
  }

  /// What a latent's width is chosen by.
  public var budget: LatentBudget? {
    get { shared(\.budget, \.budget) }
    set { setShared(newValue, \.budget, \.budget) }
  }

  /// What is encoded.
  public var input: CodecInput {
    get { if case .direct(let settings) = self { settings.input } else { shared(\.input, \.input) } }
    set {
      if case .direct = self { direct.input = newValue } else { setShared(newValue, \.input, \.input) }
    }
  }

  /// A setting that both fitted codecs have.
  private func shared<Value>(_ pca: KeyPath<PCASpec, Value>, _ other: KeyPath<AutoencoderSpec, Value>) -> Value {
    if case .pca(let settings) = self { settings[keyPath: pca] } else { fitted[keyPath: other] }
  }

  private mutating func setShared<Value>(
    _ value: Value, _ pca: WritableKeyPath<PCASpec, Value>, _ other: WritableKeyPath<AutoencoderSpec, Value>
  ) {
    if case .pca = self { components[keyPath: pca] = value } else { fitted[keyPath: other] = value }
  }
}

extension CodecName {
  fileprivate init(_ name: DirectCodecSpec.Name) {
    self =
      switch name {
      case .float16: .float16
      case .bfloat16: .bfloat16
      case .qsgd: .qsgd
      case .sign: .sign
      case .topk: .topk
      case .randomk: .randomk
      case .stc: .stc
      case .countSketch: .countSketch
      case .drive: .drive
      case .eden: .eden
      case .powersgd: .powersgd
      }
  }
}
