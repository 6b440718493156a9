import FeatherNetworks
import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct AutoencoderFamilyFitTests {
  /// Trains as the documentation of `fit` says and folds, for one part of a vector.
  private static func reference(
    _ part: AutoencoderPart, _ codec: AutoencoderCodec, rows: [[Float]], generation: Int, mean: [Float]?
  ) -> [Float] {
    var trainer = AutoencoderTrainer(part.whole, rule: codec.fit.rule, batch: min(codec.fit.batch, rows.count))
    var weights = RandomStream(seed: 3, purpose: .codecWeights, client: 2, round: generation, lane: part.number)
    trainer.restart(codec.fit.initialisation, stream: &weights)
    for epoch in 0..<codec.fit.epochs {
      var order = RandomStream(
        seed: 3, purpose: .codecFit, client: 2, round: epoch, lane: 4096 * generation + part.number)
      _ = trainer.epoch(over: Array(rows.joined()), stream: &order)
    }
    var parameters = Array(trainer.parameters)
    guard let mean else { return parameters }
    let (width, outputs) = (part.encoder.widths[0], part.encoder.widths[1])
    for output in 0..<outputs {
      let projection = (0..<width).reduce(0.0) { $0 + Double(parameters[output * width + $1]) * Double(mean[$1]) }
      parameters[outputs * width + output] = Float(Double(parameters[outputs * width + output]) - projection)
    }
    for i in 0..<width { parameters[parameters.count - width + i] += mean[i] }
    return parameters
  }

  @Test("layers are autoencoders of their slices, fitted with lanes of their own", arguments: [true, false], [0, 2])
  func layersAreSeparate(centre: Bool, generation: Int) throws {
    let slices = [0..<25, 25..<27, 27..<40]
    let codec = family(
      40, hidden: [9], latent: 5, activation: .tanh, centre: centre, division: .layers(slices: slices))
    #expect(codec.parts.map(\.encoder.widths) == [[25, 9, 2], [2, 2, 1], [13, 9, 2]])
    let set = SnapshotSet(fitted: snapshots(11, of: 40), heldOut: [])
    let fitted = try codec.fit(set, FitKey(seed: 3, client: 2, generation: generation), team: .single)
    let mean = AutoencoderCodec.mean(of: set.fitted, width: 40)
    let shipped = (
      try codec.encoderShipment.arrays(of: try #require(fitted.encoder)),
      try codec.decoderShipment.arrays(of: fitted.decoder)
    )
    for (number, part) in codec.parts.enumerated() {
      let offset = centre ? Array(mean[slices[number]]) : [Float](repeating: 0, count: slices[number].count)
      let rows = set.fitted.map { zip($0[slices[number]], offset).map { $0 - $1 } }
      let expected = Self.reference(part, codec, rows: rows, generation: generation, mean: centre ? offset : nil)
      #expect(shipped.0[number] + shipped.1[number] == expected)
    }
  }

  @Test("one layer that is everything has the whole's bytes", arguments: [true, false])
  func oneLayerIsWhole(tied: Bool) throws {
    let set = SnapshotSet(fitted: snapshots(11, of: 40), heldOut: snapshots(3, of: 40))
    let fits = try [AutoencoderDivision.whole, .layers(slices: [0..<40])].map {
      try family(40, hidden: [9], latent: 5, activation: .tanh, division: $0, tied: tied).fit(set, seed: 3, client: 2)
    }
    #expect(fits[0].encoder == fits[1].encoder && fits[0].decoder == fits[1].decoder)
    #expect(fits[0].trainLoss == fits[1].trainLoss && fits[0].heldOutLoss == fits[1].heldOutLoss)
  }

  @Test("chunks are one autoencoder of all slices, the last filled up with zeros", arguments: [true, false])
  func chunksAreShared(centre: Bool) throws {
    let codec = family(
      40, hidden: [9], latent: 7, activation: .tanh, centre: centre, division: .chunks(size: 16))
    #expect(codec.latentSize == 6 && codec.parts[0].encoder.widths == [16, 9, 2])
    let set = SnapshotSet(fitted: snapshots(11, of: 40), heldOut: [])
    let fitted = try codec.fit(set, seed: 3, client: 2)
    let mean = centre ? AutoencoderCodec.mean(of: set.fitted, width: 40) : [Float](repeating: 0, count: 40)
    let rows = set.fitted.flatMap { snapshot in
      let centred = zip(snapshot, mean).map { $0 - $1 } + [Float](repeating: 0, count: 8)
      return stride(from: 0, to: 48, by: 16).map { Array(centred[$0..<$0 + 16]) }
    }
    let expected = Self.reference(codec.parts[0], codec, rows: rows, generation: 0, mean: nil)
    let encoder = try codec.encoderShipment.arrays(of: try #require(fitted.encoder))
    let decoder = try codec.decoderShipment.arrays(of: fitted.decoder)
    #expect(encoder[0] + decoder[0] == expected)
    #expect(Array(encoder.dropFirst()) == (centre ? [mean] : []) && encoder.dropFirst() == decoder.dropFirst())
  }

  @Test("a tied linear autoencoder reaches PCA's optimal error and never passes it", arguments: 1...3)
  func tiedPrincipalComponents(latent: Int) throws {
    let data = try CodecsFixture.load().lowRank
    let codec = family(
      40, latent: latent, epochs: 3000, batch: 64, rule: .sgd(learningRate: 0.2, momentum: 0.9), tied: true)
    let fitted = try codec.fit(SnapshotSet(fitted: data.fitted, heldOut: data.heldOut), seed: 1, client: 0)
    let optimum = data.pca[latent - 1]
    let reached = try #require(fitted.trainLoss.last)
    // Eckart and Young: no map of this rank does better; float32 rounds the mean of squares by far less than 1e-4.
    #expect(reached > optimum.fitted * (1 - 1e-4))
    #expect(reached < optimum.fitted * 1.005)
    #expect(abs(try #require(fitted.heldOutLoss.last) / optimum.heldOut - 1) < 0.02)
  }

  @Test(
    "the held-out loss is the error of the shipped halves on the held-out snapshots, in every form",
    arguments: Form.all)
  func heldOutLossIsReal(form: Form) throws {
    let set = SnapshotSet(fitted: snapshots(20, of: 40), heldOut: snapshots(24, of: 40).suffix(4))
    let codec = form.codec(40, latent: 6, epochs: 30)
    let fitted = try codec.fit(set, seed: 1, client: 0)
    let (encoder, decoder) = try halves(codec, fitted)
    let error = try set.heldOut.reduce(0) { sum, update in
      sum + Reductions.squaredDistance(try decoder.decode(encoder.encode(update).body), update)
    }
    // Five slices of 8 make up 40: nothing is filled up. Folding rounds W·mean, which is larger than what is left of it.
    #expect(abs(error / Double(40 * set.heldOut.count) / (try #require(fitted.heldOutLoss.last)) - 1) < 1e-4)
  }

  @Test("any number of threads fits the same bits", arguments: Form.all)
  func threads(form: Form) throws {
    let set = SnapshotSet(fitted: snapshots(9, of: 2_100), heldOut: snapshots(2, of: 2_100))
    let fits = try (1...3).map {
      try form.codec(2_100, latent: 64, epochs: 2).fit(set, seed: 1, client: 0, team: ThreadTeam(threads: $0))
    }
    for fit in fits.dropFirst() {
      #expect(fit.encoder == fits[0].encoder && fit.decoder == fits[0].decoder)
      #expect(fit.trainLoss == fits[0].trainLoss && fit.heldOutLoss == fits[0].heldOutLoss)
    }
  }

  @Test("seed, client and generation change the bytes", arguments: Form.all)
  func keys(form: Form) throws {
    let set = SnapshotSet(fitted: snapshots(9, of: 40), heldOut: [])
    let keys = [
      FitKey(seed: 1, client: 0), FitKey(seed: 1, client: 0), FitKey(seed: 2, client: 0), FitKey(seed: 1, client: 1),
      FitKey(seed: 1, client: 0, generation: 1),
    ]
    let fits = try keys.map { try form.codec(40, latent: 6).fit(set, $0, team: .single) }
    #expect(fits[1].decoder == fits[0].decoder && fits[1].encoder == fits[0].encoder)
    for fit in fits[2...] { #expect(fit.decoder != fits[0].decoder && fit.encoder != fits[0].encoder) }
    #expect(throws: CodecError.self) {
      try form.codec(40, latent: 6).fit(set, FitKey(seed: 1, client: 0, generation: 4096), team: .single)
    }
  }

  @Test("a fit that diverges is an error that says what to do", arguments: Form.all)
  func divergence(form: Form) throws {
    let codec = form.codec(40, latent: 6, activation: .linear, epochs: 50, rule: .sgd(learningRate: 1e4, momentum: 0))
    let error = #expect(throws: CodecError.self) {
      try codec.fit(SnapshotSet(fitted: snapshots(9, of: 40), heldOut: []), seed: 1, client: 0)
    }
    #expect(error?.description.contains("lower codec.learningRate") == true)
  }

  @Test("a decoder shipped in fewer bits gives nearly the same, and a tied encoder goes with it", arguments: Form.all)
  func shippedInFewerBits(form: Form) throws {
    let set = SnapshotSet(fitted: snapshots(20, of: 40), heldOut: [])
    let errors = try [ShippedFormat.float32, .float16, .eight].map { ship in
      let codec = form.codec(
        40, latent: 15, activation: .linear, epochs: 400, rule: .adam(learningRate: 0.01), ship: ship)
      let (encoder, decoder) = try halves(codec, try codec.fit(set, seed: 1, client: 0))
      return try Reductions.relativeError(of: decoder.decode(encoder.encode(set.fitted[0]).body), to: set.fitted[0])
    }
    // Every parameter is off by at most 2⁻¹¹ of itself, or m / 254: some products of that, and the same of the mean.
    #expect(errors[1] < errors[0] + 0.002 && errors[2] < errors[0] + 0.03)
  }
}
