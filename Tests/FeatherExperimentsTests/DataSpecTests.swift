import Foundation
import Testing

@testable import FeatherExperiments

@Suite("Data sets and divisions")
struct DataSpecTests {
  @Test("a smaller data set's default is all it has; what is given stays")
  func counts() throws {
    #expect(try sweep("base: {dataset: {name: cifar10}}").cells[0].spec.dataset.train == 50000)
    let plan = try sweep("base: {dataset: {test: 500}}\nsweep: {grid: {dataset.name: [cifar10, fashion-mnist]}}")
    #expect(plan.cells.map(\.spec.dataset.train) == [50000, 60000])
    #expect(plan.cells.map(\.spec.dataset.test) == [500, 500])
  }

  @Test("grey fractions are by default 0 for the first half and 1 for the others; written out they are the same cell")
  func greyFractions() throws {
    let base = "base: {dataset: {name: cifar10}, partition: {scheme: colour-imbalance}}\n"
    let plan = try sweep(base + "sweep: {grid: {partition.clients: [1, 2, 3, 4]}}")
    #expect(plan.cells.map(\.spec.partition.greyFractions) == [[0], [0, 1], [0, 0, 1], [0, 0, 1, 1]])
    #expect(RunSpec().partition.greyFractions == [0, 0])
    let explicit = try sweep(base, set: ["partition.greyFraction=[0, 1.0]"])
    #expect(try explicit.cells.map(\.id) == sweep(base).cells.map(\.id))
    let twice = "sweep: {grid: {partition.greyFraction: [[0, 1], [0.0, 1.0]]}}"
    #expect(message { _ = try sweep(base + twice) }.contains("two cells come out equal"))
    let axis = try sweep(base + "sweep: {grid: {partition.greyFraction: [[0, 1], [0.5, 0.5]]}}")
    #expect(rows(axis) == ["[0.0, 1.0]", "[0.5, 0.5]"])
  }

