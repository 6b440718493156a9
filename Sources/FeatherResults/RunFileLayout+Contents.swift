import FeatherExperiments

extension RunFileLayout {
  /// What was sent, where the codec has a latent and it is kept.
  mutating func addLatents() {
    let sent = result.rounds.flatMap(\.uploads).compactMap(\.latent)
    guard let width = sent.first?.count else { return }
    addCount("/latent", width, "element of the latent")
    addGroup("/latents")
    addPerUpload(
      "/latents/values", .nan, ResultData.float32, inner: ("latent", width),
      "latent that the client sent, before quantisation"
    ) { $0.latent ?? [] }
  }

  /// The kept global weights and every layer's slice of them.
  mutating func addWeights() {
    addGroup("/weights")
    addGroup("/weights/layout")
    let layout = result.layout
    let ranks = layout.map { $0.shape.count }.max() ?? 0
    add("/weights/layout/slice", ["slice"], [layout.count], .text(layout.map(\.name)), "name of the slice")
    add(
      "/weights/layout/offset", ["slice"], [layout.count], .int64(layout.map { Int64($0.offset) }),
      "index of the slice's first parameter")
    add(
      "/weights/layout/length", ["slice"], [layout.count], .int64(layout.map { Int64($0.shape.reduce(1, *)) }),
      "parameters in the slice")
    addDimension("/weights/layout/rank", ranks, "dimension of a slice, slowest first")
    let shapes = layout.flatMap { slice in (0..<ranks).map { $0 < slice.shape.count ? Int64(slice.shape[$0]) : 0 } }
    add(
      "/weights/layout/shape", ["slice", "rank"], [layout.count, ranks], .int64(shapes),
      "shape of the slice, row-major, padded with 0")
    guard !result.weights.isEmpty else { return }
    add(
      "/weights/checkpoint", ["checkpoint"], [result.weights.count], .int64(result.weights.map { Int64($0.round) }),
      "rounds finished when the weights were kept; 0 for the initial ones")
    add(
      "/weights/global", ["checkpoint", "parameter"], [result.weights.count, result.sizes.model],
      .float32(result.weights.flatMap(\.parameters)), "global weights")
  }

  /// Losses of the pre-pass and the validation model's check of every snapshot.
  mutating func addPrepass() {
    guard let prepass = result.prepass else { return }
    addGroup("/prepass")
    // Where only a sample of the clients ran it, they have an axis of their own.
    let axis = prepass.clients.isEmpty ? "client" : "prepass_client"
    let clients = prepass.clients.isEmpty ? clients : prepass.clients.count
    if !prepass.clients.isEmpty {
      add("/prepass_client", [axis], [clients], .int64(prepass.clients.map(Int64.init)), "client that ran the pre-pass")
    }
    let epochs = prepass.trainLoss.map(\.count).max() ?? 0
    addCount("/epoch", epochs, "epoch of the pre-pass")
    add(
      "/prepass/train_loss", [axis, "epoch"], [clients, epochs],
      .float64(padded(prepass.trainLoss, clients, epochs, .nan)), units: "nat", "mean training loss of the epoch")
    let snapshots = prepass.snapshots.map(\.count).max() ?? 0
    addCount("/snapshot", snapshots, "snapshot of the pre-pass")
    func addSnapshots<T>(
      _ name: String, _ absent: T, _ wrap: ([T]) -> ResultData, units: String = "1", _ longName: String,
      _ value: (SnapshotRecord) -> T
    ) {
      let values = padded(prepass.snapshots.map { $0.map(value) }, clients, snapshots, absent)
      add("/prepass/\(name)", [axis, "snapshot"], [clients, snapshots], wrap(values), units: units, longName)
    }
    addSnapshots("step", -1, ResultData.int64, "training steps done at the snapshot; -1 where there is none") {
      Int64($0.step)
    }
    addSnapshots("held_out", 0, ResultData.uint8, "1 where the snapshot was held out from the fit") {
      $0.heldOut ? 1 : 0
    }
    addSnapshots("accuracy_original", .nan, ResultData.float64, "test accuracy with the original weights") {
      $0.accuracyOriginal
    }
    addSnapshots("loss_original", .nan, ResultData.float64, units: "nat", "test loss with the original weights") {
      $0.lossOriginal
    }
    addSnapshots("accuracy_reconstructed", .nan, ResultData.float64, "test accuracy with the decoded weights") {
      $0.accuracyReconstructed
    }
    addSnapshots("loss_reconstructed", .nan, ResultData.float64, units: "nat", "test loss with the decoded weights") {
      $0.lossReconstructed
    }
    addSnapshots(
      "relative_error", .nan, ResultData.float64, "norm of decoded minus original, over the norm of the original"
    ) {
      $0.relativeError
    }
    let parameters = result.sizes.model
    guard prepass.snapshots.joined().contains(where: { $0.weights != nil }) else { return }
    let none = [Float](repeating: .nan, count: parameters)
    let weights = padded(prepass.snapshots.map { $0.map { $0.weights ?? none } }, clients, snapshots, none)
    add(
      "/prepass/weights", [axis, "snapshot", "parameter"], [clients, snapshots, parameters],
      .float32(weights.flatMap { $0 }), "weights of the snapshot")
  }

