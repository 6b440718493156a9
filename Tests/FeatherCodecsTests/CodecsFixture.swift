import FeatherNetworks
import FeatherTensors
import Foundation
import Testing

@testable import FeatherCodecs

/// `Fixtures/codecs.json`, made by `Fixtures/codecs.py`: bytes written by `struct` and `binascii`, errors by NumPy.
struct CodecsFixture: Decodable {
  struct Floats: Decodable {
    let bits: [UInt32]
    let payload: String
  }
  /// An autoencoder 20-9-3-9-20 as bytes, and what it makes of one update.
  struct Halves: Decodable {
    let activation: UInt8
    let update: [Float]
    let latent: [Double]
    let latentPayload: String
    let decoded: [Double]
    let encoder: String
    let decoder: String
  }
  struct Errors: Decodable {
    let latent: Int
    let fitted: Double
    let heldOut: Double
  }
  /// Snapshots of rank 3 with noise, and the mean squared error per element that PCA leaves.
  struct LowRank: Decodable {
    let fitted: [[Float]]
    let heldOut: [[Float]]
    let pca: [Errors]
    let fittedVariance: Double
    let heldOutVariance: Double
  }
  let floats: Floats
  let halves: [Halves]
  let lowRank: LowRank

  static func load() throws -> CodecsFixture {
    let url = try #require(Bundle.module.url(forResource: "codecs", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(CodecsFixture.self, from: Data(contentsOf: url))
  }
}

/// The bytes of a hexadecimal text.
func bytes(_ hex: String) throws -> [UInt8] {
  let digits = try hex.map { UInt8(try #require($0.hexDigitValue)) }
  return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// An autoencoder codec with the tests' usual settings.
func autoencoder(
  _ parameters: Int = 40, hidden: [Int] = [], latent: Int = 3, activation: Activation = .linear, centre: Bool = true,
  epochs: Int = 20, batch: Int = 16, rule: StepRule = .adam(learningRate: 0.01)
) -> AutoencoderCodec {
  AutoencoderCodec(
    parameters: parameters, hidden: hidden, latent: latent, activation: activation, input: .weights, centre: centre,
    fit: .init(epochs: epochs, batch: batch, rule: rule, initialisation: .glorotUniform))
}

/// The largest difference, relative to the reference's largest element; infinite when the counts differ.
func deviation(_ values: [Float], from reference: [Double]) -> Double {
  guard values.count == reference.count else { return .infinity }
  let scale = reference.reduce(0) { max($0, abs($1)) }
  return zip(values, reference).reduce(0) { $1.0.isFinite ? max($0, abs(Double($1.0) - $1.1) / scale) : .infinity }
}

extension NetworkShipment {
  /// The payload of a network whose parameters are an array.
  static func payload(_ architecture: Architecture, parameters: [Float]) throws -> Payload {
    try parameters.withUnsafeBufferPointer { try payload(architecture, parameters: $0) }
  }
}

extension Occasion {
  /// Some occasion, for codecs that draw nothing.
  static let any = Occasion(seed: 1, client: 0, round: 0)
}

extension UpdateCodec {
  /// Fits on one thread.
  func fit(_ snapshots: SnapshotSet, seed: UInt64, client: Int, team: ThreadTeam = .single) throws -> FittedCodec {
    try fit(snapshots, FitKey(seed: seed, client: client), team: team)
  }

  /// The client's half of a codec whose encoder needs no decoder.
  func encoder(from shipped: Payload?) throws -> any UpdateEncoder { try encoder(from: shipped, decoder: nil) }
}

extension UpdateEncoder {
  /// Encodes without a past.
  func encode(_ update: [Float], at occasion: Occasion = .any) throws -> Encoding {
    var memory = CodecMemory()
    return try encode(update, &memory, at: occasion)
  }
}

extension UpdateDecoder {
  /// Decodes without a past.
  func decode(_ body: [UInt8], at occasion: Occasion = .any) throws -> [Float] {
    var memory = CodecMemory()
    return try decode(body[...], &memory, at: occasion)
  }
}
