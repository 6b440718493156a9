import FeatherNetworks
import FeatherTensors
import Testing

@testable import FeatherCodecs

@Suite struct AutoencoderFormsTests {
  @Test("halves built from an independent writer's bytes compute what NumPy computes", arguments: 0..<24)
  func independentBytes(index: Int) throws {
    let golden = try AutoencoderForm.load()[index]
    let codec = try golden.codec()
    let shipped = (Payload(received: try bytes(golden.encoder)), Payload(received: try bytes(golden.decoder)))
    let counts = codec.shippedByteCounts
    #expect(counts.encoder == shipped.0.byteCount && counts.decoder == shipped.1.byteCount, "\(golden)")
    let encoder = try codec.encoder(from: shipped.0, decoder: golden.tied ? shipped.1 : nil)
    let encoded = try encoder.encode(golden.update)
    // NumPy computed in float64: the differences are float32 roundings of two layers.
    #expect(deviation(try #require(encoded.latent), from: golden.latent) < 1e-6, "\(golden)")
    #expect(encoded.body.count == codec.expectedByteCount && encoded.latent?.count == codec.latentSize)
    let body = try Payload(received: try bytes(golden.latentPayload)).body(expecting: codec.kind)
    let decoded = try codec.decoder(from: shipped.1).decode(Array(body))
    #expect(deviation(decoded, from: golden.decoded) < 1e-6, "\(golden)")
  }

  @Test("updates of 17 and 15,910 floats go there and back in every form", arguments: Form.all, [17, 15_910])
  func roundTrip(form: Form, parameters: Int) throws {
    let codec = form.codec(parameters, latent: parameters == 17 ? 5 : 64)
    let set = SnapshotSet(fitted: snapshots(9, of: parameters), heldOut: snapshots(2, of: parameters))
    let fitted = try codec.fit(set, seed: 1, client: 0)
    #expect(fitted.trainLoss.count == 3 && fitted.heldOutLoss.count == 3)
    let (encoder, decoder) = try halves(codec, fitted)
    let encoded = try encoder.encode(set.fitted[0])
    #expect(encoded.latent?.count == codec.latentSize && encoded.body.count == 4 * codec.latentSize)
    #expect(codec.expectedByteCount == encoded.body.count)
    #expect(try decoder.decode(encoded.body).count == parameters)
  }

