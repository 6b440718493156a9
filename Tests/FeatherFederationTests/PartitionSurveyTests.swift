import FeatherDatasets
import FeatherExperiments
import Testing

@testable import FeatherFederation

@Suite struct PartitionSurveyTests {
  @Test(
    "what a plan shows of a division is what a run's clients have",
    arguments: [
      PartitionSpec.Scheme.iid, .shards(perClient: 2), .dirichlet(alpha: 1, minimumSamples: 5),
      .quantity(alpha: 2, minimumSamples: 5), .featureNoise(sigma: 0.1),
      .innerDirichlet(alpha: 0.3, quantityAlpha: 0, minimumSamples: 1),
      .innerDirichlet(alpha: 0.3, quantityAlpha: 2, minimumSamples: 5), .classes(perClient: 3),
    ])
  func survey(scheme: PartitionSpec.Scheme) throws {
    var spec = quickSpec(clients: 6, rounds: 1)
    spec.partition.scheme = scheme
    let survey = try PartitionSurvey(spec, train: Digits.splits().train)
    let result = try run(spec)
    #expect(survey.clients == 6 && !survey.isDrawn)
    #expect(survey.histograms == result.clients.map(\.labelHistogram))
    #expect(survey.labelSkew == result.labelSkew)
    #expect(result.rounds.count == 1)
  }

  @Test("of a million clients the first thousand are counted")
  func million() throws {
    var spec = quickSpec(clients: 1_000_000)
    spec.partition.samplesPerClient = 20
    let survey = try PartitionSurvey(spec, train: Digits.splits().train)
    #expect(survey.clients == 1_000_000 && survey.isDrawn && survey.histograms.count == 1000)
    #expect(survey.histograms.allSatisfy { $0.reduce(0, +) == 20 })
  }
}
