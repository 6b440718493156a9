internal import FeatherResults

/// The curves of one panel's groups.
struct CurvePanel {
  struct Line {
    var name: String
    var style: SeriesStyle
    var points: [Figure.Point]
  }

  let title: String
  /// Those in colour.
  let lines: [Line]
  /// Those behind them.
  private let others: [Line]
  /// Whether some others are left out.
  let isCut: Bool

  init(_ panel: PageGroups.Panel, _ metric: String, where isShown: (PageGroups.Entry) -> Bool) {
    func line(_ entry: PageGroups.Entry, _ style: SeriesStyle) -> Line? {
      let points = [Figure.Point](curves: entry.group.runs.map { $0.curve(metric) ?? [] }) { Double($0 + 1) }
      return points.isEmpty || !isShown(entry) ? nil : Line(name: entry.short, style: style, points: points)
    }
    title = panel.title
    lines = panel.lines.compactMap { line(panel.entries[$0.index], $0.style) }
    let coloured = Set(panel.lines.map(\.index))
    let rest = panel.entries.indices.filter { !coloured.contains($0) && isShown(panel.entries[$0]) }
    isCut = rest.count > SweepPage.mostBackground
    others = rest.prefix(SweepPage.mostBackground).compactMap { line(panel.entries[$0], panel.entries[$0].style) }
  }

  /// The panel, with a legend of its own where its lines are not those of others.
  func panel(_ x: Axis, _ y: Axis, _ what: String, hasLegend: Bool) -> Markup {
    let names = lines.map(\.name).joined(separator: "; ")
    var chart = Chart(
      title: title.isEmpty ? what : "\(what), \(title)", description: "\(y.title) over \(x.title) of \(names)", x: x,
      y: y)
    for line in others { chart.addBackgroundLine(line.points, text: line.name) }
    for (i, line) in lines.enumerated() { chart.addLine(line.points, line.style, stagger: i, text: line.name) }
    return PageFigure.panel(
      title, chart.svg, legend: hasLegend ? Self.legend([self]) : nil)
  }
}

extension CurvePanel {
  /// One legend for the lines of some panels.
  static func legend(_ panels: [CurvePanel]) -> Markup {
    var seen: Set<String> = []
    let lines = panels.flatMap(\.lines).filter { seen.insert($0.name).inserted }
    return PageFigure.legend(lines.map { ($0.name, $0.style) }, lines: true)
  }
}

/// One panel of accuracy against bytes.
struct BytesPanel {
  let panel: Markup
  /// The groups whose accuracy is below the axis.
  let below: [Figure.Point]
  let hasReference: Bool

  /// Nil where no group has both numbers.
  ///
  /// - Parameter labelled: whether settings stand beside the points of the front.
  init?(_ panel: PageGroups.Panel, labelled: Bool) {
    let dots = panel.entries.map(Self.dot)
    let points = dots.compactMap { $0 }
    guard !points.isEmpty else { return nil }
    let room = LabelRoom(points)
    let shown = points.filter { !room.isBelow($0.y) }
    let x = Axis(
      title: "bytes over the run’s life, without broadcasts",
      scale: Scale(points.map(\.x), isLogarithmic: true, margin: 0.08, places: Chart.Place.x), numbers: .bytes)
    let values = shown.flatMap { [max($0.low ?? $0.y, room.bottom), $0.high ?? $0.y] }
    let y = Axis(
      title: "test accuracy", scale: Scale(values, margin: 0.08, within: 0...1, places: Chart.Place.y))
    var chart = Chart(
      title: "Accuracy against bytes" + (panel.title.isEmpty ? "" : ", \(panel.title)"),
      description: zip(panel.entries, dots).compactMap { $1 == nil ? nil : Self.text($0) }.joined(separator: "; "),
      x: x, y: y)
    let reference = panel.entries.first(where: \.isIdentity)?.accuracy?.mean
    if let reference { chart.addReference(reference) }
    hasReference = reference != nil
    let corners = panel.front.compactMap { i in
      dots[i].map { dot in
        var dot = dot
        dot.label = labelled ? Self.settings(panel.entries[i]) : ""
        return dot
      }
    }
    chart.addSteps(corners)
    let labels = Dictionary(
      zip(panel.front.filter { dots[$0] != nil }, room.thinned(corners).map(\.label)),
      uniquingKeysWith: { first, _ in first })
    for (i, dot) in dots.enumerated() {
      guard var dot, !room.isBelow(dot.y) else { continue }
      dot.label = labels[i] ?? nil
      chart.addPoint(dot, panel.entries[i].style, text: Self.text(panel.entries[i]))
    }
    below = zip(panel.entries, dots).compactMap { entry, dot in
      guard let dot, room.isBelow(dot.y) else { return nil }
      return Figure.Point(
        x: dot.x, y: y.scale.domain.lowerBound, label: "\(entry.family) \(NumberText.decimal(dot.y, 2))")
    }
    for point in room.thinned(below) { chart.addSign(below: point) }
    self.panel = PageFigure.panel(panel.title, chart.svg)
  }

  /// Mean bytes and accuracy with its deviation.
  private static func dot(_ entry: PageGroups.Entry) -> Figure.Point? {
    guard let accuracy = entry.accuracy, let life = entry.life, life.mean > 0, life.mean.isFinite else { return nil }
    let spread = accuracy.deviation ?? 0
    return Figure.Point(x: life.mean, y: accuracy.mean, low: accuracy.mean - spread, high: accuracy.mean + spread)
  }

  /// What the name says beyond the family.
  private static func settings(_ entry: PageGroups.Entry) -> String {
    guard entry.short.hasPrefix(entry.family + ", ") else { return "" }
    return String(entry.short.dropFirst(entry.family.count + 2))
  }

  private static func text(_ entry: PageGroups.Entry) -> String {
    let spread = entry.accuracy?.deviation.map { " ± " + NumberText.decimal($0, 3) } ?? ""
    return "\(entry.label): accuracy \(NumberText.decimal(entry.accuracy?.mean ?? .nan, 3))\(spread), "
      + "\(Axis.bytes(entry.life?.mean ?? 0)), n \(entry.group.tally)"
  }
}
