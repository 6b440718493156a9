import Foundation
import Testing

@Suite struct ReadmeTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The cells of each row of the Markdown tables in `text`, rules left out.
  private static func rows(_ text: some StringProtocol) -> [[String]] {
    text.split(separator: "\n").filter { $0.hasPrefix("| ") && !$0.hasPrefix("| -") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// Whether `cells` are among `row`, in this order.
  private static func isPart(_ cells: some Sequence<String>, of row: [String]) -> Bool {
    var rest = row[...]
    return cells.allSatisfy { cell in
      guard let place = rest.firstIndex(of: cell) else { return false }
      rest = rest[(place + 1)...]
      return true
    }
  }

  @Test(
    "the numbers of README's tables are those of one row of a table in results, under the same headings",
    arguments: [
      ("## A real table", "results/paper", "table-"),
      ("## What does it cost, and what does it save?", "results/frontiers/mnist", "frontier"),
    ])
  func tableIsMeasured(heading: String, folder: String, prefix: String) throws {
    let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
    let section = try #require(readme.components(separatedBy: heading).last?.components(separatedBy: "\n## ").first)
    let folder = Self.root.appending(path: folder)
    let tables = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "md" && $0.lastPathComponent.hasPrefix(prefix) }
      .map { Self.rows(try String(contentsOf: $0, encoding: .utf8)) }
    let rows = Self.rows(section)
    let headings = try #require(rows.first?.dropFirst(2))
    #expect(rows.count > 2 && headings.count > 4)
    for row in rows.dropFirst() {
      let isThere = tables.contains { table in
        Self.isPart(headings, of: table[0]) && table.contains { Self.isPart(row.dropFirst(2), of: $0) }
      }
      #expect(isThere, "\(row)")
    }
  }
}
