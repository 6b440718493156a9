import FeatherCodecs
import FeatherExperiments
import FeatherTensors
import Foundation
import Testing

@testable import FeatherFederation

private let parameters = 785 * 4 + 5 * 10

/// `quickSpec` with a codec for the way down.
private func spec(
  _ name: DirectCodecSpec.Name, clients: Int = 3, rounds: Int = 5, _ change: (inout DirectCodecSpec) -> Void = { _ in }
) -> RunSpec {
  var spec = quickSpec(clients: clients, rounds: rounds)
  var settings = DirectCodecSpec(name)
  change(&settings)
  spec.downlink.codec = .direct(settings)
  return spec
}

@Suite("Compression of the downlink")
struct DownlinkTests {
  @Test("differences that lose nothing give what a downlink without a codec gives, up to rounding")
  func lossless() throws {
    for participation in [1, 0.5] {
      for input in [CodecInput.weights, .difference] {
        var through = spec(.topk, clients: 4) { $0.fraction = 1 }
        through.federation.participation = participation
        var settings = DirectCodecSpec(.topk)
        (settings.fraction, settings.input) = (1, input)
        through.codec = .direct(settings)
        var plain = through
        plain.downlink = CodecChain()
        let (found, expected) = (try run(through), try run(plain))
        for (a, b) in zip(found.weights, expected.weights) {
          // A sum of held and difference is rounded once per round, to 2^-24 of a weight; training passes that on.
          #expect(Reductions.relativeError(of: a.parameters, to: b.parameters) < 1e-5)
        }
        #expect(found.rounds.map { $0.uploads.map(\.client) } == expected.rounds.map { $0.uploads.map(\.client) })
      }
    }
  }

  @Test("every codec without a fit and every add-on runs, and gives the same bits in two threads")
  func everyCodec() throws {
    var specs = DirectCodecSpec.Name.allCases.map { spec($0, rounds: 3) }
    var addOns = spec(.topk, rounds: 3)
    addOns.downlink.quantise = QuantiseSpec(bits: .eight)
    (addOns.downlink.addOns.transform, addOns.downlink.addOns.deflate) = (.cosine, true)
    addOns.downlink.addOns.residual = 0.01
    specs.append(addOns)
    var bits = quickSpec(clients: 3, rounds: 3)
    bits.downlink.quantise = QuantiseSpec(bits: .sixteen)
    specs.append(bits)
    for spec in specs {
      try spec.validate()
      let result = try run(spec)
      #expect(result.status == .complete && result.rounds.count == 3, "\(spec.downlink)")
      #expect(result.ledger[.model, .down].messages == 9)
      #expect(everything(in: try Federation(spec, data: Digits.splits(), threads: 2).run()) == everything(in: result))
    }
  }

  @Test("a participant receives what it missed, or the model where that is fewer bytes, counted by hand")
  func ledger() throws {
    // Half precision: a difference takes 2 P + 8 bytes, a model 4 P + 8, so that a client that missed one round receives the model.
    let sign = (parameters + 7) / 8 + 8
    for (name, size, most) in [(DirectCodecSpec.Name.float16, 2 * parameters, 1), (.sign, sign, 30)] {
      var spec = spec(name, clients: 6, rounds: 12)
      spec.federation.cohort = 2
      let result = try run(spec)
      var heard: [Int: Int] = [:]
      for (round, record) in result.rounds.enumerated() {
        var expected = 0
        for client in record.uploads.map(\.client) {
          // A difference was encoded in every round after the first.
          let missed = heard[client].map { round - $0 }
          expected += missed.map { $0 <= most ? $0 * (size + 8) : 4 * parameters + 8 } ?? 4 * parameters + 8
          heard[client] = round
        }
        #expect(record.bytesDown == expected, "\(name), round \(round)")
      }
      let bytes = result.ledger[.model, .down]
      #expect(bytes.headerBytes == 8 * bytes.messages)
      let ratio = LedgerRatios(ledger: result.ledger, parameters: parameters, broadcasts: 24)
      let raw = 24 * (4 * Double(parameters) + 8) + 24 * 4 * Double(parameters)
      #expect(abs(ratio.total - raw / Double(bytes.bytes + result.ledger.bytes(.up))) < 1e-12)
    }
  }

  @Test("clients that heard the last broadcast hold one model, which follows the aggregator's")
  func held() throws {
    var chain = CodecChain()
    var settings = DirectCodecSpec(.topk)
    settings.fraction = 0.25
    chain.codec = .direct(settings)
    let spec = quickSpec()
    let codec = Assembly.codec(chain, model: quickModel(spec), image: spec.dataset.image)
    let initial = initialWeights(spec)
    var downlink = try Downlink(codec, seed: 1, state: SavedDownlink(held: initial))
    var wire = Wire()
    try downlink.send(initial, 0, to: [0, 1], over: &wire)
    #expect(downlink.held.bits == initial.bits)
    let target = initial.map { $0 + 1 }
    // What did not cross is sent in the next rounds, a quarter of the elements in each.
    var distances: [Double] = []
    for round in 1...4 {
      try downlink.send(target, round, to: [0], over: &wire)
      distances.append(Reductions.squaredDistance(downlink.held, target))
    }
    #expect(zip(distances, distances.dropFirst()).allSatisfy { $0 > $1 } && distances[3] < 1e-6)
    // Nobody is there, nothing is sent, and what clients hold stays.
    let before = (wire.ledger, downlink.held)
    try downlink.send(initial, 5, to: [], over: &wire)
    #expect(wire.ledger == before.0 && downlink.held.bits == before.1.bits)
  }

  static let refused: [(change: @Sendable (inout RunSpec) -> Void, message: String)] = [
    ({ $0.downlink.codec = .pca(PCASpec()) }, "downlink.name must be one of"),
    ({ $0.downlink.addOns.errorFeedback = 1 }, "downlink takes codecs that need no fit"),
    ({ $0.downlink.addOns.transform = .trajectory }, "downlink.transform trajectory is found in models"),
    (
      {
        $0.codec = .direct(DirectCodecSpec(.stc))
        $0.addOns.transform = .trajectory
      }, "codec.transform trajectory is"
    ),
    ({ $0.downlink.quantise = QuantiseSpec(bits: .eight) }, "downlink.quantise says how floats are sent"),
  ]

  @Test("what the downlink cannot do is refused", arguments: refused.indices)
  func refusals(number: Int) {
    var spec = spec(.stc)
    Self.refused[number].change(&spec)
    let error = #expect(throws: SpecError.self) { try spec.validate() }
    #expect(error?.description.contains(Self.refused[number].message) == true, "\(error?.description ?? "")")
  }
}
