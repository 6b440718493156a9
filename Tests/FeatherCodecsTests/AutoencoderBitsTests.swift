import FeatherNetworks
import FeatherTensors
import Testing

@testable import FeatherCodecs

/// Fits of one autoencoder of the whole vector, held to the bits they had before vectors could be divided.
@Suite struct AutoencoderBitsTests {
  /// Settings, and FNV-1a hashes of the fitted encoder's and decoder's bytes and of the losses' bits, taken before.
  struct Case: Sendable {
    let parameters: Int
    let hidden: [Int]
    let latent: Int
    let activation: Activation
    let centre: Bool
    let rule: StepRule
    let encoder: UInt64
    let decoder: UInt64
    let losses: UInt64
  }

  static let cases = [
    Case(
      parameters: 40, hidden: [], latent: 3, activation: .linear, centre: true, rule: .adam(learningRate: 0.01),
      encoder: 0xdcb2_98b6_95f2_98c2, decoder: 0xd33c_5752_13d8_787f,
      losses: 0x4ca8_c5ce_daee_151c),
    Case(
      parameters: 1_500, hidden: [20], latent: 5, activation: .tanh, centre: true,
      rule: .sgd(learningRate: 0.1, momentum: 0.9), encoder: 0xe5be_b50b_d9fc_87ae, decoder: 0x7cb8_47c3_2b42_3618,
      losses: 0xe6c7_72b4_bdf5_5a91),
    Case(
      parameters: 1_500, hidden: [20, 9], latent: 5, activation: .leakyRelu, centre: false,
      rule: .adam(learningRate: 0.001), encoder: 0x3808_0eb8_dda1_58e6, decoder: 0xc5c0_3970_f663_6d1f,
      losses: 0x65a3_a72c_cfb9_0941),
    Case(
      parameters: 15_910, hidden: [], latent: 32, activation: .relu, centre: true, rule: .adam(learningRate: 0.001),
      encoder: 0xd438_ef55_b713_797c, decoder: 0xf33f_edbf_da32_024d,
      losses: 0xe58e_a053_c91d_e977),
  ]

  private static func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  @Test(
    "one autoencoder of the whole vector, untied and shipped as float32, has the bytes it always had", arguments: cases)
  func sameBytes(test: Case) throws {
    var stream = RandomStream(seed: 11, purpose: .codec)
    let snapshots = (0..<21).map { _ in (0..<test.parameters).map { _ in Float(1 + stream.normal()) } }
    let codec = autoencoder(
      test.parameters, hidden: test.hidden, latent: test.latent, activation: test.activation, centre: test.centre,
      epochs: 3, batch: 8, rule: test.rule)
    let set = SnapshotSet(fitted: Array(snapshots.dropLast(4)), heldOut: Array(snapshots.suffix(4)))
    let fitted = try codec.fit(set, seed: 5, client: 7)
    let losses = (fitted.trainLoss + fitted.heldOutLoss).map(\.bitPattern)
    let encoder = Self.hash(try #require(fitted.encoder).bytes)
    #expect(encoder == test.encoder)
    #expect(Self.hash(fitted.decoder.bytes) == test.decoder)
    #expect(
      Self.hash(losses.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }) == test.losses)
  }
}
