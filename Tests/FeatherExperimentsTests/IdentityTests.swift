import Foundation
import Testing

@testable import FeatherExperiments

@Suite("Identity of runs")
struct IdentityTests {
  struct Golden: Decodable {
    var overrides: [String]
    var id: String
    var canonical: String
  }

  static func golden() throws -> [Golden] {
    try JSONDecoder().decode([Golden].self, from: Data(fixture("golden_ids.json").utf8))
  }

  @Test("canonical JSON and ids are those that Python computes")
  func goldenIDs() throws {
    let golden = try Self.golden()
    #expect(golden.count == 40)
    for entry in golden {
      let cell = try #require(try sweepBesideFixtures("", set: entry.overrides).cells.first)
      #expect(cell.spec.canonicalJSON == entry.canonical)
      #expect(cell.id.hex == entry.id)
      #expect(RunID(entry.id) == cell.id)
    }
  }

  @Test("canonical JSON, YAML and the frozen plan read back to the same configuration")
  func roundTrips() throws {
    for entry in try Self.golden() {
      let plan = try sweepBesideFixtures("", set: entry.overrides)
      let spec = try #require(plan.cells.first).spec
      #expect(try RunSpec(canonicalJSON: entry.canonical) == spec)
      #expect(try Plan(json: plan.json, file: "plan.json").cells[0].spec == spec)
      #expect(throws: Never.self) { try spec.validate() }
      // What is kept of a file is its content's digest, which does not say where it is.
      guard spec.partition.schemeName != .fromFile, !spec.federation.availability.isGiven else { continue }
      let indented = spec.yaml.split(separator: "\n").map { "  \($0)" }.joined(separator: "\n")
      #expect(try sweep("base:\n\(indented)\n").cells[0].spec == spec)
    }
  }

  @Test("the schema's defaults are those of a new RunSpec")
  func defaults() throws {
    #expect(try sweep("").cells.map(\.spec) == [RunSpec()])
    #expect(RunSpec.keys.first { $0.key == "codec.latent" }?.defaultValue == "32")
  }

  @Test("every key there is comes up in canonical JSON of some variant, and is described")
  func allKeys() throws {
    let texts = try Self.golden().map(\.canonical).joined()
    for key in RunSpec.keys {
      let name = "\"\(key.key.split(separator: ".").last ?? "")\""
      // An add-on is an item of its own: its name, or one of its settings.
      let parts = key.key.split(separator: ".").map(String.init)
      let chain = SpecChain(section: parts[0])
      let addOn = chain?.addOns.first { $0.settings.contains { $0.key == parts.last } }
      let setting = addOn?.settings.first { $0.key == parts.last }?.item
      let expected = addOn.map { $0.isFlag ? "\"name\":\"\($0.name)\"" : "\"\(setting ?? "")\":" } ?? "\(name):"
      #expect(texts.contains(expected), "\(key.key)")
      #expect(key.summary.hasSuffix(".") && !key.expected.isEmpty)
    }
    #expect(Set(RunSpec.keys.map(\.key)).count == RunSpec.keys.count)
  }

  @Test("a key of a later schema keeps old ids while it has its default")
  func laterKeys() throws {
    let fields = SpecSchema.fields.map { field in
      var field = field
      if field.key == "training.momentum" || field.key == "seed" { field.since = 2 }
      return field
    }
    var spec = RunSpec()
    let old = spec.canonicalJSON(fields: fields)
    #expect(old == spec.canonicalJSON.replacing(",\"momentum\":0.0", with: "").replacing("\"seed\":1,", with: ""))
    #expect(try SpecSchema.decode(SpecNode.parse(old, file: "old")?["spec"]?.value ?? missing) == spec)
    spec.training.momentum = 0.5
    spec.seed = 2
    #expect(spec.canonicalJSON(fields: fields) == spec.canonicalJSON)
  }

  private let missing = SpecNode(content: .sequence([]), mark: SpecMark(file: ""))

  @Test("canonical JSON is read strictly")
  func strictCanonical() throws {
    let text = RunSpec().canonicalJSON
    let spaced = message { _ = try RunSpec(canonicalJSON: text.replacing(",\"spec\"", with: ", \"spec\"")) }
    #expect(spaced == "configuration: the configuration is not written in canonical form, which is: \(text)")
    let newer = message { _ = try RunSpec(canonicalJSON: text.replacing("\"schema\":1", with: "\"schema\":2")) }
    #expect(newer == "configuration:1:11: this version reads schema 1, not 2")
    let cut = message { _ = try RunSpec(canonicalJSON: String(text.dropLast(30))) }
    #expect(cut.hasPrefix("configuration:1:") && cut.contains("not YAML"))
    let unknown = message { _ = try RunSpec(canonicalJSON: text.replacing("\"seed\"", with: "\"sead\"")) }
    #expect(unknown.hasSuffix("unknown key 'sead' in spec; did you mean 'seed'?"))
    #expect(message { _ = try RunSpec(canonicalJSON: "") } == "configuration: the configuration is empty")
  }

  @Test(
    "only twelve lower-case hex digits are an id", arguments: ["", "0123456789a", "0123456789AB", "0123456789abc", "é"])
  func badIDs(text: String) {
    #expect(RunID(text) == nil)
  }

  @Test("flattened keys leave out those of other variants")
  func flattened() throws {
    let plain = RunSpec().flattened.map(\.key)
    #expect(plain.contains("codec.name") && !plain.contains("codec.latent") && !plain.contains("partition.alpha"))
    let full = try sweep("base: {codec: {name: autoencoder}, dataset: {name: mnist}}").cells[0].spec.flattened
    #expect(full.contains { $0 == (key: "codec.latent", value: "32") })
    #expect(!full.contains { $0.key == "dataset.seed" })
  }
}
