import Foundation
import Testing

@testable import FeatherExperiments

private let trainable = "base: {codec: {name: autoencoder, epochs: 7}}\n"

@Suite("Sweeps")
struct SweepTests {
  @Test("the example of the documentation gives its 24 cells, the first axis slowest")
  func example() throws {
    let plan = try SweepSpec.load(text: fixture("latent-size-by-clients.yaml"), file: "example.yaml").plan()
    #expect(
      plan.name == "latent-size-by-clients"
        && plan.about.hasSuffix("(arXiv:2108.05670, section on dynamic compression)."))
    #expect(plan.axes == ["partition.clients", "codec.name", "codec.latent", "seed"])
    let expected = ["2", "10", "100"].flatMap { clients in
      ["identity", "autoencoder 16", "autoencoder 32"].flatMap { codec in
        ["1", "2", "3"].map { "\(clients) \(codec) \($0)" }
      }
    }
    #expect(rows(plan) == expected.filter { !$0.hasPrefix("100 identity") })
    #expect(Set(plan.cells.map(\.id)).count == 24)
  }

  @Test("a section's value is merged over base unless it names another variant")
  func merging() throws {
    let axis = "[{latent: 16}, {name: autoencoder, latent: 8}, {name: identity}]"
    let plan = try sweep(trainable + "sweep: {grid: {codec: \(axis)}}")
    var settings = AutoencoderSpec()
    settings.epochs = 7
    settings.latent = 16
    var other = settings
    other.latent = 8
    #expect(plan.cells.map(\.spec.codec) == [.autoencoder(settings), .autoencoder(other), .identity])
  }

  @Test("an axis on a variant key drops base's keys of the other variant")
  func variantAxis() throws {
    let plan = try sweep(trainable + "sweep: {grid: {codec.name: [identity, autoencoder]}}")
    #expect(plan.cells[0].spec.codec == .identity)
    #expect(plan.cells[1].spec.codec.fitted.epochs == 7)
  }

  @Test("a single cell is base; its plan has no axes")
  func single() throws {
    let plan = try sweep("")
    #expect(plan.cells.count == 1 && plan.axes.isEmpty && plan.cells[0].varying.isEmpty)
  }

  @Test("zip moves keys together and varies fastest")
  func zip() throws {
    let plan = try sweep(
      "sweep: {zip: {training.batch: [8, 16], training.learningRate: [0.1, 0.2]}, grid: {seed: [1, 2]}}")
    #expect(rows(plan) == ["1 8 0.1", "1 16 0.2", "2 8 0.1", "2 16 0.2"])
    #expect(plan.axes == ["seed", "training.batch", "training.learningRate"])
  }

  @Test("blocks under also follow the first, each with its own axes")
  func also() throws {
    let plan = try sweep(
      """
      sweep:
        grid: {seed: [1, 2]}
        also:
          - grid: {training.batch: [8, 16], seed: [1, 2]}
            exclude: [{training.batch: 8, seed: 2}]
          - zip: {seed: [7]}
      """)
    #expect(rows(plan) == ["1 32", "2 32", "1 8", "1 16", "2 16", "7 32"])
  }

  @Test("exclude takes away the cells that match all its conditions; a list is any of")
  func exclude() throws {
    let grid = "grid: {seed: [1, 2, 3], training.batch: [8, 16]}"
    let plan = try sweep("sweep: {\(grid), exclude: [{seed: [1, 3], training.batch: 8}, {seed: 2}]}")
    #expect(rows(plan) == ["1", "3"])
    #expect(plan.cells.allSatisfy { $0.spec.training.batch == 16 })
  }

  @Test("an axis under when varies only in matching cells; others come once, wherever the axis stands")
  func when() throws {
    let when = "when: {codec.latent: {codec.name: autoencoder}}"
    let names = "codec.name: [identity, autoencoder]"
    let plan = try sweep("sweep: {grid: {\(names), codec.latent: [8, 16], seed: [1, 2]}, \(when)}")
    #expect(
      rows(plan) == [
        "identity 1", "identity 2", "autoencoder 8 1", "autoencoder 8 2", "autoencoder 16 1", "autoencoder 16 2",
      ])
    let before = try sweep("sweep: {grid: {codec.latent: [8, 16], \(names)}, \(when)}")
    #expect(rows(before) == ["identity", "8 autoencoder", "16 autoencoder"])
  }

  @Test("anchors and merge keys work; own keys win over merged ones and earlier merges over later")
  func anchors() throws {
    let plan = try sweep(
      """
      base:
        training: &t {batch: 8, localEpochs: 3}
        codec: {<<: [{latent: 5, batch: 2}, {batch: 4, epochs: 9}], name: autoencoder, latent: 6}
      sweep:
        grid:
          training: [*t, {<<: *t, batch: 16}]
      """)
    #expect(plan.cells.map(\.spec.training.batch) == [8, 16])
    #expect(plan.cells.allSatisfy { $0.spec.training.localEpochs == 3 })
    let codec = plan.cells[0].spec.codec.fitted
    #expect(codec.latent == 6 && codec.batch == 2 && codec.epochs == 9)
  }

  @Test(
    "the specs that come with the project are read and vary codec and seed",
    arguments: ["quickstart", "mnist-short", "paper/mnist"])
  func experiments(name: String) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appending(path: "experiments/\(name).yaml").path
    let plan = try SweepSpec.load(path: path).plan()
    #expect(plan.cells.contains { $0.spec.codec == .identity } && !plan.about.isEmpty)
    #expect(plan.axes.contains("codec.name") && plan.axes.last == "seed" && plan.warnings.isEmpty)
  }

  @Test("stars in text are text")
  func stars() throws {
    #expect(try sweep("about: 2*x is *not* an alias\n").about == "2*x is *not* an alias")
  }
}

