import FeatherExperiments
import Testing

@testable import FeatherFederation

@Suite("Evaluation after every local epoch")
struct EpochEvaluationTests {
  private static func spec(_ codec: CodecSpec = .identity) -> RunSpec {
    var spec = greySpec([0, 1])
    spec.federation.rounds = 2
    spec.training.localEpochs = 3
    spec.codec = codec
    spec.federation.evaluateEachEpoch = true
    return spec
  }

  @Test("each upload has a score per local epoch, and the last is that of the weights sent")
  func lastIsSent() throws {
    // One participant a round: the new global weights are its weights.
    var spec = Self.spec()
    spec.federation.participation = 0.5
    let result = try runColours(spec)
    for round in result.rounds {
      let upload = try #require(round.uploads.first)
      #expect(round.uploads.count == 1)
      #expect(upload.epochAccuracy.count == 3 && upload.epochLoss.count == 3)
      #expect(upload.epochAccuracy.last == round.testAccuracy)
      #expect(upload.epochLoss.last == round.testLoss)
      #expect(Set(upload.epochLoss).count == 3, "every epoch changes the weights")
    }
  }

  @Test("the first epochs are those of a run with fewer of them")
  func firstEpochs() throws {
    let long = try runColours(Self.spec()).rounds[0].uploads
    var spec = Self.spec()
    spec.training.localEpochs = 1
    spec.federation.rounds = 1
    let short = try runColours(spec).rounds[0].uploads
    #expect(long.map { $0.epochLoss.first } == short.map { $0.epochLoss.last })
    #expect(long.map { $0.epochAccuracy.first } == short.map { $0.epochAccuracy.last })
  }

  @Test(
    "unasked there are none, and nothing else differs by a bit", arguments: [CodecSpec.identity, quickAutoencoder()])
  func changesNothing(codec: CodecSpec) throws {
    var asked = try runColours(Self.spec(codec))
    var spec = Self.spec(codec)
    spec.federation.evaluateEachEpoch = false
    let unasked = try runColours(spec)
    #expect(unasked.rounds.flatMap(\.uploads).allSatisfy { $0.epochAccuracy.isEmpty && $0.epochLoss.isEmpty })
    asked.spec = spec
    for round in asked.rounds.indices {
      for upload in asked.rounds[round].uploads.indices {
        #expect(asked.rounds[round].uploads[upload].epochLoss.count == 3)
        asked.rounds[round].uploads[upload].epochAccuracy = []
        asked.rounds[round].uploads[upload].epochLoss = []
      }
    }
    #expect(everything(in: asked) == everything(in: unasked))
  }
}
