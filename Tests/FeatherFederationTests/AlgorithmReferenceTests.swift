import FeatherExperiments
import Testing

@testable import FeatherFederation

@Suite("Federated algorithms against NumPy")
struct AlgorithmReferenceTests {
  /// A case of the fixture and what a configuration sets for it.
  struct Setting: CustomTestStringConvertible, Sendable {
    let name: String
    let set: @Sendable (inout RunSpec) -> Void
    var testDescription: String { name }

    init(_ name: String, _ set: @escaping @Sendable (inout RunSpec) -> Void) {
      self.name = name
      self.set = set
    }
  }

  static let settings = [
    Setting("fedavg") { _ in },
    Setting("fedavg-decay") { $0.training.schedule = .exponential(factor: 0.9) },
    Setting("fedprox") {
      $0.federation.algorithm = .fedprox
      $0.federation.mu = 0.1
    },
    Setting("fedavgm") {
      $0.federation.algorithm = .fedavgm
      $0.federation.serverMomentum = 0.9
    },
    adaptive("fedadam", .fedadam), adaptive("fedyogi", .fedyogi), adaptive("fedadagrad", .fedadagrad),
    Setting("scaffold") {
      $0.federation.algorithm = .scaffold
      $0.federation.weighting = .uniform
    },
    Setting("scaffold-weighted") { $0.federation.algorithm = .scaffold },
    Setting("fednova") { $0.federation.algorithm = .fednova },
    Setting("fednova-momentum") {
      $0.federation.algorithm = .fednova
      $0.training.momentum = 0.5
    },
  ]

  private static func adaptive(_ name: String, _ algorithm: FederationSpec.Algorithm) -> Setting {
    Setting(name) {
      $0.federation.algorithm = algorithm
      $0.federation.serverLearningRate = 0.1
      $0.federation.beta1 = 0.9
      $0.federation.beta2 = 0.99
      $0.federation.adaptivity = 0.001
    }
  }

  // Weights are up to 2; Float's roundings of six rounds of some forty steps stay below 1e-5 of them.
  @Test("the global weights after every round are those of the papers' formulas", arguments: settings, [1, 0.5])
  func reference(setting: Setting, participation: Double) throws {
    let fixture = try AlgorithmsFixture.load()
    let expected = try fixture.named(setting.name, participation: participation)
    let folder = try Scratch()
    var spec = try fixture.spec(participation: participation, file: folder.write(fixture.partitionFile))
    setting.set(&spec)
    try spec.validate()
    let result = try Federation(spec, data: fixture.data()).run()
    #expect(result.status == .complete)
    #expect(result.rounds.map { $0.uploads.map(\.client) } == expected.cohorts)
    let initial = try #require(result.weights.first).parameters
    #expect(fixture.selected(initial) == fixture.initial.map { Float($0) })
    try #require(result.weights.count == expected.weights.count + 1)
    for ((round, parameters), reference) in zip(result.weights.dropFirst(), expected.weights) {
      let differences = zip(fixture.selected(parameters), reference).map { abs(Double($0) - $1) }
      #expect(differences.reduce(0, max) < 1e-5, "after round \(round)")
      // Their gradient is zero: what an algorithm does must leave them where they are.
      let moved = zip(fixture.blank(parameters), fixture.blank(initial)).map { abs($0 - $1) }
      #expect(moved.reduce(0, max) < 1e-6, "after round \(round)")
    }
  }
}
