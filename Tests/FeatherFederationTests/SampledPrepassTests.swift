import FeatherExperiments
import FeatherTensors
import Testing

@testable import FeatherFederation

/// P of 784-4-10, and bytes of a model on the wire.
private let parameters = 785 * 4 + 5 * 10
private let modelBytes = 4 * parameters + 8

/// Ten clients of 60 samples, 3 of which take part in each of 4 rounds; 4 run the pre-pass.
private func sampled(_ scope: CodecScope, clusters: Int = 2) -> RunSpec {
  var codec = quickAutoencoder(scope)
  codec.clusters = clusters
  var spec = quickSpec(clients: 10, rounds: 4, codec: codec)
  spec.prepass.clients = 4
  spec.prepass.snapshotEvery = .epoch
  spec.federation.participation = 0.3
  return spec
}

/// The clients of any round that did not run the pre-pass.
private func joiners(_ result: RunResult) -> Set<Int> {
  Set(result.rounds.flatMap { $0.uploads.map(\.client) }).subtracting(result.prepass?.clients ?? [])
}

@Suite("A pre-pass of some clients")
struct SampledPrepassTests {
  @Test("those who run it are that many, different, and others with another seed")
  func sample() throws {
    var spec = sampled(.shared)
    var seen: Set<[Int]> = []
    for seed in 0..<8 as Range<UInt64> {
      spec.seed = seed
      let record = try #require(try run(spec).prepass)
      #expect(Set(record.clients).count == 4)
      #expect(record.clients == record.clients.sorted())
      #expect(record.trainLoss.count == 4 && record.snapshots.count == 4)
      seen.insert(record.clients)
    }
    #expect(seen.count > 4)
  }

  @Test("a shared encoder goes to three of the sample at once, and to each other client when it first takes part")
  func shared() throws {
    let result = try run(sampled(.shared))
    let ledger = result.ledger
    let joined = joiners(result).count
    #expect(joined > 1)
    #expect(ledger[.encoder, .up].messages == 1)
    #expect(ledger[.encoder, .down].messages == 3 + joined)
    #expect(ledger[.encoder, .down].bytes == (3 + joined) * ledger[.encoder, .up].bytes)
    #expect(ledger[.decoder, .up].messages == 1)
    // The initial weights to four; one snapshot of each of three to who fits, by way of the aggregator.
    #expect(ledger[.prepass, .down].bytes == (4 + 3) * modelBytes)
    #expect(ledger[.prepass, .up].bytes == 3 * modelBytes)
    // The rounds' bytes say when.
    var known = Set(result.prepass?.clients ?? [])
    for round in result.rounds {
      let new = Set(round.uploads.map(\.client)).subtracting(known)
      known.formUnion(new)
      #expect(round.bytesDown == 3 * modelBytes + new.count * ledger[.encoder, .up].bytes)
    }
  }

  @Test("with codecs of groups a client runs the pre-pass when it first takes part, and sends what it ends with")
  func clustered() throws {
    let result = try run(sampled(.clustered))
    let joined = joiners(result).count
    #expect(joined > 1)
    let fits = result.fits.count
    #expect(fits == 2)
    #expect(result.ledger[.encoder, .up].messages == fits)
    #expect(result.ledger[.encoder, .down].messages == 4 - fits + joined)
    // The last snapshots of all four say who is alike; they need not go up again to be fitted.
    #expect(result.ledger[.prepass, .up].bytes == (4 + joined) * modelBytes)
    #expect(result.ledger[.prepass, .down].bytes == (4 + 4 - fits + joined) * modelBytes)
  }

  @Test("all clients in the sample are a pre-pass of all, but for the list of who ran it")
  func wholeSample() throws {
    var spec = sampled(.shared)
    spec.prepass.clients = 10
    var some = try run(spec)
    spec.prepass.clients = 0
    let all = try run(spec)
    #expect(some.prepass?.clients == Array(0..<10))
    some.prepass?.clients = []
    some.spec = spec
    #expect(everything(in: some) == everything(in: all))
  }

  @Test("two threads give the bits of one", arguments: [CodecScope.shared, .clustered])
  func threads(scope: CodecScope) throws {
    let results = try [1, 2].map { try Federation(sampled(scope), data: Digits.splits(), threads: $0).run() }
    #expect(everything(in: results[0]) == everything(in: results[1]))
  }

  @Test("a sample that serves nobody, or is larger than the federation, is refused")
  func refused() {
    for (change, message) in [
      ({ $0.codec = quickAutoencoder(.perClient) }, "codec.scope perClient each client fits on snapshots of its own"),
      ({ $0.prepass.clients = 11 }, "prepass.clients is 11, but there are only 10 clients"),
      ({ $0.prepass.clients = 1 }, "only 1 clients run the pre-pass"),
    ] as [((inout RunSpec) -> Void, String)] {
      var spec = sampled(.clustered)
      change(&spec)
      #expect { try spec.validate() } throws: { "\($0)".contains(message) }
    }
  }
}
