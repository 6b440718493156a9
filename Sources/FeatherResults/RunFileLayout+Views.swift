import FeatherExperiments

// What only some runs have; a run without it has no such array, so that files of earlier versions stay as they are.

extension RunFileLayout {
  /// Scores on subsets of the test samples, such as those in colour and those in grey.
  mutating func addSubsets() {
    var seen: Set<String> = []
    let names = result.rounds.flatMap(\.subsets).map(\.name).filter { seen.insert($0).inserted }
    for name in names {
      let scores = result.rounds.map { round in round.subsets.first { $0.name == name } }
      add(
        "/metrics/test_accuracy_\(name)", ["round"], [rounds], .float64(scores.map { $0?.accuracy ?? .nan }),
        "share of test samples classified correctly, subset \(name)")
      add(
        "/metrics/test_loss_\(name)", ["round"], [rounds], .float64(scores.map { $0?.loss ?? .nan }), units: "nat",
        "mean cross-entropy on the test samples, subset \(name)")
    }
  }

  /// How many took part, where the share of clients alone does not say it.
  mutating func addParticipants() {
    guard result.spec.countsParticipants else { return }
    for (name, count, longName) in [
      ("participants", \RoundRecord.participants, "clients that received the model in the round"),
      ("dropped", \RoundRecord.dropped, "participants of the round that were gone before they uploaded"),
    ] {
      add("/metrics/\(name)", ["round"], [rounds], .int64(result.rounds.map { Int64($0[keyPath: count]) }), longName)
    }
  }

  /// Each client's model after each of its local epochs: one tooth of the saw-tooth that averaging makes.
  mutating func addEpochs() {
    let uploads = result.rounds.flatMap(\.uploads)
    let epochs = uploads.map { max($0.epochAccuracy.count, $0.epochLoss.count) }.max() ?? 0
    guard epochs > 0 else { return }
    addCount("/local_epoch", epochs, "local epoch of a round")
    func addScores(_ name: String, units: String, _ longName: String, _ scores: (UploadRecord) -> [Double]) {
      addPerUpload(name, .nan, ResultData.float64, inner: ("local_epoch", epochs), units: units, longName, scores)
    }
    addScores("epoch_accuracy", units: "1", "test accuracy of the client's model after the local epoch") {
      $0.epochAccuracy
    }
    addScores("epoch_loss", units: "nat", "test loss of the client's model after the local epoch") { $0.epochLoss }
  }

  /// How clients see their samples, where any sees them otherwise than they are.
  mutating func addViews() {
    let all = result.clients
    if all.contains(where: { $0.greySamples != 0 }) {
      add(
        "/clients/grey_samples", ["client"], [clients], .int64(all.map { Int64($0.greySamples) }),
        "training samples that the client sees without colour")
    }
    if all.contains(where: { $0.noiseDeviation != 0 }) {
      add(
        "/clients/noise_deviation", ["client"], [clients], .float64(all.map(\.noiseDeviation)),
        "standard deviation of the noise on the client's pixels")
    }
  }

  /// The numbers that scaled the pixels.
  mutating func addNormalisation() {
    let scales = result.normalisation
    guard !scales.isEmpty else { return }
    addGroup("/dataset")
    addCount("/channel", scales.count, "colour channel")
    add(
      "/dataset/normalisation_mean", ["channel"], [scales.count], .float64(scales.map(\.mean)),
      "what was subtracted from the channel: its mean over the training samples")
    add(
      "/dataset/normalisation_deviation", ["channel"], [scales.count], .float64(scales.map(\.deviation)),
      "what the channel was divided by then: its standard deviation over the training samples")
  }
}
