import Testing

@testable import FeatherExperiments

@Suite("What makes a new cell differ from a frozen plan")
struct PlanNearestTests {
  private static func plan(_ sweep: String, base: String = "{}") throws -> Plan {
    try SweepSpec.load(text: "featherweight: 1\nname: p\nbase: \(base)\nsweep: \(sweep)\n", file: "p.yaml").plan()
  }

  /// The changes of the new cells, in the plan's order, as text.
  private static func texts(_ plan: Plan, _ frozen: Plan) -> [[String]] {
    let changes = plan.changes(from: frozen)
    return plan.cells.compactMap { changes[$0.id]?.map(\.description) }
  }

  struct Edit: CustomTestStringConvertible {
    var testDescription: String
    var before: String
    var after: String
    var texts: [[String]]
  }

  private static let latents = "codec: [{name: autoencoder, latent: 16}]"
  static let edits = [
    Edit(
      testDescription: "nothing edited", before: "{grid: {\(latents), seed: [1, 2]}}",
      after: "{grid: {seed: [2, 1], \(latents)}}", texts: []),
    Edit(
      testDescription: "another value, beside the frozen ones", before: "{grid: {\(latents), seed: [1, 2]}}",
      after: "{grid: {codec: [{name: autoencoder, latent: 16}, {name: autoencoder, latent: 32}], seed: [1, 2]}}",
      texts: [["codec.latent is 32, frozen 16"], ["codec.latent is 32, frozen 16"]]),
    Edit(
      testDescription: "another value everywhere", before: "{grid: {\(latents), seed: [1, 2]}}",
      after: "{grid: {codec: [{name: autoencoder, latent: 8}], seed: [2]}}",
      texts: [["codec.latent is 8, frozen 16"]]),
    Edit(
      testDescription: "two keys at once, one of them everywhere",
      before: "{grid: {partition.clients: [2, 4], seed: [1, 2]}}",
      after: "{grid: {partition.clients: [2, 4], seed: [3], federation.rounds: [7]}}",
      texts: Array(repeating: ["seed is 3, frozen 1", "federation.rounds is 7, frozen 40"], count: 2)),
    Edit(
      testDescription: "another codec: its name, and what both have", before: "{grid: {\(latents), seed: [1, 2]}}",
      after: "{grid: {codec: [{name: topk, fraction: 0.5}], seed: [2]}}",
      texts: [["codec.name is topk, frozen autoencoder", "codec.input is difference, frozen weights"]]),
    Edit(
      testDescription: "the nearer of two cells",
      before: "{zip: {partition.clients: [2, 9], training.batch: [10, 20], seed: [1, 5]}}",
      after: "{zip: {partition.clients: [2, 9], training.batch: [10, 20], seed: [1, 6]}}",
      texts: [["seed is 6, frozen 5"]]),
  ]

  @Test("each new cell names the keys in which it differs from the nearest frozen one", arguments: edits)
  func edited(edit: Edit) throws {
    let (frozen, now) = (try Self.plan(edit.before), try Self.plan(edit.after))
    #expect(Self.texts(now, frozen) == edit.texts)
  }

  @Test("the nearest cell is as near as one found by comparing all, up to two keys")
  func againstAll() throws {
    let axes = "partition.clients: [2, 3, 4], training.batch: [8, 16], federation.rounds: [1, 2, 3]"
    let frozen = try Self.plan(
      "{grid: {\(axes), seed: [1, 2]}, exclude: [{training.batch: 16, seed: 2}, {federation.rounds: 3}]}")
    let now = try Self.plan("{grid: {\(axes), seed: [1, 2, 3]}}")
    let changes = now.changes(from: frozen)
    let known = Set(frozen.cells.map(\.id))
    func distance(_ a: Cell, _ b: Cell) -> Int {
      SpecSchema.fields.count { $0.applies(to: a.spec) && $0.value(a.spec) != $0.value(b.spec) }
    }
    #expect(changes.count == now.cells.count - frozen.cells.count && !changes.isEmpty)
    for cell in now.cells where !known.contains(cell.id) {
      #expect(changes[cell.id]?.count == frozen.cells.map { distance(cell, $0) }.min(), "\(cell.varying)")
    }
  }

  @Test("ten thousand new cells are compared with ten thousand frozen ones in time", .timeLimit(.minutes(1)))
  func many() throws {
    let seeds = (1...10_000).map(String.init).joined(separator: ", ")
    let frozen = try Self.plan("{grid: {seed: [\(seeds)]}}")
    let now = try Self.plan("{grid: {seed: [\(seeds)]}}", base: "{training: {batch: 7}, federation: {rounds: 3}}")
    let changes = now.changes(from: frozen)
    #expect(changes.count == 10_000)
    #expect(changes.values.allSatisfy { $0.map(\.key) == ["training.batch", "federation.rounds"] })
  }
}
