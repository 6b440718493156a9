import Foundation
import Testing

@testable import FeatherReports

@Suite("Figures of accuracy against bytes")
struct FrontierFigureTests {
  private static let hasGnuplot = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/gnuplot") }

  @Test("a panel per condition has the front, a series per codec with its deviation, and identity's accuracy")
  func panels() throws {
    let figures = try FrontierFixture.report().figures
    #expect(figures.map(\.name) == ["frontier-uplink", "frontier-life", "frontier-everything"])
    let panel = try #require(figures.first?.panels.last)
    #expect(panel.title == "clients 5" && abs((panel.reference?.value ?? 0) - 0.87) < 1e-12)
    #expect(
      panel.series.map(\.title) == [
        "Pareto front", "identity", "autoencoder (latent)", "autoencoder + quantise 8 (latent)",
      ])
    #expect(panel.series[0].points.map(\.x) == [800, 2720, 1_272_960])
    #expect(panel.series[0].points.map(\.label) == ["8", "32", ""])
    let life = try #require(figures[1].panels.last?.series.first)
    #expect(life.points.map(\.label) == ["8", "", ""], "identity is a corner, and the last step goes on")
    #expect(life.points[1].y == life.points[2].y && life.points[2].x == 4_202_976)
    let point = panel.series[2].points[1]
    // Two seeds 0.02 apart: a deviation of 0.02 over the root of two.
    #expect(abs((point.high ?? 0) - point.y - 0.02 / 2.0.squareRoot()) < 1e-12)
    #expect(panel.series[1].colour == Figure.black && panel.series[2].colour != panel.series[3].colour)
  }

  @Test("fifty series all look different")
  func styles() {
    let styles = (0..<50).map {
      Figure.style(Figure.Series(title: "", mark: .bars, colour: $0, points: []))
    }
    #expect(Set(styles).count == 50)
  }

  @Test("codecs keep their looks in every panel and figure, and only identity is black")
  func crowd() throws {
    let figures = FrontierFixture.crowd().figures
    let looks = figures.flatMap(\.panels).flatMap(\.series).filter { $0.mark == .bars }.map {
      "\($0.title) \($0.colour)"
    }
    #expect(Set(looks).count == 14, "the codec below the axis has a sign, not a series")
    let black = figures[0].panels[0].series.filter { $0.mark == .bars && $0.colour % 7 == Figure.black }
    #expect(black.map(\.title) == ["identity"])
    #expect(
      figures[0].script.components(separatedBy: "title \"eden (budget)\"").count == 1 + 2 + 1, "once in the legend")
  }

  @Test("a codec that collapses does not press the others together: its sign says how low it is")
  func collapse() throws {
    let panel = try #require(FrontierFixture.crowd().figures.first?.panels.first)
    let bottom = try #require(panel.bottom)
    let below = try #require(panel.series.first { $0.mark == .below })
    #expect(below.points.map(\.y) == [bottom, bottom, bottom])
    #expect(below.points.map(\.label) == ["sign 0.47", "sign 0.47", "sign 0.47"])
    #expect(panel.series.filter { $0.mark == .bars }.flatMap(\.points).allSatisfy { $0.y > bottom })
    #expect(try FrontierFixture.report().figures.allSatisfy { $0.panels.allSatisfy { $0.bottom == nil } })
  }

  @Test("labels that would lie over each other are left out, from the left")
  func labels() {
    let points = [(1.0, 0.5, "8"), (1.1, 0.5, "16"), (1.1, 0.9, "32"), (1000.0, 0.5, "64")].map {
      Figure.Point(x: $0, y: $1, label: $2)
    }
    #expect(LabelRoom(points).thinned(points).map(\.label) == ["8", "", "32", "64"])
    #expect(LabelRoom([]).thinned([]).isEmpty)
  }

  @Test(
    "an axis of bytes has at least three tics",
    arguments: [[800, 1_300_000], [100, 120], [5_000, 9_000_000_000], [2_000_000, 5_000_000]])
  func tics(bytes: [Double]) throws {
    let axis = Figure.bytesAxis(bytes)
    let tics = try #require(axis.split(separator: "(").last?.split(separator: ")").first).split(separator: ",")
    #expect((3...12).contains(tics.count), "\(axis)")
    #expect(Figure.bytesAxis([]).contains("autoscale") && Figure.bytesAxis([7, 7]).contains("xrange"))
  }

  @Test(
    "two reports of the same runs have the same bytes, drawings included", .enabled(if: hasGnuplot, "needs gnuplot"))
  func repeats() throws {
    let fixture = try PaperFixture()
    func files(_ folder: String) throws -> [Data] {
      let written = try FrontierFixture.crowd().write(to: "\(fixture.folder)/\(folder)")
      #expect(written.undrawn == nil && written.paths.count == 3 + 3 * 5)
      return try written.paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    }
    let first = try files("it's one")
    Thread.sleep(forTimeInterval: 1.1)  // a clock in a file would show
    #expect(try first == files("two"))
    #expect(first.allSatisfy { !$0.isEmpty })
  }

  @Test("without gnuplot all but the drawings is there, and it is said why")
  func noGnuplot() throws {
    let fixture = try PaperFixture()
    let written = try FrontierFixture.report().write(to: fixture.folder, gnuplot: Gnuplot(program: "no-such-gnuplot"))
    #expect(written.undrawn?.contains("gnuplot-nox") == true)
    #expect(written.paths.count == 3 + 3 * 3 && written.paths.allSatisfy { FileManager.default.fileExists(atPath: $0) })
    let page = try fixture.text("frontier.md")
    #expect(page.hasPrefix("# front: accuracy against bytes\n\nCodecs for two federations.\n"))
    #expect(page.contains("\n![frontier-life](frontier-life.svg)\n") && page.hasSuffix("may be chance.\n"))
  }
}
