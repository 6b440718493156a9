import FeatherExperiments
import Testing

@testable import FeatherFederation

@Suite("Divergence")
struct DivergenceTests {
  @Test("training that blows up at once is recorded with round 0 and the client", arguments: [1e6, 1e30])
  func atOnce(rate: Double) throws {
    var spec = quickSpec()
    spec.model.activation = .linear
    spec.training.learningRate = rate
    let result = try run(spec)
    guard case .diverged(let round, let reason) = result.status else {
      Issue.record("the run ended as \(result.status)")
      return
    }
    #expect(round == 0)
    #expect(reason.hasPrefix("client 0's "))
    #expect(reason.hasSuffix(": lower training.learningRate"))
    #expect(result.rounds.isEmpty)
    #expect(result.weights.map(\.round) == [0])
    #expect(result.ledger[.model, .down].messages == 1, "what crossed before is in the ledger")
  }

  @Test("the rounds before a divergence are kept, finite, and those of the shorter run")
  func later() throws {
    // One step a round: each makes the weights about a million times larger, so several rounds pass.
    var spec = quickSpec(rounds: 30)
    spec.model.activation = .linear
    spec.training.learningRate = 1e6
    spec.training.batch = 300
    let result = try run(spec)
    guard case .diverged(let round, let reason) = result.status, let round else {
      Issue.record("the run ended as \(result.status)")
      return
    }
    #expect(!reason.isEmpty)
    #expect(round >= 1)
    #expect(result.rounds.map(\.round) == Array(0..<round))
    for record in result.rounds {
      #expect(record.testLoss.isFinite && record.testAccuracy.isFinite)
      #expect(record.uploads.allSatisfy { $0.trainLoss.isFinite && $0.relativeError.isFinite })
    }
    #expect(result.weights.allSatisfy { $0.parameters.allSatisfy(\.isFinite) })
    spec.federation.rounds = round
    let shorter = try run(spec)
    #expect(shorter.status == .complete)
    #expect("\(shorter.rounds)" == "\(result.rounds)")
    #expect("\(shorter.weights)" == "\(result.weights)")
  }

  @Test("a run that diverged has no final weights")
  func noFinalWeights() throws {
    var spec = quickSpec()
    spec.training.learningRate = 1e30
    spec.store.weights = .final
    #expect(try run(spec).weights.isEmpty)
  }

  @Test("a pre-pass that blows up is recorded without a round")
  func prepass() throws {
    var spec = quickSpec(codec: quickAutoencoder())
    spec.training.learningRate = 1e30
    let result = try run(spec)
    guard case .diverged(round: nil, let reason) = result.status else {
      Issue.record("the run ended as \(result.status)")
      return
    }
    #expect(reason.contains("lower training.learningRate"))
    #expect(result.rounds.isEmpty)
    #expect(result.weights.isEmpty)
  }

  @Test("a codec that is finite but decodes to infinity is found by the validation model, and is named")
  func decoding() throws {
    // One step of a huge size: the loss is met before it, and the parameters after it are finite.
    var codec = AutoencoderSpec()
    codec.latent = 3
    codec.activation = .linear
    codec.epochs = 1
    codec.optimizer = .sgd
    codec.learningRate = 1e25
    var spec = quickSpec(codec: .autoencoder(codec))
    spec.prepass.heldOut = 0
    let result = try run(spec)
    guard case .diverged(round: nil, let reason) = result.status else {
      Issue.record("the run ended as \(result.status)")
      return
    }
    #expect(reason.hasPrefix("client 0's test loss with the decoded snapshot of step 4 became "))
    #expect(reason.hasSuffix(": lower codec.learningRate"))
    #expect(result.prepass == nil)
  }

  @Test("a fit that blows up is recorded without a round and names the codec", arguments: OptimizerName.allCases)
  func fit(optimizer: OptimizerName) throws {
    var codec = AutoencoderSpec()
    codec.latent = 3
    codec.activation = .linear
    codec.epochs = 20
    codec.optimizer = optimizer
    codec.learningRate = 1e30
    let result = try run(quickSpec(codec: .autoencoder(codec)))
    guard case .diverged(round: nil, let reason) = result.status else {
      Issue.record("the run ended as \(result.status)")
      return
    }
    #expect(reason.contains("lower codec.learningRate"))
    #expect(result.rounds.isEmpty)
  }
}
