import FeatherExperiments
import Testing

@testable import FeatherReports

@Suite("Listings of plans and states")
struct ListingTests {
  private static let spec = """
    name: t
    about: Two codecs.
    base: {dataset: {train: 100}, training: {batch: 60}}
    sweep: {grid: {codec: [{name: identity}, {name: autoencoder, latent: 32}], seed: [1, 2]}}
    """

  @Test("a plan lists every cell with sizes and needs, and warns")
  func plan() throws {
    let plan = try SyntheticSweep.plan(Self.spec)
    let states = ["done", "pending", "pending", "failed"]
    let rows = zip(plan.cells, states).map {
      PlanTable.Row(
        cell: $0, state: $1, memoryBytes: 41_900_000, diskBytes: 63_640,
        uploadBytes: $0.spec.codec == .identity ? 63_640 : 128)
    }
    let ids = plan.cells.map(\.id.hex)
    #expect(
      PlanTable(plan: plan, rows: rows).rendered == """
        t: Two codecs.
        4 cells: 1 done, 2 pending, 1 failed
        warning: \(try #require(plan.warnings.first))

        id            codec        seed  state     model  autoencoder  decoder  upload   memory     disk
        \(ids[0])  identity     1     done     15,910            –        –   1.00x  41.9 MB  63.6 kB
        \(ids[1])  identity     2     pending  15,910            –        –   1.00x  41.9 MB  63.6 kB
        \(ids[2])  autoencoder  1     pending  15,910    1,034,182  525,030  497.2x  41.9 MB  63.6 kB
        \(ids[3])  autoencoder  2     failed   15,910    1,034,182  525,030  497.2x  41.9 MB  63.6 kB

        model, autoencoder, its decoder: parameters; upload: bytes of the weights over those of an upload; memory, disk: estimates

        """)
  }

  @Test("states are listed with notes only where there are some, each on one line")
  func status() throws {
    let plan = try SyntheticSweep.plan("name: t\nsweep: {grid: {seed: [1, 2]}}")
    func text(_ note: String) -> String {
      StatusTable(
        plan: plan,
        rows: [
          StatusTable.Row(cell: plan.cells[0], state: "done", note: ""),
          StatusTable.Row(cell: plan.cells[1], state: "failed", note: note),
        ]
      ).rendered
    }
    let ids = plan.cells.map(\.id.hex)
    #expect(
      text("out of\n  memory") == """
        t
        2 cells: 1 done, 1 failed

        id            seed  state   note
        \(ids[0])  1     done
        \(ids[1])  2     failed  out of memory

        """)
    #expect(text("").contains("seed  state\n"))
  }

  @Test(
    "headings are short unless two would be the same",
    arguments: [
      (["partition.clients", "codec.name", "codec.latent", "seed"], ["clients", "codec", "latent", "seed"]),
      (["training.batch", "codec.batch", "partition.scheme"], ["training.batch", "codec.batch", "partition"]),
      (["codec.name", "store.codec"], ["codec.name", "store.codec"]),
      (["dataset.seed", "seed"], ["dataset.seed", "seed"]),
    ])
  func headings(axes: [String], headings: [String]) {
    #expect(VaryingKeys(axes).headings == headings)
    #expect(VaryingKeys(axes, without: "seed").headings == headings.filter { $0 != "seed" })
  }
}
