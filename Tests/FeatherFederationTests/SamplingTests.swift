import FeatherDatasets
import FeatherExperiments
import Foundation
import Testing

@testable import FeatherFederation

/// A trace as a file, read back.
private func trace(_ lines: String, clients: Int) throws -> Availability {
  let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).csv").path
  defer { try? FileManager.default.removeItem(atPath: path) }
  try ("client,from,to\n" + lines).write(toFile: path, atomically: true, encoding: .utf8)
  return try Availability.fromCSV(path, clients: clients)
}

@Suite("Drawing a cohort")
struct SamplingTests {
  @Test("a cohort of a number is that of the share that gives the number")
  func number() {
    var spec = RunSpec()
    spec.partition.clients = 10
    spec.federation.cohort = 3
    let numbered = CohortSampler(clients: 10, size: spec.cohortSize, way: .permuted, seed: 5)
    (spec.federation.cohort, spec.federation.participation) = (0, 0.3)
    let shared = CohortSampler(clients: 10, size: spec.cohortSize, way: .permuted, seed: 5)
    for round in 0..<50 { #expect(numbered.cohort(round) == shared.cohort(round)) }
  }

  @Test("of a million clients a cohort is drawn in a moment: ascending, distinct, and every client alike")
  func million() {
    let clients = 1_000_000
    let sampler = CohortSampler(clients: clients, size: 100, way: .distinct, seed: 5)
    var counts = [Double](repeating: 0, count: 20)
    let start = ContinuousClock.now
    for round in 0..<2_000 {
      let cohort = sampler.cohort(round)
      #expect(cohort.count == 100 && zip(cohort, cohort.dropFirst()).allSatisfy { $0 < $1 })
      for client in cohort { counts[client / (clients / 20)] += 1 }
    }
    // A permutation of a million takes some 10 ms, so that 2,000 would take 20 s; these take some 30 ms.
    #expect(ContinuousClock.now - start < .seconds(4))
    // χ² of twenty parts with 10,000 expected in each: above 50.8 once in ten thousand times.
    #expect(counts.reduce(0) { $0 + ($1 - 10_000) * ($1 - 10_000) / 10_000 } < 50.8)
  }

  @Test("Floyd's draw gives every set of clients alike")
  func sets() {
    let sampler = CohortSampler(clients: 5, size: 2, way: .distinct, seed: 9)
    var counts: [[Int]: Double] = [:]
    for round in 0..<10_000 { counts[sampler.cohort(round), default: 0] += 1 }
    #expect(counts.count == 10)
    // χ² with 9 degrees of freedom: above 33.7 once in ten thousand times.
    #expect(counts.values.reduce(0) { $0 + ($1 - 1_000) * ($1 - 1_000) / 1_000 } < 33.7)
  }

  @Test("a weighted draw gives each set the probability of drawing one after another by samples")
  func weighted() {
    let samples = [10, 20, 30, 40]
    let sampler = CohortSampler(clients: 4, size: 2, way: .weighted(samples), seed: 5)
    var counts: [[Int]: Double] = [:]
    for round in 0..<20_000 { counts[sampler.cohort(round), default: 0] += 1 }
    var statistic = 0.0
    for a in 0..<4 {
      for b in a + 1..<4 {
        let (p, q) = (Double(samples[a]) / 100, Double(samples[b]) / 100)
        let expected = 20_000 * (p * q / (1 - p) + q * p / (1 - q))
        let difference = counts[[a, b], default: 0] - expected
        statistic += difference * difference / expected
      }
    }
    // χ² with 5 degrees of freedom: above 25.7 once in ten thousand times.
    #expect(statistic < 25.7 && counts.count == 6)
  }

  @Test("clients are drawn among those that are there; fewer than the cohort all take part, and nobody where nobody is")
  func availability() throws {
    let available = try trace("0,0,4\n3,0,2\n3,3,5\n2,1,2\n3,1,2\n4,0,1\n", clients: 5)
    #expect((0..<6).map(available.clients) == [[0, 3, 4], [0, 2, 3], [0], [0, 3], [3], []])
    for way in [CohortSampler.Way.permuted, .distinct, .weighted([1, 2, 3, 4, 5])] {
      let sampler = CohortSampler(clients: 5, size: 2, way: way, seed: 1, availability: available)
      #expect((0..<6).map { sampler.cohort($0).count } == [2, 2, 1, 2, 1, 0])
      for round in 0..<6 { #expect(Set(sampler.cohort(round)).isSubset(of: available.clients(in: round))) }
    }
    let all = try trace((0..<9).map { "\($0),0,100\n" }.joined(), clients: 9)
    let free = CohortSampler(clients: 9, size: 4, way: .permuted, seed: 1)
    let traced = CohortSampler(clients: 9, size: 4, way: .permuted, seed: 1, availability: all)
    for round in 0..<20 { #expect(free.cohort(round) == traced.cohort(round)) }
  }

  @Test("participants drop out with the probability that is asked for, each by itself, the same in every run")
  func dropOuts() {
    let dropOuts = DropOuts(probability: 0.3, seed: 5)
    let cohort = Array(stride(from: 0, to: 1_000, by: 7))
    var stayed = 0
    for round in 0..<100 {
      let staying = dropOuts.staying(cohort, round)
      #expect(Set(staying).isSubset(of: cohort) && staying == staying.sorted())
      #expect(dropOuts.staying(Array(cohort.prefix(9)), round) == staying.filter { $0 < 63 })
      stayed += staying.count
    }
    // Binomial of 14,300 with p = 0.7: five standard deviations are 274.
    #expect(abs(Double(stayed) - 0.7 * 14_300) < 274)
    #expect(DropOuts(probability: 0, seed: 5).staying(cohort, 0) == cohort)
  }
}
