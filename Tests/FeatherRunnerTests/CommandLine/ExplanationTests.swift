import Foundation
import Testing

@Suite("What plan and status say of each cell")
struct ExplanationTests {
  private static let spec = TinySweep.four.replacing("rounds: 1}", with: "rounds: 3}")
  private let sandbox: Sandbox

  init() throws {
    sandbox = try Sandbox()
    try sandbox.write(Self.spec, to: "spec.yaml")
  }

  /// The last column of the listing's rows, from the column `heading` on.
  private func column(_ heading: String, of listing: String) throws -> [String] {
    let lines = listing.components(separatedBy: "\n")
    let top = try #require(lines.firstIndex { $0.hasPrefix("id ") })
    let start = try #require(lines[top].range(of: heading + "$", options: .regularExpression)).lowerBound
    let offset = lines[top].distance(from: lines[top].startIndex, to: start)
    return lines[(top + 1)...].prefix { !$0.isEmpty }.map { String($0.dropFirst(offset)) }
  }

  /// Runs the sweep and takes its results away; the ids in the order of the plan.
  private func started() throws -> [String] {
    #expect(try sandbox.run(["run", "spec.yaml", "--quiet"]).status == 0)
    let ids = try sandbox.run(["plan", "spec.yaml"]).stdout.matches(of: /(?m)^[0-9a-f]{12}(?= )/).map { String($0.0) }
    try #require(ids.count == 4)
    for id in ids { try FileManager.default.removeItem(at: sandbox.url("results/tiny/\(id).h5")) }
    try FileManager.default.removeItem(at: sandbox.url("results/tiny/sweep.h5"))
    return ids
  }

  @Test("a failed cell has its reason and attempts, an interrupted one how far it came, the others that they are new")
  func states() throws {
    let ids = try started()
    func leave(_ text: String, _ name: String, of cell: Int) throws {
      try sandbox.write(text, to: "results/tiny/\(ids[cell]).partial/\(name)")
    }
    try leave("the disk is full\nsome detail", "failure.txt", of: 0)
    let time = "2026-01-01T00:00:00Z"
    let attempt = "{\"start\":\"\(time)\",\"end\":\"\(time)\",\"host\":\"a\",\"pid\":1,\"outcome\":\"failed\"}"
    try leave(attempt + "\n" + attempt + "\n", "attempts.jsonl", of: 0)
    // More than is read from the end, and a last line that was cut short.
    let rounds = String(repeating: "{\"round\":0,\"test_accuracy\":0.5,\"bytes_up\":123456789}\n", count: 200)
    try leave(rounds + "{\"round\":1,\"tes", "metrics.jsonl", of: 1)
    let end = String(repeating: "0", count: 64)
    try leave("featherweight-checkpoint 1\nrounds 1 3\nkey\nstate 0\n" + end, "checkpoint", of: 1)
    try leave("", "metrics.jsonl", of: 2)
    let plan = try sandbox.run(["plan", "spec.yaml"])
    let notes = [
      "2 attempts, the last: the disk is full", "stopped in round 2 of 3, goes on after round 1",
      "stopped in what comes before round 1 of 3, begins anew",
    ]
    #expect(try column("why", of: plan.stdout) == notes + ["new"])
    let status = try sandbox.run(["status", "results/tiny"])
    #expect(try column("note", of: status.stdout) == notes + [""])
  }

  @Test("a cell that the frozen plan does not have names the keys in which it differs, with both values")
  func changed() throws {
    #expect(try sandbox.run(["run", "spec.yaml", "--quiet"]).status == 0)
    try sandbox.write(Self.spec.replacing("latent: 4", with: "latent: 6"), to: "spec.yaml")
    let plan = try sandbox.run(["plan", "spec.yaml"])
    let change = "to run: codec.latent is 6, frozen 4"
    #expect(try column("why", of: plan.stdout) == ["", "", change, change])
    #expect(plan.stdout.contains("\n  codec.latent: frozen 4, now 6\n"))
  }

  @Test("before a sweep is started nothing needs an explanation")
  func fresh() throws {
    let plan = try sandbox.run(["plan", "spec.yaml"])
    #expect(plan.status == 0 && !plan.stdout.contains(" why") && !plan.stdout.contains("new"))
  }
}
