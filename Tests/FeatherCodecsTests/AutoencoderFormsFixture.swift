import FeatherNetworks
import FeatherTensors
import Foundation
import Testing

@testable import FeatherCodecs

/// `Fixtures/autoencoders.json`, made by `Fixtures/autoencoders.py`: divided and tied autoencoders as bytes, and what they compute.
struct AutoencoderForm: Decodable, Sendable, CustomTestStringConvertible {
  let form: String
  let activation: UInt8
  let tied: Bool
  let ship: String
  let centre: Bool
  let parameters: Int
  let latentTotal: Int
  let slices: [[Int]]?
  let size: Int?
  let update: [Float]
  let latent: [Double]
  let latentPayload: String
  let decoded: [Double]
  let encoder: String
  let decoder: String

  enum CodingKeys: String, CodingKey {
    case form, activation, tied, ship, centre, parameters, slices, size, update, latent, latentPayload, decoded
    case encoder, decoder, latentTotal
  }

  var testDescription: String { "\(form), \(ship)\(tied ? ", tied" : "")\(centre ? ", centred" : "")" }

  static func load() throws -> [AutoencoderForm] {
    let url = try #require(
      Bundle.module.url(forResource: "autoencoders", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode([AutoencoderForm].self, from: Data(contentsOf: url))
  }

  var division: AutoencoderDivision {
    if let slices { return .layers(slices: slices.map { $0[0]..<$0[1] }) }
    if let size { return .chunks(size: size) }
    return .whole
  }

  /// The codec whose halves these are.
  func codec() throws -> AutoencoderCodec {
    let activation = try #require(Activation(rawValue: activation))
    return family(
      parameters, hidden: [9], latent: latentTotal, activation: activation, centre: centre, division: division,
      tied: tied, ship: try #require(ShippedFormat(rawValue: ship)))
  }
}

/// An autoencoder codec of any form with the tests' usual settings.
func family(
  _ parameters: Int, hidden: [Int] = [], latent: Int, activation: Activation = .linear, centre: Bool = true,
  epochs: Int = 3, batch: Int = 8, rule: StepRule = .adam(learningRate: 0.001), values: ValueFormat = .float32,
  division: AutoencoderDivision = .whole, tied: Bool = false, ship: ShippedFormat = .float32
) -> AutoencoderCodec {
  AutoencoderCodec(
    parameters: parameters, hidden: hidden, latent: latent, activation: activation, input: .difference, centre: centre,
    fit: .init(epochs: epochs, batch: batch, rule: rule, initialisation: .glorotUniform), values: values,
    division: division, tied: tied, ship: ship)
}

/// One of the ways to divide and tie; for vectors of any length above 4.
struct Form: Sendable, CustomTestStringConvertible {
  let name: String
  let tied: Bool

  static let all = ["whole", "layers", "chunks"].flatMap { name in [false, true].map { Form(name: name, tied: $0) } }
  var testDescription: String { tied ? "\(name), tied" : name }

  /// Three slices, or slices of 8 floats or more of which none but the last is short.
  func division(_ parameters: Int) -> AutoencoderDivision {
    switch name {
    case "layers":
      let (first, second) = (parameters / 2, parameters / 2 + max(1, parameters / 5))
      return .layers(slices: [0..<first, first..<second, second..<parameters])
    case "chunks": return .chunks(size: max(8, parameters / 30))
    default: return .whole
    }
  }

  func codec(
    _ parameters: Int, hidden: [Int] = [12], latent: Int, activation: Activation = .tanh, centre: Bool = true,
    epochs: Int = 3, rule: StepRule = .adam(learningRate: 0.001), ship: ShippedFormat = .float32
  ) -> AutoencoderCodec {
    family(
      parameters, hidden: hidden, latent: latent, activation: activation, centre: centre, epochs: epochs, rule: rule,
      division: division(parameters), tied: tied, ship: ship)
  }
}

/// Vectors around a mean other than zero, in few directions.
func snapshots(_ count: Int, of parameters: Int, seed: UInt64 = 4) -> [[Float]] {
  var stream = RandomStream(seed: seed, purpose: .codec, lane: 1)
  let directions = (0..<3).map { _ in (0..<parameters).map { _ in Float(stream.normal()) } }
  let mean = (0..<parameters).map { _ in Float(stream.normal()) }
  return (0..<count).map { _ in
    let scales = directions.map { _ in Float(stream.normal()) }
    return (0..<parameters).map { i in
      zip(directions, scales).reduce(mean[i]) { $0 + $1.0[i] * $1.1 } + 0.01 * Float(stream.normal())
    }
  }
}

/// Both halves from received bytes.
func halves(
  _ codec: AutoencoderCodec, _ fitted: FittedCodec
) throws -> (encoder: any UpdateEncoder, decoder: any UpdateDecoder) {
  let decoder = Payload(received: fitted.decoder.bytes)
  let encoder = try #require(fitted.encoder.map { Payload(received: $0.bytes) })
  return (
    try codec.encoder(from: encoder, decoder: codec.encoderNeedsDecoder ? decoder : nil),
    try codec.decoder(from: decoder)
  )
}