  /// Fit curves of the codecs, and their parameters where they are kept.
  mutating func addFits() {
    let fits = result.fits
    guard !fits.isEmpty else { return }
    addGroup("/codec")
    addGroup("/codec/history")
    let epochs = fits.map { max($0.trainLoss.count, $0.heldOutLoss.count) }.max() ?? 0
    addCount("/fit", fits.count, "fitted codec: the client's number, or 0 for a shared one")
    addCount("/fit_epoch", epochs, "epoch of the fit")
    add(
      "/codec/history/train_loss", ["fit", "fit_epoch"], [fits.count, epochs],
      .float64(padded(fits.map(\.trainLoss), fits.count, epochs, .nan)), "mean squared error on the fitted snapshots")
    add(
      "/codec/history/held_out_loss", ["fit", "fit_epoch"], [fits.count, epochs],
      .float64(padded(fits.map(\.heldOutLoss), fits.count, epochs, .nan)),
      "mean squared error on the held-out snapshots")
    if fits.contains(where: { $0.round != nil }) {
      add(
        "/codec/history/group", ["fit"], [fits.count], .int64(fits.map { Int64($0.group) }),
        "group of clients that the codec is for: the client, or 0 for a shared one")
      add(
        "/codec/history/round", ["fit"], [fits.count], .int64(fits.map { Int64($0.round ?? -1) }),
        "first round with the codec; -1 for the fit on the pre-pass")
    }
    addTrials()
    addParameters("encoder", fits.map(\.encoder))
    addParameters("decoder", fits.map(\.decoder))
  }

  /// What was tried where a budget chose the latent.
  private mutating func addTrials() {
    let trials = result.latentTrials
    guard !trials.isEmpty else { return }
    addGroup("/codec/search")
    addDimension("/codec/search/trial", trials.count, "trial of a latent")
    add(
      "/codec/search/latent", ["trial"], [trials.count], .int64(trials.map { Int64($0.latent) }), "floats per upload")
    add(
      "/codec/search/cost", ["trial"], [trials.count], .float64(trials.map(\.cost)),
      "bytes of all uploads and decoders, or accuracy lost by decoding the snapshots, as the budget counts")
  }

  private mutating func addParameters(_ part: String, _ parameters: [[Float]?]) {
    guard let width = parameters.compactMap({ $0?.count }).max() else { return }
    addDimension("/\(part)_parameter", width, "parameter of the \(part)")
    add(
      "/codec/\(part)", ["fit", "\(part)_parameter"], [parameters.count, width],
      .float32(padded(parameters.map { $0 ?? [] }, parameters.count, width, .nan)), "parameters of the \(part)")
  }

