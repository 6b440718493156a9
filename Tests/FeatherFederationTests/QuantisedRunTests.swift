import FeatherDatasets
import FeatherExperiments
import FeatherTensors
import Testing

@testable import FeatherFederation

/// A quick configuration with `bits` per float that is sent.
private func quantised(_ spec: RunSpec, _ bits: QuantiseSpec.Bits?) -> RunSpec {
  var spec = spec
  spec.quantise = bits.map { QuantiseSpec(bits: $0) }
  return spec
}

@Suite("Quantised uploads in a federation")
struct QuantisedRunTests {
  /// Bytes of an upload of `count` values: the header, the scale and the values.
  private static func bytes(_ bits: QuantiseSpec.Bits, _ count: Int) -> Int {
    switch bits {
    case .sixteen: 8 + 2 * count
    case .eight: 8 + 4 + count
    case .four: 8 + 4 + (count + 1) / 2
    }
  }

  @Test("an upload has exactly the bytes of its values and their scale", arguments: QuantiseSpec.Bits.allCases)
  func sizes(bits: QuantiseSpec.Bits) throws {
    // An odd number of latents: half a byte is filled up.
    let codecs = [(CodecSpec.identity, Colours.parameters), (quickAutoencoder(), 3), (quickAutoencoder(.shared), 3)]
    for (codec, count) in codecs {
      let spec = colourSpec(codec: codec)
      let (result, floats) = (try runColours(quantised(spec, bits)), try runColours(spec))
      #expect(result.status == .complete)
      #expect(result.rounds.flatMap(\.uploads).map(\.bytes) == [Int](repeating: Self.bytes(bits, count), count: 2))
      let updates = result.ledger[.update, .up]
      #expect(updates.bodyBytes == 2 * (Self.bytes(bits, count) - 8) && updates.headerBytes == 16)
      let (ratio, plain) = (Self.ratios(result), Self.ratios(floats))
      #expect(ratio.upload == 4 * Double(Colours.parameters) / Double(Self.bytes(bits, count) - 8))
      #expect(ratio.upload > plain.upload && ratio.uploadOnWire > plain.uploadOnWire)
      // Everything else crosses as it did.
      #expect(result.ledger[.model, .down] == floats.ledger[.model, .down])
      #expect(result.ledger[.decoder, .up] == floats.ledger[.decoder, .up])
      #expect(result.ledger[.encoder, .down] == floats.ledger[.encoder, .down])
      #expect(result.sizes == floats.sizes)
    }
  }

  private static func ratios(_ result: RunResult) -> LedgerRatios {
    LedgerRatios(ledger: result.ledger, parameters: result.sizes.model)
  }

  @Test("identity's decoded weights are off by half a level at most", arguments: QuantiseSpec.Bits.allCases)
  func identityError(bits: QuantiseSpec.Bits) throws {
    let spec = quantised(colourSpec(clients: 1), bits)
    let result = try runColours(spec)
    let training = try LocalTraining(spec, model: Colours.model(), data: Colours.splits().train)
    let sent = try training.train(
      client: 0, indices: result.clients[0].indices, from: result.weights[0].parameters, epochs: 1,
      purpose: .localTraining
    ).weights
    let largest = Double(sent.reduce(0) { max($0, abs($1)) })
    // The weights have both signs. One Float rounding each for the scale and the product.
    let step = largest / Double(1 << (bits.rawValue - 1) - 1)
    var error = 0.0
    for (value, decoded) in zip(sent, result.weights[1].parameters) {
      let difference = abs(Double(decoded) - Double(value))
      let bound = bits == .sixteen ? max(abs(Double(value)) * 0x1p-11, 0x1p-25) : step / 2 + largest * 0x1p-22
      #expect(difference <= bound)
      error += difference * difference
    }
    let upload = try #require(result.rounds[0].uploads.first)
    #expect(error > 0)
    // Sums of squares in the same order: a few units of Double's last place.
    #expect(abs(upload.meanSquaredError / (error / Double(sent.count)) - 1) < 1e-12)
    #expect(upload.latent == nil)
  }

