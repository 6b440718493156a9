import Foundation
import Testing

@Suite("Divisions from the command line")
struct PlanPartitionTests {
  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox() }

  private static let spec = TinySweep.spec(
    TinySweep.base + """
      sweep:
        grid:
          partition: [{scheme: iid}, {scheme: iid, clients: 50, samplesPerClient: 5}]
          training.batch: [4, 8]
      """)

  @Test("plan --partition shows each different division once, with counts that add up, and runs nothing")
  func text() throws {
    try sandbox.write(Self.spec, to: "spec.yaml")
    let plan = try sandbox.run(["plan", "spec.yaml", "--partition"])
    #expect(plan.status == 0 && plan.stderr == "")
    let parts = plan.stdout.split(separator: "\nsynthetic-digits, 40 samples; ")
    #expect(parts.count == 2, "\(plan.stdout)")
    #expect(
      plan.stdout.hasPrefix("synthetic-digits, 40 samples; scheme iid, clients 2; seed 1 (2 cells)\n2 clients\n")
        && plan.stdout.contains("\nsamples per client: 20 to 20, median 20\n"), "\(plan.stdout)")
    let drawn = try #require(parts.last)
    #expect(drawn.contains("50 clients, each of which draws its own samples; of all:\n"), "\(drawn)")
    #expect(drawn.hasSuffix("\n… and 30 clients more\n"))
    #expect(drawn.contains("samples per client: 5 to 5, median 5\n"))
    #expect(!FileManager.default.fileExists(atPath: sandbox.path + "/results"))
  }

  @Test("as CSV there is a row per client; the picture is SVG with a map per division")
  func files() throws {
    try sandbox.write(Self.spec, to: "spec.yaml")
    let plan = try sandbox.run(["plan", "spec.yaml", "--partition", "--format", "csv", "--svg", "p.svg"])
    #expect(plan.status == 0 && plan.stderr == "wrote p.svg\n")
    let lines = plan.stdout.split(separator: "\n")
    #expect(lines.count == 53)
    #expect(
      lines[0]
        == "division,client,samples,class_0,class_1,class_2,class_3,class_4,class_5,class_6,class_7,class_8,class_9"
    )
    for line in lines.dropFirst() {
      let counts = line.split(separator: "\"").last.map { $0.split(separator: ",").compactMap { Int($0) } } ?? []
      #expect(counts.count == 12 && counts[1] == counts.dropFirst(2).reduce(0, +), "\(line)")
    }
    let picture = try String(contentsOfFile: sandbox.path + "/p.svg", encoding: .utf8)
    #expect(picture.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\" "))
    #expect(picture.components(separatedBy: "class=\"frame\"").count == 3 && !picture.contains("var("))
  }

  @Test("missing data are one error, and options without --partition are refused")
  func refused() throws {
    try sandbox.write(Self.spec.replacing("synthetic-digits", with: "mnist"), to: "mnist.yaml")
    let missing = try sandbox.run(["plan", "mnist.yaml", "--partition", "--data", "nowhere"])
    #expect(missing.status == 2 && missing.stdout == "")
    #expect(missing.stderr.hasPrefix("error: mnist: no mnist/train-images-idx3-ubyte"), "\(missing.stderr)")
    try sandbox.write(Self.spec, to: "spec.yaml")
    let usage = try sandbox.run(["plan", "spec.yaml", "--format", "csv"])
    #expect(usage.status == 64 && usage.stderr.contains("belong to --partition"))
  }
}
