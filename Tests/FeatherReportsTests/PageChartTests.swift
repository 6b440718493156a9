import Testing

@testable import FeatherReports

@Suite("Charts of pages")
struct PageChartTests {
  @Test("texts are escaped on their way into markup, in elements and in attributes")
  func escaping() {
    let markup = Markup("p", ["class": "a\"b", "hidden": nil]) {
      "<script>alert('1')</script> & more"
      Markup("br-like") { "x\u{0}\u{1B}[31m\ty" }
    }
    #expect(
      markup.text
        == "<p class=\"a&quot;b\">&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; more"
        + "<br-like>x\u{FFFD}\u{FFFD}[31m\ty</br-like></p>")
    #expect(Markup("path", ["d": "M0 0"]).text == "<path d=\"M0 0\"/>")
    #expect(Markup("td").text == "<td></td>")
  }

  private func scale(_ values: [Double], log: Bool = false, margin: Double = 0, to end: Double = 100) -> Scale {
    Scale(values, isLogarithmic: log, margin: margin, places: (from: 0, to: end))
  }

  @Test("a linear scale has round ticks, and no more than asked for")
  func linearTicks() {
    #expect(scale([0, 10]).ticks(6) == [0, 2, 4, 6, 8, 10])
    #expect(scale([0.81, 0.96]).ticks(6) == [0.85, 0.9, 0.95])
    #expect(scale([-0.3, 0.3]).ticks(6).map { $0 + 0 } == [-0.2, -0.1, 0, 0.1, 0.2])
    #expect(scale([0, 1e9]).ticks(5) == [0, 2e8, 4e8, 6e8, 8e8, 1e9])
    for top in [1.0, 3, 7, 19, 0.037, 123_456] { #expect((3...7).contains(scale([0, top]).ticks(6).count), "\(top)") }
  }

  @Test("a logarithmic scale has powers of ten, and steps between them where there are few")
  func logarithmicTicks() {
    #expect(scale([1, 10_000], log: true).ticks(6) == [1, 10, 100, 1000, 10_000])
    #expect(scale([3, 60], log: true).ticks(6) == [5, 10, 20, 50])
    #expect(scale([310, 390], log: true).ticks(6) == [320, 340, 360, 380])
    #expect(scale([1e-9, 1e9], log: true).ticks(6).count <= 6)
    #expect(scale([1, 100], log: true).place(10) == 50)
    #expect(scale([0, 8]).place(2) == 25)
  }

  @Test("values that no scale can show do not bend it, and one value still has an axis")
  func degenerate() {
    #expect(scale([.nan, 0, 10, .infinity, 1e300]).domain == 0...10)
    #expect(scale([-1, 0, 1, 100], log: true).domain == 1...100)
    #expect(scale([]).domain == 0...1)
    let single = scale([0.5])
    #expect(abs(single.place(0.5) - 50) < 1e-9 && single.domain.lowerBound < 0.5)
    let full = Scale([1, 1], within: 0...1, places: (from: 0, to: 1))
    #expect(full.domain.upperBound == 1 && full.domain.lowerBound < 1)
    for values in [[0, .leastNonzeroMagnitude], [1e99, -1e99], [1e-100, 1e99]] as [[Double]] {
      #expect(scale(values).ticks(6).count < 100 && scale(values, log: true).ticks(6).count < 100)
    }
  }

  @Test("ticks are written with as many decimals as they need, and bytes in units")
  func tickTexts() {
    func texts(_ scale: Scale, _ numbers: Axis.Numbers = .plain) -> [String] {
      Axis(title: "", scale: scale, numbers: numbers).ticks.map(\.text)
    }
    #expect(texts(scale([0, 1])) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(texts(scale([0.01, 10], log: true)) == ["0.01", "0.1", "1", "10"])
    #expect(texts(scale([1e-8, 1e-5], log: true)) == ["1e-08", "1e-07", "1e-06", "1e-05"])
    #expect(texts(scale([1, 3]), .whole) == ["1", "2", "3"])
    #expect(texts(scale([1000, 5_000_000], log: true), .bytes) == ["1 kB", "10 kB", "100 kB", "1 MB"])
    #expect(Axis.bytes(1e300) == "1e+300")
  }

  private func chart(_ x: [Double], _ y: [Double]) -> Chart {
    Chart(
      title: "T", description: "D", x: Axis(title: "rounds", scale: Scale(x, margin: 0, places: Chart.Place.x)),
      y: Axis(title: "y", scale: Scale(y, margin: 0, places: Chart.Place.y)))
  }

  // The plot is from 58 to 466 and from 254 up to 10.
  @Test("a line goes through its points, its band from the highest values to the lowest and back")
  func line() {
    var chart = chart([0, 2], [0, 1])
    let points = [
      Figure.Point(x: 0, y: 0, low: 0, high: 0), Figure.Point(x: 1, y: 0.5, low: 0.25, high: 0.75),
      Figure.Point(x: 2, y: 1, low: 1, high: 1),
    ]
    chart.addLine(points, SeriesStyle(colour: 9, dash: 9, symbol: 1), stagger: 0, text: "<a>")
    let svg = chart.svg.text
    #expect(svg.contains("<g class=\"c1 d1\"><title>&lt;a&gt;</title>"))
    #expect(svg.contains("<path class=\"line\" d=\"M58 254L262 132L466 10\"/>"))
    #expect(svg.contains("<path class=\"band\" d=\"M58 254L262 71L466 10L466 10L262 193L58 254Z\"/>"))
    #expect(svg.contains("<title>T</title><desc>D</desc>"))
  }

  @Test("no band without a spread, no mark without a place, and one point is a symbol")
  func sparse() {
    var chart = chart([0, 2], [0, 1])
    let style = SeriesStyle(colour: 0, dash: 0, symbol: 0)
    chart.addLine([Figure.Point(x: 1, y: 0.5)], style, stagger: 3, text: "one")
    chart.addLine([Figure.Point(x: 1, y: .nan)], style, stagger: 0, text: "none")
    chart.addPoint(Figure.Point(x: .infinity, y: 0.5), style, text: "none")
    chart.addBackgroundLine([Figure.Point(x: 1, y: 0.5)], text: "none")
    let svg = chart.svg.text
    #expect(!svg.contains("band") && !svg.contains("none") && !svg.contains("NaN"))
    #expect(svg.contains("<path class=\"sign\" d=\"M258.5 132a"))
  }

  @Test("an error bar ends at its axis, and has a label above it")
  func errorBar() {
    var chart = chart([0, 2], [0, 1])
    let point = Figure.Point(x: 1, y: 0.5, low: -3, high: 0.75, label: "8 & 4")
    chart.addPoint(point, SeriesStyle(colour: 2, dash: 0, symbol: 0), text: "")
    #expect(chart.svg.text.contains("<path class=\"bar\" d=\"M262 254V71\"/>"))
    #expect(chart.svg.text.contains("<text x=\"262\" y=\"64\" text-anchor=\"middle\">8 &amp; 4</text>"))
  }

  @Test("of more points than can be seen every k-th is drawn, and the last one")
  func thinned() {
    let points = (0..<1000).map { Figure.Point(x: Double($0), y: 0) }
    let few = Chart.thinned(points)
    #expect(few.count <= Chart.mostPoints + 1 && few.first?.x == 0 && few[1].x == 5 && few.last?.x == 999)
    #expect(Chart.thinned(Array(points.prefix(200))).count == 200)
  }

  @Test("coordinates have a tenth at most")
  func coordinates() {
    #expect(
      [0.04, -0.05, 12.34, 7, -3.96, .nan, 1e300].map(Chart.number) == ["0", "-0.1", "12.3", "7", "-4", "0", "0"])
  }

  @Test("a heat map has the full shade where most samples are, none where there are none, and numbers where they fit")
  func heatMap() throws {
    let histogram = try #require(LabelHistogram(clients: 2, classes: 2, counts: [0, 50, 100, 1200]))
    let svg = PartitionMaps.picture(histogram, "alpha 1").text
    #expect(svg.contains("<desc>2 classes, 2 clients, at most 1,200 samples of a class at one client</desc>"))
    #expect(svg.contains("<path class=\"h10\" d=\"M102 21h44v17h-44z\"/>"))
    #expect(svg.contains("<path class=\"h1\" d=\"M58 21h44v17h-44zM102 4h44v17h-44z\"/>"))
    #expect(svg.contains(">1,200</text>") && svg.contains(">0</text>"))
    #expect(LabelHistogram(clients: 2, classes: 2, counts: [0, 1, .nan, 3]) == nil)
    #expect(LabelHistogram(clients: 2, classes: 2, counts: [0, 1]) == nil)
    let many = try #require(LabelHistogram(clients: 5000, classes: 10, counts: [Double](repeating: 1, count: 50_000)))
    #expect(PartitionMaps.picture(many, "").text.utf8.count < 60_000)
  }
}
