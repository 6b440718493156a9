import FeatherNetworks
import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct AutoencoderTests {
  @Test("the paper's autoencoder 15910-32-15910 has 509,152 + 525,030 parameters")
  func paperSizes() {
    let codec = autoencoder(15_910, latent: 32, activation: .relu)
    #expect(codec.parameterCounts == (509_152, 525_030))
    #expect(codec.latentSize == 32 && codec.isFitted)
    let deep = autoencoder(40, hidden: [16, 8], latent: 3)
    #expect(deep.encoderArchitecture.widths == [40, 16, 8, 3] && deep.decoderArchitecture.widths == [3, 8, 16, 40])
  }

  @Test("halves built from an independent writer's bytes compute what NumPy computes", arguments: 0..<5)
  func independentBytes(index: Int) throws {
    let golden = try CodecsFixture.load().halves[index]
    let activation = try #require(Activation(rawValue: golden.activation))
    let codec = autoencoder(20, hidden: [9], latent: 3, activation: activation)
    let encoder = try codec.encoder(from: Payload(received: try bytes(golden.encoder)))
    let decoder = try codec.decoder(from: Payload(received: try bytes(golden.decoder)))
    let encoded = try encoder.encode(golden.update)
    // NumPy computed in float64: the differences are float32 roundings, 6e-8 each, of two layers.
    #expect(deviation(try #require(encoded.latent), from: golden.latent) < 1e-6)
    let payload = try codec.payload(encoded)
    #expect(try payload.values(.latent, count: 3) == encoded.latent)
    #expect(payload.byteCount == 8 + 4 * 3)
    let decoded = try decoder.decode(
      Array(Payload(received: try bytes(golden.latentPayload)).body(expecting: codec.kind)))
    #expect(deviation(decoded, from: golden.decoded) < 1e-6)
  }

  @Test("a shipped half has the bytes an independent writer gives it", arguments: 0..<5)
  func shippedBytes(index: Int) throws {
    let golden = try CodecsFixture.load().halves[index]
    let activation = try #require(Activation(rawValue: golden.activation))
    let codec = autoencoder(20, hidden: [9], latent: 3, activation: activation)
    let halves = [(golden.encoder, codec.encoderArchitecture), (golden.decoder, codec.decoderArchitecture)]
    for (hex, architecture) in halves {
      let whole = try bytes(hex)
      let parameters = Array(whole.suffix(4 * architecture.parameterCount))[...].floats
      let payload = try NetworkShipment.payload(architecture, parameters: parameters)
      #expect(payload.bytes == whole)
      // The header, the number of layers and inputs, and five bytes for each layer.
      #expect(payload.overheadByteCount == 8 + 8 + 5 * 2)
      #expect(payload.contentByteCount == 4 * architecture.parameterCount)
    }
  }

  @Test(
    "a decoder refuses a shipped network of other widths or another activation, an encoder, and nothing at all",
    arguments: [
      autoencoder(20, latent: 4), autoencoder(21, latent: 3), autoencoder(20, hidden: [5], latent: 3),
      autoencoder(20, latent: 60), autoencoder(20, hidden: [3], latent: 3, activation: .relu),
    ])
  func otherNetwork(codec: AutoencoderCodec) throws {
    let parameters = [Float](repeating: 0, count: codec.parameterCounts.decoder)
    let shipped = try NetworkShipment.payload(codec.decoderArchitecture, parameters: parameters)
    let other = autoencoder(20, latent: 3)
    #expect(throws: Never.self) { try codec.decoder(from: shipped) }
    #expect(throws: CodecError.self) { try other.decoder(from: shipped) }
    #expect(throws: CodecError.self) { try codec.encoder(from: shipped) }
    #expect(throws: CodecError.self) { try codec.decoder(from: nil) }
    // The right description before too few or too many parameters.
    let short = try NetworkShipment.payload(codec.decoderArchitecture, parameters: Array(parameters.dropLast()))
    let long = try NetworkShipment.payload(codec.decoderArchitecture, parameters: parameters + [0])
    #expect(throws: CodecError.self) { try codec.decoder(from: short) }
    #expect(throws: CodecError.self) { try codec.decoder(from: long) }
  }

  @Test("an encoder refuses an update of another length, a decoder a latent of another length")
  func otherLength() throws {
    let codec = autoencoder(epochs: 1)
    let fitted = try codec.fit(SnapshotSet(fitted: [[Float](repeating: 1, count: 40)], heldOut: []), seed: 1, client: 0)
    let encoder = try codec.encoder(from: fitted.encoder)
    let decoder = try codec.decoder(from: fitted.decoder)
    #expect(throws: CodecError.self) { try encoder.encode([Float](repeating: 1, count: 39)) }
    #expect(throws: CodecError.self) { try decoder.decode([UInt8](repeating: 0, count: 8)) }
    #expect(throws: CodecError.self) { try decoder.decode([UInt8](repeating: 0, count: 13)) }
    #expect(throws: CodecError.self) { try encoder.encode([Float](repeating: .nan, count: 40)) }
  }

  /// Trains the whole autoencoder as `fit` documents, without folding: the same streams, on snapshots less their mean.
  static func whole(_ codec: AutoencoderCodec, _ snapshots: [[Float]], mean: [Float]) throws -> [Float] {
    let layers = codec.encoderArchitecture.denseLayers + codec.decoderArchitecture.denseLayers
    let architecture = Architecture(inputs: mean.count, layers: layers)
    var trainer = try Trainer(architecture, loss: .meanSquaredError, rule: codec.fit.rule, batch: codec.fit.batch)
    var weights = RandomStream(seed: 3, purpose: .codecWeights, client: 2)
    trainer.restart(from: architecture.initialParameters(codec.fit.initialisation, stream: &weights))
    let centred = snapshots.flatMap { zip($0, mean).map { $0 - $1 } }
    for epoch in 0..<codec.fit.epochs {
      var order = RandomStream(seed: 3, purpose: .codecFit, client: 2, round: epoch)
      _ = trainer.epoch(
        over: .autoencoded(AlignedFloats(centred)), indices: snapshots.indices.map(Int32.init), stream: &order)
    }
    return trainer.network.parameterArray
  }

  @Test(
    "the halves from shipped bytes do what the whole does around the mean", arguments: Activation.allCases,
    [true, false])
  func foldedMean(activation: Activation, centre: Bool) throws {
    let data = try CodecsFixture.load().lowRank
    let codec = autoencoder(hidden: [8], activation: activation, centre: centre)
    let fitted = try codec.fit(SnapshotSet(fitted: data.fitted, heldOut: data.heldOut), seed: 3, client: 2)
    let encoder = try codec.encoder(from: Payload(received: #require(fitted.encoder).bytes))
    let decoder = try codec.decoder(from: Payload(received: fitted.decoder.bytes))
    let mean = (0..<40).map { i in
      centre ? Float(data.fitted.reduce(0) { $0 + Double($1[i]) } / Double(data.fitted.count)) : 0
    }
    let layers = codec.encoderArchitecture.denseLayers + codec.decoderArchitecture.denseLayers
    let network = try Network(Architecture(inputs: 40, layers: layers), loss: .meanSquaredError, batch: 1)
    network.assign(try Self.whole(codec, data.fitted, mean: mean))
    for update in data.heldOut {
      _ = network.inputs.update(fromContentsOf: zip(update, mean).map { $0 - $1 })
      network.forward(rows: 1)
      let expected = zip(network.outputs, mean).map { Double($0) + Double($1) }
      let decoded = try decoder.decode(encoder.encode(update).body)
      // Without a mean the same products are formed. With one, W·x − W·mean cancels: the rounding of the larger terms stays.
      #expect(deviation(decoded, from: expected) < (centre ? 1e-5 : 1e-6))
    }
  }

  @Test("a linear autoencoder reaches PCA's optimal error and never passes it", arguments: 1...3)
  func principalComponents(latent: Int) throws {
    let data = try CodecsFixture.load().lowRank
    // Full batches with momentum: unlike Adam it settles, with the same digits whatever the instruction set.
    let rule = StepRule.sgd(learningRate: 0.4, momentum: 0.9)
    let codec = autoencoder(latent: latent, epochs: 5000, batch: 64, rule: rule)
    let fitted = try codec.fit(SnapshotSet(fitted: data.fitted, heldOut: data.heldOut), seed: 1, client: 0)
    let optimum = data.pca[latent - 1]
    let reached = try #require(fitted.trainLoss.last)
    // Eckart and Young: no map of this rank does better; float32 rounds the mean of squares by far less than 1e-4.
    #expect(reached > optimum.fitted * (1 - 1e-4))
    #expect(reached < optimum.fitted * 1.005)
    // It ends near the same subspace, so the held-out error is PCA's up to the little that is left.
    #expect(abs(try #require(fitted.heldOutLoss.last) / optimum.heldOut - 1) < 0.02)
  }

  @Test(
    "a non-linear autoencoder explains 95 % of held-out snapshots of rank 3", arguments: [Activation.leakyRelu, .tanh])
  func heldOut(activation: Activation) throws {
    // PCA leaves 0.5 % of the held-out variance; the bound allows ten times that.
    let data = try CodecsFixture.load().lowRank
    let codec = autoencoder(hidden: [16], latent: 4, activation: activation, epochs: 600)
    let fitted = try codec.fit(SnapshotSet(fitted: data.fitted, heldOut: data.heldOut), seed: 1, client: 0)
    #expect(try #require(fitted.heldOutLoss.last) < 0.05 * data.heldOutVariance)
    #expect(fitted.trainLoss.count == 600 && fitted.heldOutLoss.count == 600)
  }

  @Test("the held-out loss is the error of the shipped halves on the held-out snapshots")
  func heldOutLossIsReal() throws {
    let data = try CodecsFixture.load().lowRank
    let codec = autoencoder(epochs: 30)
    let fitted = try codec.fit(SnapshotSet(fitted: data.fitted, heldOut: data.heldOut), seed: 1, client: 0)
    let encoder = try codec.encoder(from: fitted.encoder)
    let decoder = try codec.decoder(from: fitted.decoder)
    let error = try data.heldOut.reduce(0) { sum, update in
      sum + Reductions.squaredDistance(try decoder.decode(encoder.encode(update).body), update)
    }
    let loss = try #require(fitted.heldOutLoss.last)
    #expect(abs(error / Double(40 * data.heldOut.count) / loss - 1) < 1e-4)
  }

  @Test("the same seed and client fit the same bytes, others do not")
  func seeds() throws {
    let data = try CodecsFixture.load().lowRank
    let set = SnapshotSet(fitted: data.fitted, heldOut: data.heldOut)
    let fits = try [(1, 0), (1, 0), (2, 0), (1, 1)].map {
      try autoencoder(epochs: 3).fit(set, seed: $0.0, client: $0.1)
    }
    #expect(fits[0].encoder == fits[1].encoder && fits[0].decoder.bytes == fits[1].decoder.bytes)
    #expect(fits[0].trainLoss == fits[1].trainLoss && fits[0].heldOutLoss == fits[1].heldOutLoss)
    #expect(fits[0].decoder.bytes != fits[2].decoder.bytes && fits[0].decoder.bytes != fits[3].decoder.bytes)
  }

  @Test("a team of threads fits the bytes that one thread fits", arguments: [2, 3])
  func threads(count: Int) throws {
    // Wider than one block of outputs.
    var stream = RandomStream(seed: 3, purpose: .codec)
    let snapshots = (0..<20).map { _ in (0..<1_500).map { _ in Float(stream.normal()) } }
    let set = SnapshotSet(fitted: Array(snapshots.dropLast(3)), heldOut: Array(snapshots.suffix(3)))
    let codec = autoencoder(1_500, hidden: [20], latent: 5, activation: .tanh, epochs: 2)
    let alone = try codec.fit(set, seed: 1, client: 0)
    let together = try codec.fit(set, seed: 1, client: 0, team: ThreadTeam(threads: count))
    #expect(together.encoder == alone.encoder && together.decoder.bytes == alone.decoder.bytes)
    #expect(together.trainLoss == alone.trainLoss && together.heldOutLoss == alone.heldOutLoss)
  }

  @Test("held-out snapshots are watched and not learnt: without them the bytes are the same and the history is empty")
  func noHeldOut() throws {
    let data = try CodecsFixture.load().lowRank
    let codec = autoencoder(epochs: 3)
    let with = try codec.fit(SnapshotSet(fitted: data.fitted, heldOut: data.heldOut), seed: 1, client: 0)
    let without = try codec.fit(SnapshotSet(fitted: data.fitted, heldOut: []), seed: 1, client: 0)
    #expect(without.heldOutLoss.isEmpty && without.trainLoss == with.trainLoss)
    #expect(without.encoder == with.encoder && without.decoder == with.decoder)
  }

  @Test("one snapshot alone is fitted, and a centred codec gives it back exactly", arguments: [1, 16])
  func oneSnapshot(batch: Int) throws {
    let snapshot = try #require(try CodecsFixture.load().lowRank.fitted.first)
    let codec = autoencoder(epochs: 5, batch: batch)
    let fitted = try codec.fit(SnapshotSet(fitted: [snapshot], heldOut: []), seed: 1, client: 0)
    // Less its mean it is zero, biases start at zero, and so the loss is zero from the first epoch on.
    #expect(fitted.trainLoss == [0, 0, 0, 0, 0])
    let encoder = try codec.encoder(from: fitted.encoder)
    let decoder = try codec.decoder(from: fitted.decoder)
    let decoded = try decoder.decode(encoder.encode(snapshot).body)
    #expect(deviation(decoded, from: snapshot.map(Double.init)) < 1e-6)
  }

  @Test(
    "a fit that diverges is an error that says what to do, even in its very last step",
    arguments: [(1, Float.infinity), (50, 1e4), (1, .nan)])
  func divergence(epochs: Int, rate: Float) throws {
    let data = try CodecsFixture.load().lowRank
    let codec = autoencoder(epochs: epochs, batch: 64, rule: .sgd(learningRate: rate, momentum: 0))
    for heldOut in [data.heldOut, []] {
      let error = #expect(throws: CodecError.self) {
        try codec.fit(SnapshotSet(fitted: data.fitted, heldOut: heldOut), seed: 1, client: 0)
      }
      #expect(error?.description.contains("lower codec.learningRate") == true)
    }
  }
}