@Suite("Overrides")
struct OverrideTests {
  @Test("several values are an axis, in place of one of the same key, else appended")
  func axes() throws {
    let grid = "sweep: {grid: {seed: [1, 2], training.batch: [8, 16]}}"
    #expect(rows(try sweep(grid, set: ["seed=5,6"])) == ["5 8", "5 16", "6 8", "6 16"])
    let appended = try sweep("sweep: {grid: {training.batch: [8, 16]}}", set: ["seed=1,2"])
    #expect(rows(appended) == ["8 1", "8 2", "16 1", "16 2"])
    #expect(appended.overrides == ["seed=1,2"])
  }

  @Test("a single value takes the place of an axis of the same key, in every block")
  func single() throws {
    let grid = "sweep: {grid: {seed: [1, 2], training.batch: [8, 16]}, also: [{grid: {seed: [3, 4]}}]}"
    let plan = try sweep(grid, set: ["seed=9"])
    #expect(rows(plan) == ["8", "16", "32"])
    #expect(plan.cells.allSatisfy { $0.spec.seed == 9 })
  }

  @Test("a value of a key wins over a section's axis, where the cell has the key; equal cells become one")
  func overAxis() throws {
    let grid = "sweep: {grid: {codec: [{name: identity}, {latent: 16}, {latent: 24}]}}"
    let plan = try sweep(trainable + grid, set: ["codec.latent=64", "seed=1,2"])
    #expect(rows(plan) == ["identity 1", "identity 2", "autoencoder 1", "autoencoder 2"])
    #expect(plan.cells[3].spec.codec.fitted.latent == 64)
  }

  @Test("lists and mappings are single values; the last of several wins")
  func structures() throws {
    let plan = try sweep(
      "", set: ["model.hidden=[30, 20]", "codec={name: autoencoder, latent: 4}", "seed=1,2", "seed=3"])
    #expect(plan.cells.map(\.spec.model.hidden) == [[30, 20]])
    #expect(plan.cells.map(\.spec.codec.fitted.latent) == [4])
    #expect(plan.cells.map(\.spec.seed) == [3])
    #expect(try sweep("", set: ["model.hidden=[],[5]"]).cells.map(\.spec.model.hidden) == [[], [5]])
  }

  @Test("a variant key drops the keys of the other variant")
  func variant() throws {
    #expect(try sweep(trainable, set: ["codec.name=identity"]).cells[0].spec.codec == .identity)
  }