  @Test("an axis of schemes takes the settings that both have along")
  func schemes() throws {
    let plan = try sweep(
      "base: {partition: {scheme: dirichlet, alpha: 0.3}}\n"
        + "sweep: {grid: {partition.scheme: [dirichlet, quantity, feature-noise]}}")
    #expect(
      plan.cells.map(\.spec.partition.scheme) == [
        .dirichlet(alpha: 0.3, minimumSamples: 10), .quantity(alpha: 0.3, minimumSamples: 10),
        .featureNoise(sigma: 0.1),
      ])
  }

  @Test("the schemes of mixtures and classes keep what is given, and leave defaults out of ids")
  func laterSchemes() throws {
    let spec = try sweep(
      "base: {partition: {scheme: inner-dirichlet, clients: 20, alpha: 0.3, quantityAlpha: 2, samplesPerClient: 60}}"
    ).cells[0].spec
    #expect(spec.partition.scheme == .innerDirichlet(alpha: 0.3, quantityAlpha: 2, minimumSamples: 10))
    #expect(spec.partition.samplesPerClient == 60)
    #expect(try RunSpec(canonicalJSON: spec.canonicalJSON) == spec)
    let classes = try sweep("base: {partition: {scheme: classes, clients: 20, classesPerClient: 3}}").cells[0].spec
    #expect(classes.partition.scheme == .classes(perClient: 3))
    #expect(try RunSpec(canonicalJSON: classes.canonicalJSON) == classes)
    let plain = try sweep("base: {partition: {scheme: iid, samplesPerClient: 0}}").cells[0]
    #expect(try plain.id == sweep("").cells[0].id && !plain.spec.canonicalJSON.contains("PerClient"))
    let axis = try sweep(
      "base: {partition: {scheme: iid, clients: 20, samplesPerClient: 60}}\n"
        + "sweep: {grid: {partition.scheme: [iid, inner-dirichlet, shards]}}")
    #expect(axis.cells.map(\.spec.partition.samplesPerClient) == [60, 60, 0])
  }

  @Test("a million clients with 60 samples each are no contradiction, and a batch of 60 is no surprise")
  func million() throws {
    let body = "base: {partition: {scheme: iid, clients: 1000000, samplesPerClient: 60}, training: {batch: BATCH}}"
    let spec = try sweep(body.replacing("BATCH", with: "60")).cells[0].spec
    #expect(spec.warnings.isEmpty && spec.partition.isDrawn(from: spec.dataset.train))
    #expect(spec.partition.samplesPerClient(of: spec.dataset.train) == 60)
    let warnings = try sweep(body.replacing("BATCH", with: "61")).cells[0].spec.warnings
    #expect(warnings.first?.hasPrefix("training.batch 61 is larger than the 60 samples of a client") == true)
    let few = try sweep("base: {partition: {scheme: iid, clients: 10, samplesPerClient: 60}}").cells[0].spec
    #expect(!few.partition.isDrawn(from: few.dataset.train))
    #expect(message { _ = try sweep("base: {partition: {clients: 60001}}") }.contains("only 60000 training samples"))
  }

  @Test("--set reaches the later keys")
  func overrides() throws {
    let spec = try sweep(
      "",
      set: [
        "dataset.name=cifar10", "dataset.normalisation=per-channel", "federation.evaluateEachEpoch=true",
        "partition.scheme=colour-imbalance", "partition.conversion=channel-copy", "partition.confounded=true",
        "partition.greyFraction=[0.25, 0.75]",
      ]
    ).cells[0].spec
    #expect(spec.dataset.normalisation == .perChannel && spec.federation.evaluateEachEpoch)
    #expect(spec.partition.colour.conversion == .channelCopy && spec.partition.colour.confounded)
    #expect(spec.partition.greyFractions == [0.25, 0.75])
    #expect(try sweep("", set: ["partition={scheme: feature-noise, sigma: 0}"]).cells[0].spec.partition.sigma == 0)
  }

  @Test("an absurd number of clients is refused without a list of as many grey fractions")
  func manyClients() {
    let body = "base: {dataset: {name: cifar10}, partition: {scheme: colour-imbalance, clients: 1000000000}}"
    #expect(message { _ = try sweep(body) }.contains("there are only 50000 training samples"))
  }

  static let bad: [(String, String)] = [
    (
      "{scheme: colour-imbalance, greyFraction: [0, 1.5]}",
      "4:59: partition.greyFraction[1] must be a number from 0 to 1 but is '1.5'"
    ),
    (
      "{scheme: colour-imbalance, greyFraction: [-0.1, 1]}",
      "4:56: partition.greyFraction[0] must be a number from 0 to 1 but is '-0.1'"
    ),
    (
      "{scheme: colour-imbalance, greyFraction: 0.5}",
      "4:55: partition.greyFraction must be a list of one number from 0 to 1 per client but is '0.5'"
    ),
    (
      "{scheme: colour-imbalance, greyFraction: [0, 0.5, 1]}",
      "4:55: partition.greyFraction has 3 values, but partition.clients is 2; give one per client, or leave it out"
    ),
    (
      "{scheme: colour-imbalance, conversion: grey}",
      "4:53: partition.conversion has no 'grey'; expected one of: luminance, channel-copy"
    ),
    (
      "{scheme: iid, confounded: true}",
      "4:28: partition.confounded belongs to partition colour-imbalance, but the scheme here is iid"
    ),
    (
      "{scheme: quantity, clients: 6000}",
      "4:42: partition.minimumSamples: 6000 clients with at least 10 samples need 60000, but there are only 50000"
    ),
    (
      "{scheme: iid, samplesPerClient: 50001}",
      "4:46: partition.samplesPerClient is 50001, but there are only 50000 training samples"
    ),
    (
      "{scheme: shards, samplesPerClient: 5}",
      "4:31: partition.samplesPerClient belongs to partition iid and inner-dirichlet, but the scheme here is shards"
    ),
    (
      "{scheme: inner-dirichlet, clients: 6000, quantityAlpha: 0.5}",
      "4:49: partition.minimumSamples is 10, but 6000 clients have 8 samples each on average"
    ),
    (
      "{scheme: inner-dirichlet, clients: 6000, samplesPerClient: 60, quantityAlpha: 0.5}",
      "4:92: partition.quantityAlpha divides samples among the clients, but 6000 clients with samplesPerClient 60 share "
        + "the 50000 there are; write 0, or lower samplesPerClient or clients"
    ),
    (
      "{scheme: classes, classesPerClient: 11}",
      "4:50: partition.classesPerClient is 11, but cifar10 has 10 classes"
    ),
    (
      "{scheme: classes, clients: 4}",
      "4:41: partition.classesPerClient: 4 clients with 2 classes each leave some of the 10 classes without a client; "
        + "raise it, or partition.clients"
    ),
    ("{scheme: feature-noise, sigma: -1}", "4:45: partition.sigma must be a number from 0 to 1000 but is '-1'"),
    (
      "{scheme: from-file}",
      "4:23: partition.scheme is from-file, but partition.file is missing; write the path of the file"
    ),
    (
      "{scheme: from-file, file: nowhere.csv}",
      "4:40: partition.file 'nowhere.csv' cannot be opened: No such file or directory"
    ),
    ("{scheme: from-file, file: /}", "4:40: partition.file '/' is not a regular file"),
    ("{scheme: from-file, file: []}", "4:40: partition.file must be the path of a file but is a list"),
  ]

  @Test("a division that cannot be made is refused with its place", arguments: bad)
  func refused(partition: String, expected: String) {
    let body = "base:\n  partition: \(partition)\n  dataset: {name: cifar10}"
    #expect(message { _ = try sweep(body) } == "t.yaml:" + expected)
  }

  @Test("grey data sets have no colour to lose", arguments: ["mnist", "fashion-mnist", "synthetic-digits"])
  func grey(name: String) {
    let body = "base: {dataset: {name: \(name)}, partition: {scheme: colour-imbalance}}"
    let expected =
      ": partition.scheme is colour-imbalance, but \(name) is grey; data sets with colour: synthetic-colours, cifar10"
    #expect(message { _ = try sweep(body) }.hasSuffix(expected))
  }

  @Test("a file of the division is known by its content: equal content, equal id, wherever it lies")
  func file() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("feather-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let content = Data("client,index\n0,1\n0,2\n1,0\n".utf8)
    for (name, data) in [("a.csv", content), ("b.csv", content), ("c.csv", content + Data("1,3\n".utf8))] {
      try data.write(to: folder.appendingPathComponent(name))
    }
    func plan(_ names: String) throws -> Plan {
      let text =
        "featherweight: 1\nname: t\nbase: {partition: {scheme: from-file}}\nsweep: {grid: {partition.file: [\(names)]}}"
      return try SweepSpec.load(text: text, file: folder.appendingPathComponent("t.yaml").path).plan()
    }
    #expect(try plan("a.csv").cells[0].id == plan("b.csv").cells[0].id)
    #expect(message { _ = try plan("a.csv, b.csv") }.contains("two cells come out equal"))
    let both = try plan("a.csv, c.csv")
    // What sha256sum says of the first content.
    let digest = "d9ccbbc256e2edcfd9f5617f3dc03ebdd26818d1635d2717171fb6979d189cad"
    #expect(rows(both)[0] == "a.csv sha256:\(digest.prefix(12))" && Set(both.cells.map(\.id)).count == 2)
    let spec = both.cells[0].spec
    #expect(spec.canonicalJSON.contains("\"file\":\"sha256:\(digest)\""))
    #expect(spec.flattened.contains { $0 == (key: "partition.file", value: "sha256:\(digest)") })
    #expect(!spec.canonicalJSON.contains("a.csv") && !spec.yaml.contains("a.csv"))

    let frozen = try Plan(json: both.json, file: "plan.json")
    #expect(frozen.cells[1].spec.partition.file.path == spec.partition.file.path?.replacing("a.csv", with: "c.csv"))
    #expect(frozen.json == both.json && both.difference(from: frozen).isEmpty)
    try Data("changed".utf8).write(to: folder.appendingPathComponent("a.csv"))
    let lines = try plan("a.csv, c.csv").difference(from: frozen)
    #expect(lines.first?.hasPrefix("partition.file: frozen a.csv sha256:\(digest.prefix(12)), c.csv") == true)
    #expect(
      message { _ = try SweepSpec.load(text: both.source, file: "some/where/t.yaml").plan() }
        == "some/where/t.yaml:4:33: partition.file 'a.csv' cannot be opened: No such file or directory "
        + "(looked for at 'some/where/a.csv', beside the spec)")
    #expect(try PartitionFile(path: spec.partition.file.path ?? "") != spec.partition.file)
  }

  @Test("a digest in place of a path is refused in a spec: it does not say where the file is")
  func digestOnly() {
    let digest = "sha256:" + String(repeating: "a", count: 64)
    #expect(
      message { _ = try sweep("base: {partition: {scheme: from-file, file: \"\(digest)\"}}") }
        == "t.yaml:3:45: partition.file '\(digest)' says what the file contains, not where it is; write its path")
  }
}
