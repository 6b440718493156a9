import FeatherDatasets
import FeatherExperiments
import FeatherTensors
import Testing

@testable import FeatherFederation

/// Checkpoints in memory, as bytes.
private final class Shelf {
  private(set) var checkpoints: [Checkpoint] = []
  /// At which boundary the run is to stop, counted from 0; nil lets it end.
  var stopsAt: Int?
  private var boundary = -1

  var checkpointing: Checkpointing {
    Checkpointing(
      action: { [self] _ in
        boundary += 1
        return stopsAt == boundary ? .saveAndStop : .save
      },
      save: { [self] checkpoint in
        var copy = checkpoint
        copy.parts = try checkpoint.parts.map { part in
          let pieces = try part.pieces()
          return Checkpoint.Part(name: part.name) { pieces }
        }
        checkpoints.append(copy)
        return copy.parts
      })
  }
}

@Suite("Checkpoints")
struct CheckpointTests {
  /// A configuration that keeps everything it can.
  private static func keepingAll(_ spec: RunSpec) -> RunSpec {
    var spec = spec
    spec.store.codec = true
    spec.store.snapshots = true
    return spec
  }

  @Test(
    "a run that goes on from any of its checkpoints gives the same bits as one that was never set down",
    arguments: EveryCodec.specs.indices)
  func everyBoundary(number: Int) throws {
    for keepsAll in [false, true] {
      let spec = keepsAll ? Self.keepingAll(EveryCodec.specs[number].spec) : EveryCodec.specs[number].spec
      let undisturbed = everything(in: try run(spec))
      let shelf = Shelf()
      let written = try Federation(spec, data: Digits.splits()).run(checkpointing: shelf.checkpointing)
      #expect(everything(in: written) == undisturbed)
      #expect(shelf.checkpoints.count >= spec.federation.rounds)
      for checkpoint in shelf.checkpoints {
        var federation = try Federation(spec, data: Digits.splits(), threads: 2)
        try federation.resume(from: checkpoint)
        let result = try federation.run()
        #expect(everything(in: result) == undisturbed, "after \(checkpoint.position)")
      }
    }
  }

  @Test(
    "a run that is stopped at every boundary in turn, each time taken up again, gives the same bits", arguments: [1, 2])
  func stoppedAgainAndAgain(threads: Int) throws {
    var spec = Self.keepingAll(quickSpec(clients: 3, rounds: 4, codec: quickAutoencoder()))
    spec.addOns.refresh.every = 2
    spec.addOns.errorFeedback = 1
    var last: Checkpoint?
    for stop in 0..<100 {
      var federation = try Federation(spec, data: Digits.splits(), threads: threads)
      if let last { try federation.resume(from: last) }
      let shelf = Shelf()
      shelf.stopsAt = 0
      do {
        let result = try federation.run(checkpointing: shelf.checkpointing)
        #expect(everything(in: result) == everything(in: try run(spec)))
        // After every client's pre-pass, fit and validation, and after every round; what threads do side by side ends together.
        #expect(threads == 1 ? stop == 3 + 3 + 3 + 4 : (1 + 1 + 1 + 4...3 + 3 + 3 + 4).contains(stop))
        return
      } catch let interruption as RunInterrupted {
        last = shelf.checkpoints.last
        #expect(last?.position == interruption.position)
      }
    }
    Issue.record("the run never came to its end")
  }

  @Test("what clients hold by the downlink, and who drops out, is the same after any checkpoint", arguments: 0...2)
  func downlink(number: Int) throws {
    var spec = quickSpec(clients: 6, rounds: 5, codec: .direct(DirectCodecSpec(.topk)))
    (spec.federation.cohort, spec.federation.dropout, spec.addOns.errorFeedback) = (3, 0.4, 0.9)
    spec.downlink.codec = .direct(DirectCodecSpec([.qsgd, .powersgd, .stc][number]))
    try spec.validate()
    let undisturbed = try run(spec)
    #expect(undisturbed.rounds.contains { $0.dropped > 0 })
    let shelf = Shelf()
    _ = try Federation(spec, data: Digits.splits()).run(checkpointing: shelf.checkpointing)
    #expect(shelf.checkpoints.count == 5)
    for checkpoint in shelf.checkpoints {
      var federation = try Federation(spec, data: Digits.splits(), threads: 2)
      try federation.resume(from: checkpoint)
      #expect(everything(in: try federation.run()) == everything(in: undisturbed), "after \(checkpoint.position)")
    }
  }

  @Test("a run with a latent that a budget chose goes on with that latent")
  func budget() throws {
    var spec = quickSpec(codec: quickAutoencoder())
    spec.codec.budget = .bytes(600_000)
    let undisturbed = try run(spec)
    let shelf = Shelf()
    _ = try Federation(spec, data: Digits.splits()).run(checkpointing: shelf.checkpointing)
    for checkpoint in shelf.checkpoints {
      var federation = try Federation(spec, data: Digits.splits())
      try federation.resume(from: checkpoint)
      let result = try federation.run()
      #expect(everything(in: result) == everything(in: undisturbed))
      #expect(result.latentTrials == undisturbed.latentTrials)
    }
  }

  @Test("a run that diverges after a checkpoint diverges again in the same round")
  func divergence() throws {
    var spec = quickSpec(rounds: 6)
    (spec.training.learningRate, spec.model.activation) = (1, .linear)
    let undisturbed = try run(spec)
    #expect(undisturbed.status != .complete && !undisturbed.rounds.isEmpty)
    let shelf = Shelf()
    _ = try Federation(spec, data: Digits.splits()).run(checkpointing: shelf.checkpointing)
    for checkpoint in shelf.checkpoints {
      var federation = try Federation(spec, data: Digits.splits())
      try federation.resume(from: checkpoint)
      #expect(everything(in: try federation.run()) == everything(in: undisturbed))
    }
  }

  @Test("a checkpoint of other libraries, or one whose state was cut anywhere, is refused")
  func refused() throws {
    let shelf = Shelf()
    _ = try Federation(quickSpec(), data: Digits.splits()).run(checkpointing: shelf.checkpointing)
    let checkpoint = try #require(shelf.checkpoints.last)
    for count in stride(from: 0, to: checkpoint.state.count, by: 101) {
      var cut = checkpoint
      cut.state = Array(checkpoint.state.prefix(count))
      var federation = try Federation(quickSpec(), data: Digits.splits())
      #expect(throws: FederationError.self) { try federation.resume(from: cut) }
    }
    var other = checkpoint
    let version = Array("onednn".utf8)
    let place = try #require((0..<other.state.count - 6).first { Array(other.state[$0..<$0 + 6]) == version })
    other.state[place] = UInt8(ascii: "x")
    var federation = try Federation(quickSpec(), data: Digits.splits())
    #expect(throws: FederationError.self) { try federation.resume(from: other) }
  }
}