  @Test(
    "what is fitted has the bytes that were counted before",
    arguments: Form.all.flatMap { f in [17, 1_030].map { (f, $0) } },
    ShippedFormat.allCases)
  func shippedSizes(test: (form: Form, parameters: Int), ship: ShippedFormat) throws {
    for centre in [true, false] {
      let codec = test.form.codec(
        test.parameters, latent: 40 * test.parameters / 1_030 + 5, centre: centre, epochs: 1, ship: ship)
      let set = SnapshotSet(fitted: snapshots(4, of: test.parameters), heldOut: [])
      let fitted = try codec.fit(set, seed: 1, client: 0)
      let counts = codec.shippedByteCounts
      #expect(fitted.encoder?.byteCount == counts.encoder && fitted.decoder.byteCount == counts.decoder)
      #expect(fitted.encoder?.contentByteCount == 4 * codec.parameterCounts.encoder)
      let values = try codec.shippedValues(of: fitted)
      #expect((values.encoder.count, values.decoder.count) == codec.parameterCounts)
      #expect(fitted.encoder?.contentValues == values.encoder)
      if ship == .float32 { #expect(fitted.decoder.contentValues == values.decoder) }
      if ship != .eight {
        #expect(fitted.decoder.contentByteCount == (ship == .float32 ? 4 : 2) * codec.parameterCounts.decoder)
      }
      let sizes = AutoencoderSizes(
        parameters: test.parameters, hidden: [12], latent: 40 * test.parameters / 1_030 + 5, centre: centre,
        division: test.form.division(test.parameters), tied: test.form.tied)
      #expect((sizes.encoder, sizes.decoder) == codec.parameterCounts && sizes.latent == codec.latentSize)
    }
  }

  @Test("15,910 floats: sizes by hand")
  func sizesByHand() {
    let whole = AutoencoderSizes(parameters: 15_910, hidden: [], latent: 32)
    #expect((whole.encoder, whole.decoder, whole.latent, whole.trained) == (509_152, 525_030, 32, 1_034_182))
    // Biases alone; the weights cross once, with the decoder.
    let tied = AutoencoderSizes(parameters: 15_910, hidden: [], latent: 32, tied: true)
    #expect((tied.encoder, tied.decoder, tied.trained) == (32, 525_030, 525_062))
    // 784 · 20 + 20 and 20 · 10 + 10 parameters; 30 · 15,700 / 15,910 = 29.6, so 31 latents and 1.
    let layers = AutoencoderDivision.layers(slices: [0..<15_700, 15_700..<15_910])
    let divided = AutoencoderSizes(parameters: 15_910, hidden: [], latent: 32, division: layers)
    #expect(divided.encoder == 15_700 * 31 + 31 + 210 + 1 && divided.decoder == 15_700 * 32 + 210 * 2)
    #expect(divided.latent == 32 && divided.largest == 15_700 * 31 + 31 + 15_700 * 32)
    // 16 slices of 1,000 with ⌊40 / 16⌋ latents each, and the mean.
    let chunks = AutoencoderDivision.chunks(size: 1_000)
    let shared = AutoencoderSizes(parameters: 15_910, hidden: [], latent: 40, division: chunks)
    #expect((shared.encoder, shared.decoder, shared.latent) == (2_002 + 15_910, 3_000 + 15_910, 32))
    #expect(shared.trained == 5_002)
    let plain = AutoencoderSizes(parameters: 15_910, hidden: [], latent: 40, centre: false, division: chunks)
    #expect((plain.encoder, plain.decoder) == (2_002, 3_000))
    // With Adam three numbers for each parameter, 47 snapshots, and 2 · 16 rows of a batch.
    let adam = StepRule.adam(learningRate: 0.1)
    #expect(
      whole.fitByteCount(rule: adam, batch: 16, snapshots: 47) == 4 * (3 * 1_034_182 + 47 * 15_910 + 32 * 15_910))
    #expect(shared.fitByteCount(rule: adam, batch: 16, snapshots: 47) == 4 * (3 * 5_002 + 47 * 16_000 + 32 * 1_000))
    let sgd = StepRule.sgd(learningRate: 0.1, momentum: 0)
    #expect(tied.fitByteCount(rule: sgd, batch: 1, snapshots: 1) == 4 * (525_062 + 32 + 525_030))
  }

  @Test("a latent is shared among layers by largest remainder, one at least and no more than floats")
  func shares() {
    #expect(AutoencoderDivision.shares(of: 32, among: [15_700, 210]) == [31, 1])
    // Quotas of 2 more: 1.25, 0.1 and 0.65.
    #expect(AutoencoderDivision.shares(of: 5, among: [25, 2, 13]) == [2, 1, 2])
    // Equal remainders: the lower slices first.
    #expect(AutoencoderDivision.shares(of: 6, among: [7, 7, 7, 7]) == [2, 2, 1, 1])
    #expect(AutoencoderDivision.shares(of: 3, among: [1, 1_000, 1]) == [1, 1, 1])
    // The largest remainders are those of slices that are full.
    #expect(AutoencoderDivision.shares(of: 9, among: [1, 1, 1, 7]) == [1, 1, 1, 6])
    var stream = RandomStream(seed: 1, purpose: .codec)
    for _ in 0..<2_000 {
      let counts = (0..<1 + stream.integer(below: 9)).map { _ in 1 + stream.integer(below: 40) }
      let total = counts.reduce(0, +)
      let latent = counts.count + stream.integer(below: total - counts.count + 1)
      let shares = AutoencoderDivision.shares(of: latent, among: counts)
      #expect(shares.reduce(0, +) == latent && zip(shares, counts).allSatisfy { $0 >= 1 && $0 <= $1 })
    }
  }

