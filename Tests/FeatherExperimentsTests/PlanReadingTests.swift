import Testing

@testable import FeatherExperiments

@Suite("Reading frozen plans")
struct PlanReadingTests {
  private static func plan(_ about: String) throws -> Plan {
    let spec = """
      featherweight: 1
      name: plan
      about: \(JSONText.quoted(about))
      sweep:
        grid:
          codec: [{name: identity}, [{name: autoencoder, hidden: [8, 4]}, {name: quantise, bits: 8}]]
          partition: [{scheme: iid}, {scheme: dirichlet, alpha: 1e-3}]
          seed: [1, 18446744073709551615]
      """
    return try SweepSpec.load(text: spec, file: "plan.yaml").plan()
  }

  static let texts = [
    "plain", "quoted \"and\" \\ back", "two\nlines\tand a bell \u{7}", "ünï–cödé 🪶 \u{2028} *x <<",
  ]

  @Test("a plan read as JSON is what YAML reads, to the last line and column", arguments: texts)
  func sameAsYAML(about: String) throws {
    let text = try Self.plan(about).json
    let json = try #require(SpecNode.parse(json: text, file: "plan.json", limits: .plan))
    let yaml = try #require(try SpecNode.parse(text, file: "plan.json", limits: .plan))
    #expect("\(json)" == "\(yaml)")
    let read = try Plan(json: text, file: "plan.json")
    #expect(read.about == about && read.json == text)
  }

  @Test("what is no JSON, or has a key twice or too many levels, is left to the reader of YAML")
  func notJSON() {
    let deep = String(repeating: "[", count: 33) + String(repeating: "]", count: 33)
    let texts = [
      "", " ", "{", "}", "{\"a\":1", "{\"a\":1,}", "{\"a\":1,\"a\":2}", "{a: 1}", "[1 2]", "[1,2]]", "\"open",
      "\"\\x\"",
      "\"\\u12\"", "\"a\nb\"", "'a'", "# note", deep,
    ]
    for text in texts { #expect(SpecNode.parse(json: text, file: "f", limits: .plan)?.text == nil, "\(text)") }
    #expect(SpecNode.parse(json: " [ ] ", file: "f", limits: .plan)?.text == "[]")
  }

  @Test("JSON of more keys than a mapping may have, or more values than a plan may have, is not read")
  func limits() {
    let keys = "{" + (0..<1001).map { "\"k\($0)\":1" }.joined(separator: ",") + "}"
    #expect(SpecNode.parse(json: keys, file: "f", limits: .plan)?.text == nil)
    #expect(SpecNode.parse(json: "[1,2,3]", file: "f", limits: SpecLimits(nodes: 4))?.text == "[1, 2, 3]")
    #expect(SpecNode.parse(json: "[1,2,3]", file: "f", limits: SpecLimits(nodes: 3))?.text == nil)
  }

  @Test("a cell written as a line is read back as it was")
  func cells() throws {
    for cell in try Self.plan("cells").cells {
      let spec = try RunSpec(cell: cell.json)
      #expect(spec == cell.spec && RunID(spec) == cell.id)
    }
    #expect(throws: SpecError.self) { try RunSpec(cell: "{}") }
    #expect(throws: SpecError.self) { try RunSpec(cell: "not a cell") }
  }
}
