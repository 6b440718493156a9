import FeatherTensors
import Testing

@testable import FeatherDatasets

@Suite("Clients that draw their own samples")
struct DrawnPartitionTests {
  private static let labels = (0..<6000).map { UInt8($0 * 7 % 10) }

  private static func draw(_ isMixed: Bool, clients: Int = 1_000_000, each: Int = 60, seed: UInt64 = 1) throws
    -> Partition
  {
    isMixed
      ? try .innerDirichlet(
        labels: labels, classes: 10, clients: clients, alpha: 0.1, samplesPerClient: each, seed: seed)
      : try .iid(count: 6000, clients: clients, samplesPerClient: each, seed: seed)
  }

  @Test(
    "a client's samples are distinct, ascending and the same whatever was asked before; other seeds and clients have others",
    arguments: [false, true])
  func function(isMixed: Bool) throws {
    let partition = try Self.draw(isMixed)
    #expect(partition.isDrawn && partition.count == 1_000_000 && partition.largestClient == 60)
    let last = partition.samples(of: 999_999)
    for client in [0, 1, 77, 999_999] {
      let samples = partition.samples(of: client)
      #expect(samples.count == 60 && partition.sampleCount(of: client) == 60)
      #expect(zip(samples, samples.dropFirst()).allSatisfy { $0 < $1 })
      #expect(samples.allSatisfy { (0..<6000).contains($0) })
      #expect(partition.labelHistogram(of: client, labels: Self.labels, classes: 10).reduce(0, +) == 60)
      // How many others there are does not matter.
      #expect(try Self.draw(isMixed, clients: 2_000_000).samples(of: client) == samples)
      #expect(try Self.draw(isMixed, seed: 2).samples(of: client) != samples)
    }
    #expect(partition.samples(of: 999_999) == last && partition.samples(of: 0) != partition.samples(of: 1))
    #expect(partition.views.isEmpty && partition.greyCount(of: 5) == 0 && partition.noiseDeviation(of: 5) == 0)
  }

  @Test(
    "clients that need all samples have them all, even of classes that their mixture hardly has",
    arguments: [false, true])
  func exhausted(isMixed: Bool) throws {
    let partition = try Self.draw(isMixed, clients: 3, each: 6000)
    for client in 0..<3 { #expect(partition.samples(of: client) == (0..<6000).map(Int32.init)) }
  }

  @Test("every sample is equally likely")
  func uniform() throws {
    let partition = try Partition.iid(count: 20, clients: 4000, samplesPerClient: 5, seed: 9)
    var counts = [Double](repeating: 0, count: 20)
    for client in 0..<4000 { for sample in partition.samples(of: client) { counts[Int(sample)] += 1 } }
    // Without replacement: (n − m)/(n − 1) of the multinomial variance, so that this is chi-square with 19 degrees of freedom.
    let distance = counts.reduce(0) { $0 + ($1 - 1000) * ($1 - 1000) / 1000 } * 19 / 15
    // scipy.stats.chi2.ppf(0.999, 19)
    #expect(distance < 43.82, "\(counts)")
  }

  @Test("iid with a number of samples each is the start of the whole division's permutation while that lasts")
  func prefix() throws {
    let all = try Partition.iid(count: 6000, clients: 1, seed: 4)
    let some = try Partition.iid(count: 6000, clients: 50, samplesPerClient: 60, seed: 4)
    #expect(!some.isDrawn && some.clients.allSatisfy { $0.count == 60 })
    #expect(Set(some.clients.joined()).count == 3000)
    #expect(try Partition.iid(count: 6000, clients: 100, samplesPerClient: 60, seed: 4).isDrawn == false)
    #expect(try Partition.iid(count: 6000, clients: 101, samplesPerClient: 60, seed: 4).isDrawn)
    let whole = try Partition.iid(count: 6000, clients: 100, samplesPerClient: 60, seed: 4)
    #expect(whole.clients.flatMap { $0 }.sorted() == all.clients[0])
    #expect(whole.clients == (try Partition.iid(count: 6000, clients: 100, seed: 4).clients))
  }

  @Test("the label skew of a million clients looks at the first thousand")
  func skew() throws {
    let million = try Self.draw(true).labelSkew(labels: Self.labels, classes: 10)
    #expect(million == (try Self.draw(true, clients: 1000).labelSkew(labels: Self.labels, classes: 10)))
    // At alpha 0.1 a client has nearly one class; the most there can be is 0.9.
    #expect(million > 0.6 && million < 0.9)
  }
}
