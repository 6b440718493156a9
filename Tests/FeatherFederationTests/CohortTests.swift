import FeatherDatasets
import FeatherExperiments
import FeatherTensors
import Testing

@testable import FeatherFederation

/// A sampler by a share of the clients, as specs make it.
private func sampler(_ clients: Int, _ share: Double, seed: UInt64 = 5) -> CohortSampler {
  var spec = RunSpec()
  spec.partition.clients = clients
  spec.federation.participation = share
  return CohortSampler(clients: clients, size: spec.cohortSize, way: .permuted, seed: seed)
}

@Suite("Participation")
struct CohortTests {
  static let sizes: [(clients: Int, share: Double, size: Int)] = [
    (10, 0.3, 3), (3, 0.5, 2), (10, 0.01, 1), (1, 0.1, 1), (100, 0.1, 10), (7, 1, 7), (1, 1, 1), (9, 0.99, 9),
  ]

  @Test("a cohort has the share's number of clients, rounded, at least one, ascending and distinct", arguments: sizes)
  func size(clients: Int, share: Double, size: Int) {
    let draw = sampler(clients, share)
    for round in 0..<200 {
      let cohort = draw.cohort(round)
      #expect(cohort.count == size)
      #expect(zip(cohort, cohort.dropFirst()).allSatisfy { $0 < $1 })
      #expect(cohort.allSatisfy { (0..<clients).contains($0) })
      if size == clients { #expect(cohort == Array(0..<clients)) }
    }
  }

  @Test("every client and every pair of clients takes part equally often")
  func uniform() {
    let draw = sampler(10, 0.3)
    let rounds = 20_000
    var singles = [Double](repeating: 0, count: 10)
    var pairs = [Double](repeating: 0, count: 100)
    for round in 0..<rounds {
      let cohort = draw.cohort(round)
      for client in cohort { singles[client] += 1 }
      for a in cohort { for b in cohort where a < b { pairs[a * 10 + b] += 1 } }
    }
    // Drawn without replacement, counts vary by 1 − 3/10 less than Poisson's and sum up: χ² · 0.9/0.7 has 9 degrees of freedom,
    // and exceeds 33.7 once in ten thousand times.
    let expected = 0.3 * Double(rounds)
    let statistic = singles.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected } * 0.9 / 0.7
    #expect(statistic < 33.7)
    // A pair is drawn with probability 1/15; five standard deviations around it.
    let together = Double(rounds) / 15
    let tolerance = 5 * (together * 14 / 15).squareRoot()
    for a in 0..<10 { for b in a + 1..<10 { #expect(abs(pairs[a * 10 + b] - together) < tolerance) } }
  }

  @Test("the cohort depends on the round and on the seed, and on nothing else")
  func streams() {
    let draw = sampler(50, 0.2)
    let other = sampler(50, 0.2, seed: 6)
    let later = draw.cohort(9)
    #expect(draw.cohort(3) != later)
    #expect(draw.cohort(9) == later)
    #expect(other.cohort(9) != later)
  }

  @Test("who does not take part sends nothing, receives nothing and does not count in the average")
  func absentees() throws {
    var spec = quickSpec(clients: 6, rounds: 4)
    spec.federation.participation = 1 / 6.0
    let result = try run(spec)
    let draw = try Assembly.sampler(spec, .iid(count: 600, clients: 6, seed: 7))
    let training = try LocalTraining(spec, model: quickModel(spec), data: try Digits.splits().train)
    for (round, record) in result.rounds.enumerated() {
      #expect(record.uploads.map(\.client) == draw.cohort(round))
      let client = try #require(record.uploads.first?.client)
      // The mean of one client's weights is these weights.
      let alone = try training.train(
        client: client, indices: result.clients[client].indices, from: result.weights[round].parameters, epochs: 1,
        purpose: .localTraining, round: round)
      #expect(result.weights[round + 1].parameters.bits == alone.weights.bits)
    }
    #expect(result.ledger[.update, .up].messages == 4)
    #expect(result.ledger[.model, .down].messages == 4)
  }
}
