import FeatherDatasets
import FeatherExperiments
import FeatherTensors
import Testing

@testable import FeatherFederation

@Suite("Partitions in a federation")
struct PartitionedRunTests {
  static let schemes: [PartitionSpec.Scheme] = [
    .iid, .shards(perClient: 2), .dirichlet(alpha: 0.1, minimumSamples: 5), .dirichlet(alpha: 1000, minimumSamples: 1),
  ]

  @Test("every scheme runs, and the clients' label histograms add up to the data", arguments: schemes)
  func runs(scheme: PartitionSpec.Scheme) throws {
    var spec = quickSpec(clients: 5, rounds: 1)
    spec.partition.scheme = scheme
    let labels = try Digits.splits().train.labels
    let result = try run(spec)
    #expect(result.status == .complete)
    #expect(result.clients.count == 5)
    #expect(result.clients.flatMap(\.indices).sorted() == Array(0..<600))
    var total = [Int](repeating: 0, count: 10)
    for client in result.clients {
      #expect(client.labelHistogram.reduce(0, +) == client.indices.count)
      for label in 0..<10 {
        #expect(client.labelHistogram[label] == client.indices.count { Int(labels[Int($0)]) == label })
        total[label] += client.labelHistogram[label]
      }
    }
    #expect(total == (0..<10).map { label in labels.count { Int($0) == label } })
    #expect((0..<1).contains(result.labelSkew))
    if case .shards = scheme {
      #expect(result.clients.allSatisfy { $0.labelHistogram.count { $0 > 0 } <= 4 })
      #expect(result.labelSkew > 0.5)
    }
  }

  @Test("more clients than samples are refused by the data")
  func tooManyClients() {
    #expect(throws: DatasetError.self) { try run(quickSpec(clients: 601, rounds: 1)) }
  }

  @Test("a batch larger than a client's data is one step over all of it", arguments: [400, 1_000_000_000])
  func largeBatch(batch: Int) throws {
    var exact = quickSpec(codec: quickAutoencoder())
    exact.prepass.epochs = 3
    exact.prepass.snapshotEvery = .steps(1)
    exact.training.batch = 300
    var larger = exact
    larger.training.batch = batch
    let (a, b) = (try run(exact), try run(larger))
    #expect(b.prepass?.snapshots.map { $0.map(\.step) } == [[1, 2, 3], [1, 2, 3]])
    #expect("\(a.weights)" == "\(b.weights)")
    #expect("\(a.rounds)" == "\(b.rounds)")
  }
}

@Suite("What a run keeps")
struct StoreTests {
  static let checkpoints: [(StoreSpec.Weights, [Int])] = [(.none, []), (.final, [3]), (.all, [0, 1, 2, 3])]

  @Test("weights: none, the final ones, or the initial ones and those of every round", arguments: checkpoints)
  func weights(store: StoreSpec.Weights, rounds: [Int]) throws {
    var spec = quickSpec(rounds: 3)
    let all = try run(spec).weights
    spec.store.weights = store
    let kept = try run(spec).weights
    #expect(kept.map(\.round) == rounds)
    #expect(kept.map(\.parameters.bits) == rounds.map { all[$0].parameters.bits })
    #expect(kept.allSatisfy { $0.parameters.count == 785 * 4 + 50 })
  }

  @Test("latents: none or those of every upload; what is kept changes nothing else")
  func latents() throws {
    var spec = quickSpec(codec: quickAutoencoder())
    let all = try run(spec)
    spec.store.latents = .none
    let none = try run(spec)
    #expect(all.rounds.flatMap(\.uploads).map { $0.latent?.count } == [3, 3, 3, 3])
    #expect(none.rounds.flatMap(\.uploads).allSatisfy { $0.latent == nil })
    #expect(all.rounds.map(\.testLoss) == none.rounds.map(\.testLoss))
  }

  @Test("the codec's parameters and the snapshots are kept only when asked for", arguments: [false, true])
  func codecAndSnapshots(asked: Bool) throws {
    var spec = quickSpec(rounds: 1, codec: quickAutoencoder(hidden: [5]))
    spec.store.codec = asked
    spec.store.snapshots = asked
    let result = try run(spec)
    let parameters = 785 * 4 + 50
    for fit in result.fits {
      #expect(fit.encoder?.count == (asked ? (parameters + 1) * 5 + 6 * 3 : nil))
      #expect(fit.decoder?.count == (asked ? 4 * 5 + 6 * parameters : nil))
    }
    let snapshots = try #require(result.prepass).snapshots.flatMap { $0 }
    #expect(snapshots.count == 6)
    #expect(snapshots.allSatisfy { $0.weights?.count == (asked ? parameters : nil) })
  }

  @Test("the layout names every slice of the weights, and identity has neither pre-pass nor fits")
  func layout() throws {
    let result = try run(quickSpec(rounds: 1))
    #expect(result.layout.map(\.name) == ["dense1.weight", "dense1.bias", "dense2.weight", "dense2.bias"])
    #expect(result.layout.map(\.offset) == [0, 3136, 3140, 3180])
    #expect(result.layout.map(\.shape) == [[4, 784], [4], [10, 4], [10]])
    #expect(result.prepass == nil)
    #expect(result.fits.isEmpty)
    #expect(result.environment.map(\.name) == ["instruction_set", "onednn"])
  }
}

@Suite("What a run says while it computes")
struct EventTests {
  private static func text(_ event: RunEvent) -> String {
    switch event {
    case .progress(let stage, let done, let count): "\(stage) \(done)/\(count)"
    case .round(let record): "round \(record.round)"
    }
  }

  private static func events(_ spec: RunSpec) throws -> [String] {
    var events: [String] = []
    _ = try run(spec) { events.append(text($0)) }
    return events
  }

  @Test("identity says each round, once and in order")
  func identity() throws {
    #expect(try Self.events(quickSpec(rounds: 3)) == ["round 0", "round 1", "round 2"])
  }

  @Test("an autoencoder says pre-pass, fit and validation before the rounds")
  func autoencoder() throws {
    let prepass = ["prepass 0/2", "prepass 1/2", "prepass 2/2"]
    let validation = ["validation 0/2", "validation 1/2", "validation 2/2"]
    let rounds = ["round 0", "round 1"]
    #expect(
      try Self.events(quickSpec(codec: quickAutoencoder()))
        == prepass + ["fit 0/2", "fit 1/2", "fit 2/2"] + validation + rounds)
    #expect(
      try Self.events(quickSpec(codec: quickAutoencoder(.shared)))
        == prepass + ["fit 0/1", "fit 1/1"] + validation + rounds)
  }

  @Test("the rounds said are the rounds of the result")
  func records() throws {
    var records: [RoundRecord] = []
    let result = try run(quickSpec(rounds: 3)) { event in
      if case .round(let record) = event { records.append(record) }
    }
    #expect("\(records)" == "\(result.rounds)")
  }

  private struct Stop: Error, Equatable { let at: String }

  @Test(
    "an error thrown by the listener ends the run with that error",
    arguments: ["prepass 1/2", "fit 1/2", "validation 2/2", "round 0"])
  func stops(at place: String) throws {
    var said: [String] = []
    #expect(throws: Stop(at: place)) {
      _ = try run(quickSpec(codec: quickAutoencoder())) { event in
        said.append(Self.text(event))
        if said.last == place { throw Stop(at: place) }
      }
    }
    #expect(said.last == place)
  }
}