  @Test("fit and recorded latents are those without the add-on", arguments: QuantiseSpec.Bits.allCases)
  func latents(bits: QuantiseSpec.Bits) throws {
    guard case .autoencoder(var codec) = quickAutoencoder() else { return }
    codec.activation = .tanh
    var spec = colourSpec(codec: .autoencoder(codec))
    spec.store.codec = true
    let (few, plain) = (try runColours(quantised(spec, bits)), try runColours(spec))
    #expect("\(few.fits)" == "\(plain.fits)")
    let latents = few.rounds[0].uploads.map { $0.latent?.bits }
    #expect(latents == plain.rounds[0].uploads.map { $0.latent?.bits })
    #expect(latents.allSatisfy { $0?.count == 3 })
    #expect(few.weights[1].parameters != plain.weights[1].parameters)
  }

  @Test(
    "a decoded update is off by no more than the decoder makes of half a level", arguments: QuantiseSpec.Bits.allCases)
  func latentError(bits: QuantiseSpec.Bits) throws {
    var spec = colourSpec(clients: 1, codec: quickAutoencoder(latent: 5))
    spec.store.codec = true
    let (few, plain) = (try runColours(quantised(spec, bits)), try runColours(spec))
    let latent = try #require(plain.rounds[0].uploads.first?.latent)
    // Behind a ReLU: no level is spent on a sign.
    #expect(latent.allSatisfy { $0 >= 0 } && latent.contains { $0 > 0 })
    let levels = bits == .sixteen ? 1024 : Double(1 << bits.rawValue - 1)
    let half = latent.reduce(0) { max($0, Double($1)) } / levels / 2
    let decoder = try #require(plain.fits.first?.decoder)
    var changed = false
    for i in 0..<Colours.parameters {
      let reach = decoder[5 * i..<5 * i + 5].reduce(0) { $0 + abs(Double($1)) } * half
      let (a, b) = (few.weights[1].parameters[i], plain.weights[1].parameters[i])
      // Six Float sums and products of the decoder's size.
      #expect(abs(Double(a) - Double(b)) <= reach + 1e-5 * (abs(Double(b)) + 100 * reach))
      if a != b { changed = true }
    }
    #expect(changed)
  }

  @Test("the same spec gives the same bits", arguments: QuantiseSpec.Bits.allCases)
  func deterministic(bits: QuantiseSpec.Bits) throws {
    let spec = quantised(greySpec([0, 1]), bits)
    #expect(everything(in: try runColours(spec)) == everything(in: try runColours(spec)))
  }
}

@Suite("Values that few bits cannot hold")
struct QuantisedDivergenceTests {
  @Test("weights beyond half precision end the run in their round, and what went before is kept")
  func beyondHalf() throws {
    // One step a round, each of which makes the weights larger.
    var spec = quantised(quickSpec(rounds: 30), .sixteen)
    spec.model.activation = .linear
    spec.training.learningRate = 1e4
    spec.training.batch = 300
    let result = try run(spec)
    guard case .diverged(let round?, let reason) = result.status else {
      Issue.record("the run ended as \(result.status)")
      return
    }
    #expect(reason.hasPrefix("client 0's update cannot be encoded: value "))
    #expect(reason.hasSuffix(", which 16 bits cannot hold: lower training.learningRate"))
    #expect(result.rounds.count == round)
    #expect(result.ledger[.update, .up].messages == 2 * round)
    // The same weights fit eight bits, which have a scale of their own.
    var eight = quantised(spec, .eight)
    eight.federation.rounds = round + 1
    #expect(try run(eight).status == .complete)
  }

  /// Adam's one step changes every parameter by its size: parameters stay finite, latents are beyond half precision or float32.
  static let steps: [(QuantiseSpec.Bits, Double)] = [(.sixteen, 1e4), (.eight, 1e25), (.four, 1e25)]

  @Test("latents that cannot be encoded end the run before the rounds and name the codec", arguments: steps)
  func latents(bits: QuantiseSpec.Bits, rate: Double) throws {
    var codec = AutoencoderSpec()
    codec.hidden = [5]
    codec.latent = 3
    codec.activation = .linear
    codec.epochs = 1
    codec.learningRate = rate
    var spec = quantised(quickSpec(codec: .autoencoder(codec)), bits)
    spec.prepass.heldOut = 0
    let result = try run(spec)
    guard case .diverged(round: nil, let reason) = result.status else {
      Issue.record("the run ended as \(result.status)")
      return
    }
    let what = bits == .sixteen ? "value " : "latent 0 of an update is -inf"
    #expect(reason.hasPrefix("client 0's update cannot be encoded: \(what)"))
    #expect(reason.hasSuffix(": lower codec.learningRate"))
    #expect(result.rounds.isEmpty)
  }
}
