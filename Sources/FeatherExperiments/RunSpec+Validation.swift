/// What contradicts itself in a configuration, and the keys that it is about, the likeliest culprit first.
struct SpecContradiction {
  var keys: [String]
  var message: String
}

extension RunSpec {
  /// The most parameters that a model, an encoder or a decoder may have; as float32 they must fit a payload of 4 GiB.
  static let mostParameters = 1_000_000_000

  /// Refuses values out of range and values that contradict each other.
  ///
  /// A configuration that was read from a spec has passed this already.
  public func validate() throws {
    if let contradiction = contradictions().first {
      throw SpecError(file: "configuration", message: contradiction.message)
    }
  }

  /// What is legal but may not be meant, one sentence each.
  public var warnings: [String] { batchWarnings + participationWarnings }

  private var batchWarnings: [String] {
    let samples = partition.samplesPerClient(of: dataset.train)
    guard training.batch > samples else { return [] }
    let about = partition.scheme == .iid || partition.isDrawn(from: dataset.train) ? "" : "about "
    return [
      "training.batch \(training.batch) is larger than the \(about)\(samples) samples of a client: "
        + "each epoch is then one step over all of them"
    ]
  }

  func contradictions() -> [SpecContradiction] {
    let outside = SpecSchema.fields.filter { $0.applies(to: self) && !$0.accepts(self) }.map { field in
      SpecContradiction(
        keys: [field.key], message: "\(field.key) must be \(field.expected) but is '\(field.value(self).plain)'")
    }
    guard outside.isEmpty else { return outside }
    return dataContradictions() + optimizerContradictions() + algorithmContradictions() + modelContradictions()
      + addOnContradictions() + participationContradictions()
  }

  private func dataContradictions() -> [SpecContradiction] {
    var found: [SpecContradiction] = []
    let name = dataset.name.rawValue
    let (train, clients) = (dataset.train, partition.clients)
    for (key, value, most) in [
      ("dataset.train", train, dataset.maximum.train), ("dataset.test", dataset.test, dataset.maximum.test),
    ] where value > most {
      found.append(SpecContradiction(keys: [key], message: "\(key) is \(value), but \(name) has at most \(most)"))
    }
    let keys = ["partition.clients", "dataset.train"]
    let given = partition.samplesPerClient(of: train)
    guard given <= train else {
      let message = "partition.samplesPerClient is \(given), but there are only \(train) training samples"
      return found + [SpecContradiction(keys: ["partition.samplesPerClient", "dataset.train"], message: message)]
    }
    guard clients <= train || partition.isDrawn(from: train) else {
      let message =
        "partition.clients is \(clients), but there are only \(train) training samples; every client needs one"
      return found + [SpecContradiction(keys: keys, message: message)]
    }
    switch partition.scheme {
    case .iid, .featureNoise: break
    case .colourImbalance(let colour): found += colourContradictions(colour)
    case .fromFile(let file):
      guard file.path == nil, file.digest.isEmpty else { break }
      let message = "partition.scheme is from-file, but partition.file is missing; write the path of the file"
      found.append(SpecContradiction(keys: ["partition.scheme"], message: message))
    case .shards(let perClient):
      guard clients * perClient > train else { break }
      let message =
        "partition.perClient: \(clients) clients with \(perClient) shards each need \(clients * perClient) samples, "
        + "but there are only \(train)"
      found.append(SpecContradiction(keys: ["partition.perClient"] + keys, message: message))
    case .dirichlet(alpha: _, let minimum), .quantity(alpha: _, let minimum):
      guard clients * minimum > train else { break }
      let message =
        "partition.minimumSamples: \(clients) clients with at least \(minimum) samples need \(clients * minimum), "
        + "but there are only \(train)"
      found.append(SpecContradiction(keys: ["partition.minimumSamples"] + keys, message: message))
    case .innerDirichlet(alpha: _, let quantityAlpha, let minimum):
      found += quantityAlpha == 0 ? [] : sizeContradictions(given: given, minimum: minimum, keys)
    case .classes(let perClient): found += classContradictions(perClient)
    }
    return found
  }

