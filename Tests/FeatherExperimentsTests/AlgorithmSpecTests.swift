import Testing

@testable import FeatherExperiments

@Suite("Specs of algorithms")
struct AlgorithmSpecTests {
  static let refused: [(String, String)] = [
    (
      "{federation: {mu: 1}}",
      "federation.mu belongs to federation fedprox, but the algorithm here is fedavg"
    ),
    (
      "{federation: {algorithm: scaffold}, training: {momentum: 0.9}}",
      "takes a client's mean gradient from how far plain SGD came"
    ),
    (
      "{federation: {algorithm: scaffold, compressVariates: true}, "
        + "codec: [{name: stc}, {name: transform, basis: trajectory}]}",
      "codec.transform trajectory follows the global model, which control variates do not"
    ),
    ("{training: {schedule: {step: 0.5}}}", "training.schedule must be constant, {exponential: 0.99}, "),
    ("{training: {schedule: {exponential: 1.5}}}", "training.schedule must be constant, {exponential: 0.99}, "),
    ("{federation: {serverSchedule: cosine}}", "federation.serverSchedule must be constant, {exponential: 0.99}, "),
    ("{federation: {algorithm: fedadam, adaptivity: 0}}", "federation.adaptivity must be a number above 0"),
  ]

  @Test("what makes no sense is refused, with its keys and the way out", arguments: refused)
  func refusals(base: String, expected: String) {
    let text = message { _ = try sweep("base: \(base)") }
    #expect(text.contains(expected), "\(text)")
  }

  @Test("another algorithm keeps the rounds and drops what only the old one has")
  func keepsCommonKeys() throws {
    let plan = try sweep(
      """
      base: {federation: {algorithm: fedprox, mu: 0.5, rounds: 7}}
      sweep: {grid: {federation: [{algorithm: fedadam, beta1: 0.5}, {mu: 0.25}], seed: [1]}}
      """)
    let specs = plan.cells.map(\.spec.federation)
    #expect(specs.map(\.algorithm) == [.fedadam, .fedprox])
    #expect(specs.map(\.rounds) == [7, 7])
    #expect(specs[0].beta1 == 0.5 && specs[0].mu == 0.01)
    #expect(specs[1].mu == 0.25)
  }

  @Test("a run of FedAvg lists no key of algorithms, one of FedProx its own where it is not the default")
  func listed() throws {
    let plain = try sweep("").cells[0].spec
    #expect(!plain.flattened.contains { $0.key.contains("server") || $0.key.contains("schedule") })
    let prox = try sweep("base: {federation: {algorithm: fedprox, mu: 0.5}}").cells[0].spec
    #expect(prox.flattened.contains { $0 == (key: "federation.mu", value: "0.5") })
    #expect(!prox.flattened.contains { $0.key == "federation.beta1" })
  }
}
