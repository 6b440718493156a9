extension SpecSchema {
  static let dataFields = [
    SpecField("seed", \.seed, .seed, summary: "Key of every random stream of the run."),
    SpecField(
      "dataset.name", \.dataset.variant, .name(planned: ["idx", "cifar-binary"]), summary: "Which images are learned."),
    SpecField(
      "dataset.train", \.dataset.train, .count(),
      summary: "Training samples used, the first ones; by default no more than there are."),
    SpecField("dataset.test", \.dataset.test, .count(), summary: "Test samples used, the first ones."),
    SpecField(
      "dataset.seed", \.dataset.seed, .seed, only: "synthetic-digits", "synthetic-colours",
      summary: "Key of a built-in data set's images."),
    SpecField(
      "dataset.normalisation", \.dataset.normalisation, .name(), since: 2,
      summary: "Whether each channel is brought to mean 0 and deviation 1."),
    SpecField(
      "partition.scheme", \.partition.schemeName, .name(), summary: "How training samples are divided among clients."),
    SpecField("partition.clients", \.partition.clients, .count(), summary: "Number of clients."),
    SpecField(
      "partition.samplesPerClient", \.partition.samplesPerClient, .count(0...1_000_000_000), only: "iid",
      "inner-dirichlet", since: 3,
      summary: "Samples of each client, shared among clients where these need more than there are; 0 divides all."),
    SpecField(
      "partition.classesPerClient", \.partition.classesPerClient, .count(), only: "classes", since: 3,
      summary: "Classes of which each client has samples."),
    SpecField("partition.perClient", \.partition.perClient, .count(), only: "shards", summary: "Shards per client."),
    SpecField(
      "partition.alpha", \.partition.alpha, .number("a number from 0.001 to 1000000") { (1e-3...1e6).contains($0) },
      only: "dirichlet", "quantity", "inner-dirichlet",
      summary: "Concentration of the Dirichlet distribution; small is skewed."),
    SpecField(
      "partition.quantityAlpha", \.partition.quantityAlpha,
      .number("0 or a number from 0.001 to 1000000") { $0 == 0 || (1e-3...1e6).contains($0) }, only: "inner-dirichlet",
      since: 3, summary: "Concentration of the clients' sizes, as in quantity; 0 for equal ones."),
    SpecField(
      "partition.minimumSamples", \.partition.minimumSamples, .count(), only: "dirichlet", "quantity",
      "inner-dirichlet", summary: "Samples that every client has at least, where sizes are drawn."),
    SpecField(
      "partition.sigma", \.partition.sigma, .number("a number from 0 to 1000") { (0...1000).contains($0) },
      only: "feature-noise", summary: "Pixel noise of the last client; earlier ones have less."),
    SpecField(
      "partition.conversion", \.partition.colour.conversion, .name(), only: "colour-imbalance",
      summary: "How images lose their colour."),
    SpecField(
      "partition.greyFraction", \.partition.greyFraction, .shares, only: "colour-imbalance",
      summary: "Share of grey images of each client; by default 0 for the first half and 1 for the others."),
    SpecField(
      "partition.confounded", \.partition.colour.confounded, .flag, only: "colour-imbalance",
      summary: "Whether the clients divide the classes among them as well."),
    SpecField(
      "partition.file", \.partition.file, .file, only: "from-file",
      summary:
        "CSV or HDF5 file that says which samples each client has, relative to the spec; its content counts, not its place."
    ),
  ]

  static let modelFields = [
    SpecField("model.name", \.model.name, .name(), summary: "The classifier."),
    SpecField(
      "model.hidden", \.model.hidden, .widths, only: "mlp", summary: "Widths of its hidden layers, input side first."),
    SpecField(
      "model.activation", \.model.activation, .name(), only: "mlp", summary: "Activation after each hidden layer."),
    SpecField("model.layers", \.model.layers, .layers, only: "layers", summary: "Its layers, input side first."),
    SpecField("model.initialisation", \.model.initialisation, .name(), summary: "How its weights are drawn at first."),
    SpecField("training.optimizer", \.training.optimizer, .name(), summary: "Step rule of local training."),
    SpecField("training.learningRate", \.training.learningRate, .learningRate, summary: "Step size of local training."),
    SpecField("training.momentum", \.training.momentum, .momentum, summary: "Heavy-ball momentum of sgd."),
    SpecField("training.batch", \.training.batch, .count(), summary: "Samples per step."),
    SpecField(
      "training.localEpochs", \.training.localEpochs, .count(1...1_000_000), summary: "Epochs per round at a client."),
    SpecField(
      "training.convolution", \.training.convolution, .name(), since: 2,
      summary: "How convolutions are computed; auto is winograd where the layer allows it, else direct."),
    SpecField(
      "training.schedule", \.training.schedule, .schedule, since: 3,
      summary: "How the step size changes from round to round."),
    SpecField("prepass.epochs", \.prepass.epochs, .count(0...1_000_000), summary: "Epochs of the pre-pass."),
    SpecField(
      "prepass.snapshotEvery", \.prepass.snapshotEvery, .snapshotEvery,
      summary: "Steps between snapshots, or epoch."),
    SpecField(
      "prepass.heldOut", \.prepass.heldOut, .number("a number from 0 to below 1") { (0..<1).contains($0) },
      summary: "Share of snapshots held out from the fit."),
    SpecField(
      "prepass.clients", \.prepass.clients, .count(0...1_000_000_000), since: 3,
      summary: "Clients, drawn at random, that run the pre-pass for a codec that others share; 0 for all."),
  ]

  static let federationFields = [
    SpecField("federation.algorithm", \.federation.algorithm, .name(), summary: "How updates are aggregated."),
    SpecField(
      "federation.mu", \.federation.mu, .number("a number from 0 to 1000") { (0...1000).contains($0) }, only: "fedprox",
      since: 3, summary: "Strength of the pull to the global model."),
    SpecField(
      "federation.serverMomentum", \.federation.serverMomentum, .momentum, only: "fedavgm", since: 3,
      summary: "The server's heavy-ball momentum."),
    SpecField(
      "federation.beta1", \.federation.beta1, .momentum, only: "fedadam", "fedyogi", "fedadagrad", since: 3,
      summary: "What the server keeps of the mean of differences."),
    SpecField(
      "federation.beta2", \.federation.beta2, .momentum, only: "fedadam", "fedyogi", since: 3,
      summary: "What the server keeps of the mean of squares."),
    SpecField(
      "federation.adaptivity", \.federation.adaptivity, .learningRate, only: "fedadam", "fedyogi", "fedadagrad",
      since: 3, summary: "Added to the root of the mean of squares: tau."),
    SpecField(
      "federation.compressVariates", \.federation.compressVariates, .flag, only: "scaffold", since: 3,
      summary: "Whether changes of control variates cross through the codec."),
    SpecField(
      "federation.serverLearningRate", \.federation.serverLearningRate, .learningRate, since: 3,
      summary: "The server's step size; 1 takes the clients' mean."),
    SpecField(
      "federation.serverSchedule", \.federation.serverSchedule, .schedule, since: 3,
      summary: "How the server's step size changes from round to round."),
    SpecField(
      "federation.weighting", \.federation.weighting, .name(), since: 3,
      summary: "Whether clients count by their samples or alike."),
    SpecField("federation.rounds", \.federation.rounds, .count(), summary: "Rounds."),
    SpecField(
      "federation.participation", \.federation.participation,
      .number("a number above 0 and at most 1") { $0 > 0 && $0 <= 1 }, summary: "Share of clients in a round."),
    SpecField(
      "federation.cohort", \.federation.cohort, .count(0...1_000_000_000), since: 3,
      summary: "Clients in a round; 0 where participation says it."),
    SpecField(
      "federation.sampling", \.federation.sampling, .name(), since: 3,
      summary: "Whether clients are drawn alike or in proportion to their samples."),
    SpecField(
      "federation.availability", \.federation.availability, .fileOrNone, since: 3,
      summary:
        "CSV file that says in which rounds each client is there, relative to the spec; its content counts, not its place."
    ),
    SpecField(
      "federation.dropout", \.federation.dropout, .momentum, since: 3,
      summary: "Probability that a participant is gone before it uploads."),
    SpecField(
      "federation.evaluateEachEpoch", \.federation.evaluateEachEpoch, .flag, since: 2,
      summary: "Whether clients' models are tested after each local epoch."),
    SpecField("store.weights", \.store.weights, .name(), summary: "Which global weights are kept."),
    SpecField("store.latents", \.store.latents, .name(), summary: "Which latents are kept."),
    SpecField("store.codec", \.store.codec, .flag, summary: "Whether encoders and decoders are kept."),
    SpecField("store.snapshots", \.store.snapshots, .flag, summary: "Whether the pre-pass snapshots are kept."),
  ]
}
