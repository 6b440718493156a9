// Variants as plain properties, so that key paths reach into them.

enum PartitionSchemeName: String, CaseIterable, Sendable {
  case iid, shards, dirichlet, quantity
  case innerDirichlet = "inner-dirichlet"
  case classes
  case featureNoise = "feature-noise"
  case colourImbalance = "colour-imbalance"
  case fromFile = "from-file"
}

enum CodecName: String, CaseIterable, Sendable {
  case identity, float16, bfloat16, qsgd, sign, topk, randomk, stc
  case countSketch = "count-sketch"
  case drive, eden, powersgd, pca, autoencoder
}

extension DatasetSpec {
  /// The name; setting it takes the numbers of samples down to what there are, for those that are not given.
  var variant: Name {
    get { name }
    set {
      name = newValue
      train = min(train, maximum.train)
      test = min(test, maximum.test)
    }
  }
}

extension PartitionSpec {
  var schemeName: PartitionSchemeName {
    get {
      switch scheme {
      case .iid: .iid
      case .shards: .shards
      case .dirichlet: .dirichlet
      case .quantity: .quantity
      case .innerDirichlet: .innerDirichlet
      case .classes: .classes
      case .featureNoise: .featureNoise
      case .colourImbalance: .colourImbalance
      case .fromFile: .fromFile
      }
    }
    set {
      guard newValue != schemeName else { return }
      scheme =
        switch newValue {
        case .iid: .iid
        case .shards: .shards(perClient: perClient)
        case .dirichlet: .dirichlet(alpha: alpha, minimumSamples: minimumSamples)
        case .quantity: .quantity(alpha: alpha, minimumSamples: minimumSamples)
        case .innerDirichlet:
          .innerDirichlet(alpha: alpha, quantityAlpha: quantityAlpha, minimumSamples: minimumSamples)
        case .classes: .classes(perClient: classesPerClient)
        case .featureNoise: .featureNoise(sigma: sigma)
        case .colourImbalance: .colourImbalance(colour)
        case .fromFile: .fromFile(file)
        }
      switch newValue {
      case .iid, .innerDirichlet: break
      case .shards, .dirichlet, .quantity, .classes, .featureNoise, .colourImbalance, .fromFile: samplesPerClient = 0
      }
    }
  }

  var perClient: Int {
    get { if case .shards(let perClient) = scheme { perClient } else { 2 } }
    set { scheme = .shards(perClient: newValue) }
  }

  var alpha: Double {
    get { dirichlet.alpha }
    set { dirichlet.alpha = newValue }
  }

  var minimumSamples: Int {
    get { dirichlet.minimumSamples }
    set { dirichlet.minimumSamples = newValue }
  }

  var quantityAlpha: Double {
    get { if case .innerDirichlet(_, let quantityAlpha, _) = scheme { quantityAlpha } else { 0 } }
    set { scheme = .innerDirichlet(alpha: alpha, quantityAlpha: newValue, minimumSamples: minimumSamples) }
  }

  var classesPerClient: Int {
    get { if case .classes(let perClient) = scheme { perClient } else { 2 } }
    set { scheme = .classes(perClient: newValue) }
  }

  /// The parameters of any scheme that draws from a Dirichlet distribution.
  private var dirichlet: (alpha: Double, minimumSamples: Int) {
    get {
      switch scheme {
      case .dirichlet(let alpha, let minimum), .quantity(let alpha, let minimum),
        .innerDirichlet(let alpha, quantityAlpha: _, let minimum):
        (alpha, minimum)
      default: (0.5, 10)
      }
    }
    set {
      let (alpha, minimum) = newValue
      scheme =
        switch scheme {
        case .quantity: .quantity(alpha: alpha, minimumSamples: minimum)
        case .innerDirichlet(_, let quantityAlpha, _):
          .innerDirichlet(alpha: alpha, quantityAlpha: quantityAlpha, minimumSamples: minimum)
        default: .dirichlet(alpha: alpha, minimumSamples: minimum)
        }
    }
  }

  var sigma: Double {
    get { if case .featureNoise(let sigma) = scheme { sigma } else { 0.1 } }
    set { scheme = .featureNoise(sigma: newValue) }
  }

  var colour: ColourImbalanceSpec {
    get { if case .colourImbalance(let colour) = scheme { colour } else { ColourImbalanceSpec() } }
    set { scheme = .colourImbalance(newValue) }
  }

  var greyFraction: [Double] {
    get { colour.greyFraction.isEmpty ? Self.halfGrey(clients) : colour.greyFraction }
    set { colour.greyFraction = newValue }
  }

  var file: PartitionFile {
    get { if case .fromFile(let file) = scheme { file } else { PartitionFile() } }
    set { scheme = .fromFile(newValue) }
  }

  /// Writes out what depends on the number of clients, so that equal divisions are equal configurations.
  mutating func resolve() {
    guard case .colourImbalance = scheme else { return }
    greyFraction = greyFractions
  }
}
