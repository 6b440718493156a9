import FeatherExperiments
import FeatherResults
import Testing

@testable import FeatherReports

@Suite("Differences of sweeps")
struct DifferenceTests {
  /// Identity and an autoencoder of one latent, two seeds each.
  private func sweep(_ latent: Int, _ folder: String, seeds: String = "1, 2", done: [Int]? = nil) throws -> SweepResults
  {
    let plan = try SyntheticSweep.plan(
      "name: t\nsweep: {grid: {codec: [{name: identity}, {name: autoencoder, latent: \(latent)}], seed: [\(seeds)]}}")
    let cells = plan.cells.enumerated().filter { done?.contains($0.offset) ?? true }.map(\.element)
    return SyntheticSweep.results(plan, try cells.map { try SyntheticSweep.summary($0, accuracy: 0.9) }, folder: folder)
  }

  @Test("runs are paired by id, then by what is equal apart from keys of one value in each sweep")
  func pairing() throws {
    let pairs = SweepPairs(try sweep(8, "a"), try sweep(16, "b", seeds: "1, 2, 3"))
    #expect(
      pairs.pairs.map { $0.a.cell.spec.value(of: "codec.name") } == [
        "identity", "identity", "autoencoder", "autoencoder",
      ])
    #expect(pairs.pairs.allSatisfy { $0.a.cell.spec.seed == $0.b.cell.spec.seed })
    #expect(pairs.pairs[0].a.cell.id == pairs.pairs[0].b.cell.id)
    #expect(pairs.disregarded == [try #require(pairs.disregarded.first)])
    #expect(pairs.disregarded.map { [$0.key, $0.frozen, $0.now] } == [["codec.latent", "8", "16"]])
    #expect(pairs.onlyA.isEmpty && pairs.onlyB.map(\.cell.spec.seed) == [3, 3])
  }

  @Test("another codec in each sweep is a key of one value; a key that varies within one is not disregarded")
  func otherCodecs() throws {
    func sweep(_ grid: String) throws -> SweepResults {
      SyntheticSweep.results(try SyntheticSweep.plan("name: t\nsweep: {grid: {\(grid)}}"), [])
    }
    let codecs = SweepPairs(
      try sweep("codec: [{name: identity}], seed: [1, 2]"), try sweep("codec: [{name: autoencoder}], seed: [1, 2]"))
    #expect(codecs.pairs.count == 2 && codecs.disregarded.map(\.key) == ["codec.name"])
    let rates = SweepPairs(
      try sweep("training.learningRate: [0.1, 0.2], seed: [1]"), try sweep("training.learningRate: [0.3], seed: [1]"))
    #expect(rates.pairs.isEmpty && rates.onlyA.count == 2 && rates.onlyB.count == 1)
  }

  @Test("a sweep says how many runs part, where, and by how much; what differs comes first, and long lists are cut")
  func sweeps() throws {
    let (a, b) = (try sweep(8, "a", done: [2, 3]), try sweep(16, "b", seeds: "1, 2, 3", done: [3, 4]))
    let text = try SweepDifference(a, b).rendered(limit: nil)
    let (idsA, idsB) = (a.plan.cells.map(\.id.hex), b.plan.cells.map(\.id.hex))
    #expect(
      text == """
        A: a
        B: b

        Runs of different ids are paired, disregarding codec.latent (8 in A, 16 in B).

        id in A       id in B       codec        seed  result                               accuracy A  accuracy B  B − A
        \(idsA[2])  \(idsB[3])  autoencoder  1     bytes_up and 12 more numbers differ      0.9000      0.9000      0
        \(idsA[3])  \(idsB[4])  autoencoder  2     bytes_up and 12 more numbers differ      0.9000      0.9000      0
        \(idsA[0])  \(idsB[0])  identity     1     no result (pending)                           –           –      –
        \(idsA[1])  \(idsB[1])  identity     2     no result (pending)                           –           –      –

        Only in B:
        id            codec        seed  state
        \(idsB[2])  identity     3     pending
        \(idsB[5])  autoencoder  3     pending

        4 pairs: 0 equal, 2 differ, 2 without results; 0 only in A, 2 only in B. Rounds count from 0.

        """)
    #expect(try !SweepDifference(a, b).isEmpty)
    let cut = try SweepDifference(a, b).rendered(limit: 1)
    #expect(cut.contains("\nand 3 more; --all shows them\n") && cut.contains("\nand 1 more; --all shows them\n"))
  }

  @Test("curves part in their first round that differs, or where one ends")
  func curves() throws {
    let cell = try SyntheticSweep.plan().cells[0]
    let a = try SyntheticSweep.summary(cell, accuracy: 0.9)
    var b = a
    #expect(NumberDifference(a, b).isEmpty)
    b.curves = b.curves.map { ($0.name, $0.name == "test_loss" ? Array($0.values.prefix(4)) : $0.values) }
    b.curves[0].values[3] = .nan
    let curves = NumberDifference(a, b).curves
    #expect(curves.map(\.name) == [a.curves[0].name, "test_loss"] && curves.map(\.round) == [3, 4])
    #expect(curves[1].a == 0 && curves[1].b == nil)
    b.scalars.append(("new", 1))
    #expect(NumberDifference(a, b).scalars.map(\.name) == ["new"])
    #expect(NumberDifference(a, b, shared: true).scalars.isEmpty)
  }

  @Test("numbers are exact, and differences without what rounding left")
  func texts() {
    #expect([15_910, 0.1 + 0.2, .nan, nil].map(NumberDifference.text) == ["15910", "0.30000000000000004", "–", "–"])
    #expect([0.3 - 0.2, -5, 1e-9, nil].map(NumberDifference.short) == ["0.100000", "-5", "1.00e-09", "–"])
  }
}