  /// What keeps the clients' sizes of `inner-dirichlet` from being drawn.
  private func sizeContradictions(given: Int, minimum: Int, _ keys: [String]) -> [SpecContradiction] {
    let (train, clients) = (dataset.train, partition.clients)
    if partition.isDrawn(from: train) {
      let message =
        "partition.quantityAlpha divides samples among the clients, but \(clients) clients with samplesPerClient \(given) "
        + "share the \(train) there are; write 0, or lower samplesPerClient or clients"
      return [
        SpecContradiction(keys: ["partition.quantityAlpha", "partition.samplesPerClient"] + keys, message: message)
      ]
    }
    guard minimum > given else { return [] }
    let message =
      "partition.minimumSamples is \(minimum), but \(clients) clients have \(given) samples each on average"
    return [SpecContradiction(keys: ["partition.minimumSamples"] + keys, message: message)]
  }

  /// What keeps every client from having so many classes, or a class from having a client.
  private func classContradictions(_ perClient: Int) -> [SpecContradiction] {
    let (classes, clients) = (dataset.classes, partition.clients)
    let message =
      if perClient > classes {
        "partition.classesPerClient is \(perClient), but \(dataset.name.rawValue) has \(classes) classes"
      } else if clients < (classes + perClient - 1) / perClient {
        "partition.classesPerClient: \(clients) clients with \(perClient) classes each leave some of the \(classes) "
          + "classes without a client; raise it, or partition.clients"
      } else {
        ""
      }
    let keys = ["partition.classesPerClient", "partition.clients", "partition.scheme"]
    return message.isEmpty ? [] : [SpecContradiction(keys: keys, message: message)]
  }

  private func colourContradictions(_ colour: ColourImbalanceSpec) -> [SpecContradiction] {
    guard dataset.image.channels == 3 else {
      let names = DatasetSpec.Name.allCases.filter { $0.image.channels == 3 }.map(\.rawValue)
      let message =
        "partition.scheme is colour-imbalance, but \(dataset.name.rawValue) is grey; "
        + "data sets with colour: \(names.joined(separator: ", "))"
      return [SpecContradiction(keys: ["partition.scheme", "dataset.name"], message: message)]
    }
    let count = colour.greyFraction.count
    guard count > 0, count != partition.clients else { return [] }
    let message =
      "partition.greyFraction has \(count) values, but partition.clients is \(partition.clients); "
      + "give one per client, or leave it out"
    return [SpecContradiction(keys: ["partition.greyFraction", "partition.clients"], message: message)]
  }

  private func optimizerContradictions() -> [SpecContradiction] {
    var found: [SpecContradiction] = []
    let fit = codec.fitted
    for (section, optimizer, momentum) in [
      ("training", training.optimizer, training.momentum), ("codec", fit.optimizer, fit.momentum),
    ] where optimizer == .adam && momentum != 0 {
      found.append(
        SpecContradiction(
          keys: ["\(section).momentum", "\(section).optimizer"],
          message: "\(section).momentum is \(momentum), but adam has moments of its own; write 0 or optimizer: sgd"))
    }
    return found
  }

  private func modelContradictions() -> [SpecContradiction] {
    var found: [SpecContradiction] = []
    do {
      // An mlp's layers always fit; what can be wrong with them is their size, which is checked below.
      if model.name != .mlp { try LayerSpec.check(model.layers(for: dataset), for: dataset) }
    } catch {
      let message = "model.layers: \(error.message)"
      let keys = ["model.layers[\(error.index)]", "model.layers", "model.name"]
      return [SpecContradiction(keys: keys, message: message)]
    }
    let sizes = ModelSizes(of: self)
    if sizes.model > Self.mostParameters {
      let key = model.name == .mlp ? "model.hidden" : "model.layers"
      let message = "\(key) gives a model of more than \(Self.mostParameters) parameters"
      return [SpecContradiction(keys: [key], message: message)]
    }
    if training.convolution == .winograd, !model.suitsWinograd(for: dataset) {
      let message =
        "training.convolution is winograd, but no layer of the model suits it: a 3x3 convolution of stride 1 with at least "
        + "16 channels before and after it; write auto"
      found.append(SpecContradiction(keys: ["training.convolution", "model.layers", "model.name"], message: message))
    }
    return found + fittedContradictions(sizes)
  }
}