  /// Which client has which samples: client c's are indices[offsets[c]..<offsets[c + 1]].
  mutating func addPartition() {
    let counts = result.clients.map(\.indices.count)
    let offsets = counts.reduce(into: [Int64(0)]) { $0.append(($0.last ?? 0) + Int64($1)) }
    addGroup("/partition", [.init("label_skew", .real(result.labelSkew))])
    addDimension("/partition/bound", clients + 1, "bound between clients")
    addDimension("/partition/position", counts.reduce(0, +), "position in the list of indices")
    add(
      "/partition/offsets", ["bound"], [clients + 1], .int64(offsets),
      "client c has the indices from offsets[c] up to, not including, offsets[c + 1]")
    add(
      "/partition/indices", ["position"], [counts.reduce(0, +)],
      .int64(result.clients.flatMap { $0.indices.map(Int64.init) }), "index of the sample in the training set")
  }

  /// Every byte that crossed, the ratios and the sizes they rest on.
  mutating func addLedger() {
    let purposes = Ledger.Purpose.allCases.filter { purpose in
      !purpose.isLater || Ledger.Direction.allCases.contains { result.ledger[purpose, $0].messages > 0 }
    }
    let pairs = purposes.flatMap { purpose in Ledger.Direction.allCases.map { (purpose, $0) } }
    let names = pairs.map { "\($0.rawValue)_\($1.rawValue)" }
    let entries = pairs.map { result.ledger[$0, $1] }
    addGroup("/ledger")
    add("/ledger/entry", ["entry"], [pairs.count], .text(names), "purpose and direction of the messages")
    func addColumn(_ name: String, units: String, _ longName: String, _ value: (Ledger.Entry) -> Int) {
      let values = ResultData.int64(entries.map { Int64(value($0)) })
      add("/ledger/\(name)", ["entry"], [pairs.count], values, units: units, longName)
    }
    addColumn("messages", units: "1", "messages") { $0.messages }
    addColumn("body_bytes", units: "byte", "bytes without headers") { $0.bodyBytes }
    addColumn("header_bytes", units: "byte", "bytes of headers") { $0.headerBytes }
    addRatios()
    addSizes()
  }

  private mutating func addRatios() {
    let ratios = LedgerRatios(
      ledger: result.ledger, parameters: result.sizes.model,
      broadcasts: result.spec.compressesDownlink ? result.rounds.reduce(0) { $0 + $1.participants } : nil)
    func addScalar(_ name: String, _ value: Double, _ longName: String) {
      add("/ledger/\(name)", .float64([value]), longName)
    }
    addScalar("upload_ratio", ratios.upload, "bytes of the raw weights over the body of a mean upload")
    addScalar(
      "upload_ratio_on_wire", ratios.uploadOnWire, "bytes of the raw weights over a mean upload, header included")
    addScalar("lifetime_ratio", ratios.lifetime, "raw uploads over uploads and decoders, headers included")
    addScalar("lifetime_ratio_body", ratios.lifetimeBody, "raw uploads over uploads and decoders, without headers")
    addScalar("total_ratio", ratios.total, "everything both ways with raw uploads, over the same with the codec")
    addScalar("break_even_uploads", ratios.breakEvenUploads, "uploads per decoder from which on the codec saves bytes")
  }

  private mutating func addSizes() {
    func addScalar(_ name: String, _ value: Int, _ longName: String) {
      add("/ledger/\(name)", .int64([Int64(value)]), longName)
    }
    addScalar("model_parameters", result.sizes.model, "parameters of the model")
    addScalar("encoder_parameters", result.sizes.encoder, "parameters of the encoder")
    addScalar("decoder_parameters", result.sizes.decoder, "parameters of the decoder")
    addScalar("autoencoder_parameters", result.sizes.autoencoder, "parameters of encoder and decoder")
    addScalar("latent_size", result.sizes.latent, "floats per upload")
  }

  /// `rows` as one row-major block of `count` rows and `width` columns, filled up with `absent`.
  private func padded<T>(_ rows: [[T]], _ count: Int, _ width: Int, _ absent: T) -> [T] {
    (0..<count).flatMap { row in
      (0..<width).map { row < rows.count && $0 < rows[row].count ? rows[row][$0] : absent }
    }
  }
}
