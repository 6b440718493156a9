import FeatherExperiments
import Testing

@testable import FeatherReports

@Suite("Groups in the figures of pages")
struct PageGroupsTests {
  private func groups(_ results: SweepResults) throws -> PageGroups { PageGroups(try ResultTable(results)) }

  /// Twelve settings of top-k and no compression, for each number of clients.
  private func many(clients: [Int] = [2, 5], seeds: [Int] = [1]) throws -> SweepResults {
    let fractions = (1...12).map { "{name: topk, fraction: 0.\($0 < 10 ? "0" : "")\($0)}" }.joined(separator: ", ")
    return try PageFixture.complete(
      """
      name: many
      base: {partition: {scheme: iid}}
      sweep: {grid: {partition.clients: \(clients), codec: [{name: identity}, \(fractions)], seed: \(seeds)}}
      """, accuracy: { 0.5 + Double($0 % 13) / 100 })
  }

  @Test("codecs under different conditions are in different panels, in the same colours; text's is no compression")
  func few() throws {
    let results = try PageFixture.complete(
      "name: t\nsweep: {grid: {partition.clients: [2, 5], codec: [{name: identity}, {name: sign}], seed: [1, 2]}}",
      accuracy: { _ in 0.9 })
    let groups = try groups(results)
    #expect(groups.areFew && groups.panels.map(\.title) == ["clients 2", "clients 5"] && groups.omitted.isEmpty)
    for panel in groups.panels {
      #expect(panel.entries.map(\.short) == ["identity", "sign"] && panel.lines.map(\.index) == [0, 1])
      #expect(panel.entries.map(\.style.colour) == [0, 1] && panel.entries.map(\.style.symbol) == [0, 1])
    }
    #expect(groups.panels[1].entries[1].label == "clients 5, sign")
    #expect(groups.families.map(\.name) == ["identity", "sign"])
  }

  @Test("groups that differ in one thing are in one panel, without a front, and differ in colour, dash and symbol")
  func oneAxis() throws {
    let results = try PageFixture.complete(
      "name: t\nbase: {codec: {name: sign}}\nsweep: {grid: {training.momentum: [0.1, 0.2, 0.3]}}",
      accuracy: { _ in 0.9 })
    let panel = try groups(results).panels[0]
    let styles = panel.entries.map(\.style)
    #expect(Set(styles.map(\.colour)) == [1, 2, 3])
    #expect(Set(styles.map(\.dash)).count == 3 && Set(styles.map(\.symbol)).count == 3)
    #expect(panel.title == "" && panel.front.isEmpty)
  }

  @Test("a sweep over seeds alone has one group, called so")
  func oneGroup() throws {
    let results = try PageFixture.complete(
      "name: t\nbase: {codec: {name: sign}}\nsweep: {grid: {seed: [1, 2]}}", accuracy: { _ in 0.9 })
    #expect(try groups(results).families.map(\.name) == ["all runs"])
  }

  @Test("many groups are divided by condition; in each panel eight are in colour, told apart by dashes")
  func manyGroups() throws {
    let groups = try groups(many())
    #expect(!groups.areFew && groups.panels.map(\.title) == ["clients 2", "clients 5"])
    for panel in groups.panels {
      #expect(panel.entries.count == 13 && panel.lines.count == 8)
      // No compression is always there; in the fixture it has the lowest accuracy too.
      #expect(panel.lines.contains { panel.entries[$0.index].isIdentity })
      #expect(panel.lines.map(\.index) == panel.lines.map(\.index).sorted())
      #expect(Set(panel.lines.map { [$0.style.colour, $0.style.dash] }).count == 8)
      #expect(panel.entries.map(\.short).contains("topk, fraction 0.01"))
    }
    #expect(groups.families.count == 13 && groups.families[12].name == "topk, fraction 0.12")
    let signs = groups.families.map { [$0.style.colour, $0.style.symbol % SeriesStyle.symbols] }
    #expect(Set(signs).count == 13)
    #expect(groups.families[0].style.colour == 0)
  }

  @Test("the caption says what is in colour, grey or left out")
  func captions() throws {
    let html = try PageFixture.page(many(clients: Array(2...12))).html
    #expect(html.contains("Of more than 8 groups in a panel, in colour: no compression, the lowest final accuracy"))
    #expect(html.contains("Left out beyond 9 panels: 2 (clients 11; clients 12); --where chooses others."))
    #expect(html.contains("Of 143 groups 24 are drawn"))
    #expect(PageFixture.count("<g class=\"other\">", in: html) == 9 * 5)
    let few = try PageFixture.page(PageFixture.results()).html
    #expect(!few.contains("in colour: no compression") && !few.contains("Left out"))
  }

  @Test("a page of a thousand runs stays below 1.5 MB")
  func size() throws {
    let html = try PageFixture.page(many(clients: Array(2...9), seeds: Array(1...10))).html
    #expect(PageFixture.count("<tr>", in: html) > 1040)
    #expect(html.utf8.count < 1_500_000)
    #expect(!html.contains("left out of print"))
  }

  @Test("reconstruction errors are drawn of codecs that have some, on a logarithmic axis where they differ much")
  func errors() throws {
    func figure(_ errors: [Double]) throws -> String {
      let results = try PageFixture.complete(
        "name: t\nsweep: {grid: {codec: [{name: identity}, {name: sign}, {name: qsgd}]}}", accuracy: { _ in 0.9 },
        error: { errors[$0] })
      let html = try PageFixture.page(results).html
      return PageFixture.between("Reconstruction error", "</figure>", in: html)?.description ?? ""
    }
    let wide = try figure([0, 0.0001, 1])
    #expect(wide.contains(">0.001</text>") && wide.contains(">0.1</text>") && !wide.contains("identity"))
    #expect(try figure([0, 0.5, 1]).contains(">0.6</text>"))
    #expect(try figure([0, 0, 0]) == "")
  }
}
