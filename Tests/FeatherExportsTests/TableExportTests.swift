import FeatherExperiments
import FeatherResults
import Foundation
import Testing

@testable import FeatherExports

@Suite("Exports to CSV and JSON lines")
struct TableExportTests {
  @Test("fields are quoted only where they must be, and numbers have the fewest digits that read back")
  func fields() {
    #expect(CSVText.line(["a", "b,c", "say \"d\"", "", "e\r\nf"]) == "a,\"b,c\",\"say \"\"d\"\"\",,\"e\r\nf\"\n")
    #expect(
      [0.1, 1e-5, .nan, .infinity, -.infinity].map { CSVText.number($0) } == ["0.1", "1e-05", "", "inf", "-inf"])
    #expect(CSVText.number(24, isWhole: true) == "24" && CSVText.number(24) == "24.0")
    #expect(CSVText.number(.infinity, isWhole: true) == "inf")
  }

  @Test("a run is a row: the keys that vary first, then the others, then its numbers, bytes as whole ones")
  func runs() throws {
    let fixture = try ExportsFixture()
    #expect(
      try fixture.export(.csv).paths.map { $0.split(separator: "/").last } == [
        "runs.csv", "metrics.csv", "metrics-long.csv", "clients.csv", "ledger.csv", "columns.csv",
      ])
    let header = try fixture.lines("out/runs.csv")[0].split(separator: ",").map(String.init)
    #expect(header.prefix(2) == ["run", "status"])
    let axes = fixture.plan.axes
    #expect(
      Array(header[2..<2 + axes.count]) == axes && axes == ["codec.name", "seed"] && header.contains("dataset.train"))
    let rows = try fixture.rows("out/runs.csv")
    #expect(rows.map { $0["run"] } == (0..<4).map(fixture.id))
    #expect(rows[0]["codec.latent"] == "" && rows[2]["codec.latent"] == "2")
    #expect(rows[1]["seed"] == "2" && rows[1]["status"] == "complete" && rows[1]["bytes_update_up"] == "40")
    #expect(rows[1]["final_test_accuracy"] == (0.1 + 0.2).description && rows[1]["label_skew"] == "0.125")
  }

  @Test("metrics are there twice, wide and long, and agree")
  func metrics() throws {
    let fixture = try ExportsFixture()
    _ = try fixture.export(.csv)
    let wide = try fixture.rows("out/metrics.csv")
    #expect(
      wide.count == 8 && wide[1]["round"] == "1" && wide[1]["bytes_up"] == "24" && wide[0]["test_accuracy"] == "0.1")
    for row in try fixture.rows("out/metrics-long.csv") {
      let metric = try #require(row["metric"])
      let match = wide.filter { $0["run"] == row["run"] && $0["round"] == row["round"] }
      #expect(match.count == 1 && match[0][metric] == row["value"] && match[0]["seed"] == row["seed"])
    }
    #expect(try fixture.rows("out/metrics-long.csv").count == 8 * 5)
  }

  @Test("a client that sat out has empty cells; the ledger has every entry")
  func clients() throws {
    let fixture = try ExportsFixture()
    _ = try fixture.export(.csv)
    let lines = try fixture.lines("out/clients.csv")
    #expect(lines[0] == "run,round,client,train_loss,bytes_up,relative_error,mse,participated")
    #expect(lines[1] == "\(fixture.id(0)),0,0,0.5,24,1e-05,1e-06,1")
    #expect(lines[4] == "\(fixture.id(0)),1,1,,0,,,0")
    #expect(try fixture.lines("out/ledger.csv").contains("\(fixture.id(3)),update_up,1,32,8"))
  }

  @Test("every column of every table has its unit and a description")
  func dictionary() throws {
    let fixture = try ExportsFixture()
    _ = try fixture.export(.csv)
    let known = try fixture.lines("out/columns.csv").dropFirst().map {
      $0.split(separator: ",", maxSplits: 3, omittingEmptySubsequences: false)
    }
    #expect(known.allSatisfy { $0.count == 4 && !$0[2].isEmpty && !$0[3].isEmpty })
    for name in ["runs.csv", "metrics.csv", "metrics-long.csv", "clients.csv", "ledger.csv"] {
      let columns = try fixture.lines("out/\(name)")[0].split(separator: ",")
      #expect(known.filter { $0[0] == name }.map { $0[1] } == columns, "\(name)")
    }
    #expect(known.contains { $0[0] == "metrics.csv" && $0[1] == "test_loss" && $0[2] == "nat" })
  }

  @Test("every line is one object of strict JSON, in which what is not finite is null")
  func json() throws {
    let fixture = try ExportsFixture { result in
      result.rounds[0].testLoss = .infinity
      guard result.spec.seed == 2 else { return }
      result.status = .diverged(round: 1, reason: "a \"loss\" is NaN")
      result.rounds[1].testLoss = .nan
    }
    _ = try fixture.export(.jsonl)
    let runs = try fixture.lines("out/runs.jsonl").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(runs.map { $0["run"] as? String } == (0..<4).map(fixture.id))
    #expect(runs[0]["diverged_round"] is NSNull && runs[0]["status"] as? String == "complete")
    #expect(runs[1]["diverged_round"] as? Int == 1 && runs[1]["diverged_reason"] as? String == "a \"loss\" is NaN")
    let config = try #require(runs[3]["config"] as? [String: Any])
    #expect(config["seed"] as? Int == 2)
    #expect((config["codec"] as? [String: Any])?["latent"] as? Int == 2)
    #expect((config["model"] as? [String: Any])?["hidden"] as? [Int] == [2])
    let losses = try #require((runs[1]["curves"] as? [String: Any])?["test_loss"] as? [Any])
    #expect(losses.count == 2 && losses.allSatisfy { $0 is NSNull })
    let metrics = try fixture.lines("out/metrics.jsonl")
    #expect(metrics.count == 8 && metrics[1].hasPrefix("{\"run\":\"\(fixture.id(0))\",\"round\":1,"))
    #expect(metrics[1].contains("\"test_loss\":0.25") && metrics[0].contains("\"test_loss\":null"))
  }
}