  @Test("divisions that cannot be are refused in words")
  func refusals() {
    let layers = AutoencoderDivision.layers(slices: [0..<9, 9..<12, 12..<17])
    #expect(layers.refusal(parameters: 17, latent: 3) == nil)
    #expect(layers.refusal(parameters: 17, latent: 2)?.contains("3 layers") == true)
    #expect(layers.refusal(parameters: 18, latent: 3) != nil)
    for slices in [[0..<9, 10..<17], [0..<9, 9..<9, 9..<17], [1..<17], []] {
      #expect(AutoencoderDivision.layers(slices: slices).refusal(parameters: 17, latent: 3) != nil)
    }
    #expect(AutoencoderDivision.chunks(size: 5).refusal(parameters: 17, latent: 4) == nil)
    #expect(AutoencoderDivision.chunks(size: 5).refusal(parameters: 17, latent: 3)?.contains("4 slices") == true)
    #expect(AutoencoderDivision.chunks(size: 0).refusal(parameters: 17, latent: 3) != nil)
    for (parameters, latent) in [(0, 0), (1, 1), (2, 2), (17, 17), (17, 0)] {
      #expect(AutoencoderDivision.whole.refusal(parameters: parameters, latent: latent) != nil)
    }
    #expect(AutoencoderDivision.whole.refusal(parameters: 2, latent: 1) == nil)
  }

  @Test("halves refuse other lengths, values too large, and nothing at all", arguments: Form.all)
  func refusedInputs(form: Form) throws {
    let codec = form.codec(40, latent: 6, activation: .linear)
    let fitted = try codec.fit(SnapshotSet(fitted: snapshots(5, of: 40), heldOut: []), seed: 1, client: 0)
    let (encoder, decoder) = try halves(codec, fitted)
    for update in [[Float](repeating: 1, count: 39), [Float](repeating: .nan, count: 40)] {
      #expect(throws: CodecError.self) { try encoder.encode(update) }
    }
    // Whatever the signs of the weights: some sums of these overflow, or all latents are finite.
    for sign: Float in [1, -1] {
      let huge = (0..<40).map { Float.greatestFiniteMagnitude * ($0 % 2 == 0 ? 1 : sign) }
      do { #expect(try encoder.encode(huge).latent?.allSatisfy(\.isFinite) == true) } catch {
        #expect(error is CodecError)
      }
    }
    for latent: Float in [.nan, .infinity] {
      let body = [Float](repeating: latent, count: codec.latentSize).withUnsafeBytes { Array($0) }
      #expect(throws: CodecError.self) { try decoder.decode(body) }
    }
    #expect(throws: CodecError.self) { try decoder.decode([UInt8](repeating: 0, count: 4 * codec.latentSize - 4)) }
    #expect(throws: CodecError.self) { try codec.encoder(from: nil, decoder: fitted.decoder) }
    #expect(throws: CodecError.self) { try codec.decoder(from: nil) }
    #expect(throws: CodecError.self) { try codec.decoder(from: fitted.encoder) }
    #expect(codec.encoderNeedsDecoder == form.tied)
    if form.tied { #expect(throws: CodecError.self) { try codec.encoder(from: fitted.encoder, decoder: nil) } }
  }

  @Test("one form's halves are not another's", arguments: Form.all, Form.all)
  func otherForms(form: Form, other: Form) throws {
    guard form.name != other.name || form.tied != other.tied else { return }
    let (codec, stranger) = (form.codec(40, latent: 6), other.codec(40, latent: 6))
    let fitted = try codec.fit(SnapshotSet(fitted: snapshots(5, of: 40), heldOut: []), seed: 1, client: 0)
    #expect(throws: CodecError.self) { try stranger.encoder(from: fitted.encoder, decoder: fitted.decoder) }
    // A tied decoder is a decoder like any other.
    if form.name != other.name { #expect(throws: CodecError.self) { try stranger.decoder(from: fitted.decoder) } }
    let half = form.codec(40, latent: 6, ship: .float16)
    #expect(throws: CodecError.self) { try half.decoder(from: fitted.decoder) }
  }
}