  static let bad: [(String, String)] = [
    ("codec.latnt=64", "--set codec.latnt=64: key 'codec.latnt' names no key; did you mean 'codec.latent'?"),
    ("seed", "--set seed: expected key=value"),
    ("seed=", "--set seed=: expected a value after '='"),
    ("seed=x", "--set seed=x: seed must be a whole number from 0 to 18446744073709551615 but is 'x'"),
    (
      "training.batch=1,1",
      "--set training.batch=1,1: two cells come out equal: 'training.batch=1' and 'training.batch=1'; remove one"
    ),
    ("codec.latent=4", "--set codec.latent=4: codec.latent belongs to codec pca and autoencoder, which no cell has"),
    (
      "codec={latent: 4}",
      "--set codec={latent: 4}: codec.latent belongs to codec pca and autoencoder, but the name here is identity"
    ),
    (
      "codec={name: autoencoder, latnt: 4}",
      "--set codec={name: autoencoder, latnt: 4}: unknown key 'latnt' in codec; did you mean 'latent'?"
    ),
    (
      "training={batch: 64}",
      "--set training={batch: 64}: the axis 'training.batch' sets the same key; override that: --set training.batch=64"
    ),
    ("seed=1], [2", "--set seed=1], [2: the value is not YAML: did not find expected <document start>"),
    (
      "partition.clients=70000",
      "--set partition.clients=70000: partition.clients is 70000, but there are only 60000 training samples; every client needs one"
    ),
  ]

  @Test("a bad override is refused with its own text", arguments: bad)
  func refused(override: String, expected: String) {
    #expect(message { _ = try sweep("sweep: {grid: {training.batch: [8, 16]}}", set: [override]) } == expected)
  }
}

@Suite("Frozen plans")
struct FrozenPlanTests {
  static let spec =
    "about: \"line 1\\nline \\\"2\\\" — é\"\nsweep: {grid: {seed: [1, 2], codec: [{name: identity}, {name: autoencoder}]}}"

  @Test("a plan reads back from its JSON with name, text, axes and cells")
  func roundTrip() throws {
    let plan = try sweep(Self.spec, set: ["training.batch=16"])
    let frozen = try Plan(json: plan.json, file: "plan.json")
    #expect(frozen.name == plan.name && frozen.about == "line 1\nline \"2\" — é" && frozen.source == plan.source)
    #expect(frozen.axes == ["seed", "codec.name"] && frozen.overrides == ["training.batch=16"])
    #expect(frozen.cells.map(\.id) == plan.cells.map(\.id) && rows(frozen) == rows(plan))
    #expect(frozen.json == plan.json)
    #expect(plan.difference(from: frozen).isEmpty)
  }

  @Test("a difference names the keys that differ, with both values")
  func difference() throws {
    let frozen = try sweep(Self.spec)
    let edited = try sweep(Self.spec, set: ["training.learningRate=0.1", "seed=2,1"])
    #expect(
      edited.difference(from: frozen) == [
        "training.learningRate: frozen 0.05, now 0.1", "cells: frozen 4, now 4; 4 added, 4 removed",
      ])
    let fewer = try sweep(Self.spec, set: ["codec={name: identity}"])
    let lines = fewer.difference(from: frozen)
    #expect(lines.first == "codec.name: frozen identity, autoencoder, now identity")
    #expect(lines.contains("codec.latent: frozen 32, now without it"))
    #expect(lines.last == "cells: frozen 4, now 2; 0 added, 2 removed")
  }

  @Test("an edited plan.json is refused")
  func edited() throws {
    let json = try sweep(Self.spec).json
    func refusal(_ old: String, _ new: String) -> String {
      message { _ = try Plan(json: json.replacing(old, with: new, maxReplacements: 1), file: "p") }
    }
    #expect(refusal("\"rounds\":40", "\"rounds\":4").contains("the frozen plan was edited"))
    #expect(refusal("featherweight-plan", "x") == "p:1:11: this is not a frozen plan of featherweight")
    #expect(refusal("\"version\":1", "\"version\":2") == "p:1:42: this version reads frozen plans of version 1, not 2")
    #expect(refusal("\"about\"", "\"abut\"") == "p:3:1: unknown key 'abut' in the frozen plan; did you mean 'about'?")
    #expect(message { _ = try Plan(json: "", file: "p") } == "p: the frozen plan is empty")
    #expect(message { _ = try Plan(json: String(json.dropLast(40)), file: "p") }.hasPrefix("p:"))
  }
}
