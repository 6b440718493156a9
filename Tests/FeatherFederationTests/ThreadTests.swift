import FeatherDatasets
import FeatherExperiments
import Testing

@testable import FeatherFederation

@Suite("Threads")
struct ThreadTests {
  /// What is computed in different ways: every codec scope, partial participation, uneven clients.
  static let specs: [RunSpec] = [
    quickSpec(clients: 5),
    uneven(.identity),
    uneven(quickAutoencoder()),
    uneven(quickAutoencoder(.shared, input: .difference)),
    quickSpec(clients: 3, codec: quickAutoencoder(hidden: [5])),
  ]

  private static func uneven(_ codec: CodecSpec) -> RunSpec {
    var spec = quickSpec(clients: 6, codec: codec)
    spec.partition.scheme = .dirichlet(alpha: 0.5, minimumSamples: 20)
    spec.prepass.heldOut = 0.3
    spec.federation.participation = 0.5
    spec.federation.evaluateEachEpoch = true
    spec.training.localEpochs = 2
    spec.store.codec = true
    spec.store.snapshots = true
    return spec
  }

  /// A result and everything that was said meanwhile.
  private static func run(_ spec: RunSpec, on data: DatasetSplits, threads: Int) throws -> (
    result: String, said: [String]
  ) {
    var said: [String] = []
    let result = try Federation(spec, data: data, threads: threads).run { said.append("\($0)") }
    return (everything(in: result), said)
  }

  @Test("one, two and three threads give the same bits, and say the same in the same order", arguments: specs)
  func sameBits(spec: RunSpec) throws {
    let one = try Self.run(spec, on: Digits.splits(), threads: 1)
    for threads in [2, 3] {
      let more = try Self.run(spec, on: Digits.splits(), threads: threads)
      #expect(more.result == one.result && more.said == one.said)
    }
  }

  @Test("a model of images gives the same bits too, with scores after each epoch of colour and grey test images")
  func images() throws {
    var spec = greySpec([0, 0.5, 1])
    spec.federation.rounds = 2
    spec.federation.evaluateEachEpoch = true
    spec.codec = quickAutoencoder()
    let one = try Self.run(spec, on: Colours.splits(), threads: 1)
    for threads in [2, 3] { #expect(try Self.run(spec, on: Colours.splits(), threads: threads) == one) }
  }

  @Test("a run that diverges ends with the same client's words and the same ledger", arguments: [1e3, 1e6, 1e30])
  func divergence(rate: Double) throws {
    for codec in [CodecSpec.identity, quickAutoencoder()] {
      var spec = quickSpec(clients: 5, rounds: 30, codec: codec)
      spec.model.activation = .linear
      spec.training.learningRate = rate
      spec.training.batch = 60
      let one = try Self.run(spec, on: Digits.splits(), threads: 1)
      #expect(one.result.contains("diverged("))
      for threads in [2, 3] { #expect(try Self.run(spec, on: Digits.splits(), threads: threads).result == one.result) }
    }
  }

  @Test("an error of whoever listens ends the run", arguments: [1, 3])
  func listener(threads: Int) throws {
    struct Deaf: Error {}
    var heard = 0
    #expect(throws: Deaf.self) {
      _ = try Federation(quickSpec(clients: 4, codec: quickAutoencoder()), data: Digits.splits(), threads: threads).run
      { _ in
        heard += 1
        if heard == 3 { throw Deaf() }
      }
    }
  }

  @Test("the estimate counts what each thread has of its own")
  func estimate() {
    let spec = quickSpec(clients: 4, codec: quickAutoencoder())
    let (one, two) = (ResourceEstimate(of: spec), ResourceEstimate(of: spec, threads: 2))
    #expect(two.peakBytes > one.peakBytes && two.diskBytes == one.diskBytes)
    #expect(ResourceEstimate(of: spec, threads: 1000).peakBytes < 1000 * one.peakBytes)
  }
}
