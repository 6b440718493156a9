import FeatherNetworks
import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct AutoencoderWarmStartTests {
  private static func fit(
    _ codec: AutoencoderCodec, _ set: SnapshotSet, generation: Int = 0, start: FittedCodec? = nil
  ) throws -> FittedCodec {
    try codec.fit(set, FitKey(seed: 1, client: 0, generation: generation, start: start), team: .single)
  }

  @Test(
    "a warm start without an epoch computes what it started from, whatever the new mean",
    arguments: Form.all.filter { $0.name != "chunks" }, [true, false])
  func keepsTheFunction(form: Form, centre: Bool) throws {
    let old = SnapshotSet(fitted: snapshots(9, of: 40), heldOut: [])
    let new = SnapshotSet(fitted: snapshots(9, of: 40, seed: 8), heldOut: [])
    let first = try Self.fit(form.codec(40, latent: 6, centre: centre, epochs: 20), old)
    let still = form.codec(40, latent: 6, centre: centre, epochs: 0)
    let second = try Self.fit(still, new, generation: 1, start: first)
    #expect(second.trainLoss.isEmpty && second.heldOutLoss.isEmpty)
    let (before, after) = (try halves(still, first), try halves(still, second))
    for update in old.fitted + new.fitted {
      let latents = (try before.encoder.encode(update).latent ?? [], try after.encoder.encode(update).latent ?? [])
      // Biases are moved by W·mean and back, and so rounded twice.
      #expect(deviation(latents.1, from: latents.0.map(Double.init)) < 2e-5)
      let body = try before.encoder.encode(update).body
      #expect(deviation(try after.decoder.decode(body), from: try before.decoder.decode(body).map(Double.init)) < 1e-6)
    }
    if !centre { #expect(first.encoder == second.encoder && first.decoder == second.decoder) }
  }

  @Test(
    "with chunks, what it makes of deviations from the mean is kept, and the mean is the new one",
    arguments: [true, false])
  func chunksKeepDeviations(tied: Bool) throws {
    let form = Form(name: "chunks", tied: tied)
    let old = SnapshotSet(fitted: snapshots(9, of: 40), heldOut: [])
    let new = SnapshotSet(fitted: snapshots(9, of: 40, seed: 8), heldOut: [])
    let still = form.codec(40, latent: 6, epochs: 0)
    let first = try Self.fit(form.codec(40, latent: 6, epochs: 20), old)
    let second = try Self.fit(still, new, generation: 1, start: first)
    let decoders = try [first, second].map { try still.decoderShipment.arrays(of: $0.decoder) }
    let encoders = try [first, second].map { try still.encoderShipment.arrays(of: #require($0.encoder)) }
    #expect(decoders[0][0] == decoders[1][0] && encoders[0][0] == encoders[1][0])
    #expect(decoders[1][1] == AutoencoderCodec.mean(of: new.fitted, width: 40) && decoders[0][1] != decoders[1][1])
  }

  @Test("a warm start goes on where the fit ended, in fewer bits too", arguments: Form.all, ShippedFormat.allCases)
  func goesOn(form: Form, ship: ShippedFormat) throws {
    let set = SnapshotSet(fitted: snapshots(20, of: 40), heldOut: snapshots(24, of: 40).suffix(4))
    let codec = form.codec(40, latent: 6, epochs: 60, rule: .adam(learningRate: 0.01), ship: ship)
    let first = try Self.fit(codec, set)
    let second = try Self.fit(codec, set, generation: 1, start: first)
    let scratch = try Self.fit(codec, set, generation: 1)
    #expect(second.decoder != scratch.decoder)
    // What the form cannot learn is left in all three. Of the rest nearly nothing is left at once; not nothing, since Adam begins anew
    // with steps of full size, and fewer bits have moved the decoder a little.
    let learnt = scratch.trainLoss[0] - first.trainLoss[59]
    #expect(second.trainLoss[0] - first.trainLoss[59] < 0.1 * learnt && learnt > 0.1 * scratch.trainLoss[0])
    #expect(second.trainLoss[59] < first.trainLoss[59])
  }

  @Test("another codec's halves are no start", arguments: Form.all)
  func refusedStarts(form: Form) throws {
    let set = SnapshotSet(fitted: snapshots(9, of: 40), heldOut: [])
    let start = try Self.fit(form.codec(40, latent: 6, epochs: 1), set)
    for other in Form.all where other.name != form.name || other.tied != form.tied {
      #expect(throws: CodecError.self) { try Self.fit(other.codec(40, latent: 6), set, start: start) }
    }
    #expect(throws: CodecError.self) { try Self.fit(form.codec(40, latent: 12), set, start: start) }
    let half = FittedCodec(encoder: nil, decoder: start.decoder, trainLoss: [], heldOutLoss: [])
    #expect(throws: CodecError.self) { try Self.fit(form.codec(40, latent: 6), set, start: half) }
  }
}
