import FeatherNetworks
import FeatherTensors
import Testing

@testable import FeatherCodecs

/// Damaged bodies behind a right header: a checksum would refuse nearly all of them before anything is read.
@Suite struct AutoencoderDamageTests {
  private static func fitted(_ form: Form, _ ship: ShippedFormat) throws -> (AutoencoderCodec, FittedCodec) {
    let codec = form.codec(17, hidden: [4], latent: 5, epochs: 1, ship: ship)
    return (codec, try codec.fit(SnapshotSet(fitted: snapshots(4, of: 17), heldOut: []), seed: 1, client: 0))
  }

  @Test("a damaged upload is an error or finite floats", arguments: Form.all)
  func uploads(form: Form) throws {
    let (codec, fitted) = try Self.fitted(form, .float32)
    let (encoder, decoder) = try halves(codec, fitted)
    let body = try encoder.encode(snapshots(1, of: 17)[0]).body
    checkMutations(of: body, length: 17) { try decoder.decode($0) }
    for count in body.indices { #expect(throws: CodecError.self) { try decoder.decode(Array(body.prefix(count))) } }
    #expect(throws: CodecError.self) { try decoder.decode(body + [0]) }
  }

  @Test(
    "a damaged decoder is an error or decodes to finite floats or an error", arguments: Form.all, ShippedFormat.allCases
  )
  func decoders(form: Form, ship: ShippedFormat) throws {
    let (codec, fitted) = try Self.fitted(form, ship)
    let upload = try halves(codec, fitted).encoder.encode(snapshots(1, of: 17)[0]).body
    let body = Array(try fitted.decoder.body(expecting: .network))
    checkMutations(of: body, length: 17) {
      try codec.decoder(from: Payload(.network, body: $0)).decode(upload)
    }
    for count in body.indices {
      #expect(throws: CodecError.self) { try codec.decoder(from: Payload(.network, body: Array(body.prefix(count)))) }
    }
  }

  @Test("a damaged encoder is an error or encodes to finite latents or an error", arguments: Form.all)
  func encoders(form: Form) throws {
    let (codec, fitted) = try Self.fitted(form, .eight)
    let update = snapshots(1, of: 17)[0]
    let body = Array(try #require(fitted.encoder).body(expecting: .network))
    checkMutations(of: body, length: codec.latentSize) {
      try codec.encoder(from: Payload(.network, body: $0), decoder: fitted.decoder).encode(update).latent ?? []
    }
    guard form.tied else { return }
    let decoder = Array(try fitted.decoder.body(expecting: .network))
    checkMutations(of: decoder, length: codec.latentSize) {
      try codec.encoder(from: fitted.encoder, decoder: Payload(.network, body: $0)).encode(update).latent ?? []
    }
  }

  @Test("bytes damaged anywhere, header and checksum included, crash nothing", arguments: Form.all)
  func wholePayloads(form: Form) throws {
    let (codec, fitted) = try Self.fitted(form, .float16)
    let upload = try halves(codec, fitted).encoder.encode(snapshots(1, of: 17)[0]).body
    checkMutations(of: fitted.decoder.bytes, count: 20_000, length: 17) {
      try codec.decoder(from: Payload(received: $0)).decode(upload)
    }
  }
}
