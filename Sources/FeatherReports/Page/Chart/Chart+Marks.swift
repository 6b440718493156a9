/// How a series is told from the others: by colour, and without colours by dashes and symbols.
struct SeriesStyle: Hashable {
  /// An index into the page's colours; 0 is that of text.
  var colour: Int
  /// How its lines are dashed.
  var dash: Int
  /// What stands at its points.
  var symbol: Int

  /// How many colours, dashes and symbols there are.
  static let (colours, dashes, symbols) = (8, 8, 7)

  /// Classes of the page's style.
  var classes: String { "c\(colour % Self.colours) d\(dash % Self.dashes)" }
}

extension Chart {
  /// The most points that a line is drawn through; there are fewer pixels than twice as many.
  static let mostPoints = 200

  /// A line through points with symbols at some of them, and where values spread a band between the lowest and the highest.
  ///
  /// - Parameters:
  ///   - stagger: the line's number, so that symbols of lines that run together do not hide each other.
  ///   - text: what a pointer that rests on it shows.
  mutating func addLine(_ points: [Figure.Point], _ style: SeriesStyle, stagger: Int, text: String) {
    let points = Self.thinned(points.filter { isShown($0) })
    guard !points.isEmpty else { return }
    let spread = points.contains { $0.low != $0.high }
    let upper = points.map { place($0.x, $0.high ?? $0.y) }
    let lower = points.reversed().map { place($0.x, $0.low ?? $0.y) }
    let step = max(1, (points.count + 4) / 5)
    let signs = points.indices.filter { $0 == points.count - 1 || $0 % step == stagger % step }
    add(
      Markup("g", ["class": style.classes]) {
        Markup("title") { text }
        if spread { Markup("path", ["class": "band", "d": Self.path(upper + lower) + "Z"]) }
        Markup("path", ["class": "line", "d": Self.path(points.map { place($0.x, $0.y) })])
        Markup(
          "path",
          ["class": "sign", "d": signs.map { Self.sign(style, at: place(points[$0].x, points[$0].y)) }.joined()])
      })
  }

  /// A thin grey line behind others.
  mutating func addBackgroundLine(_ points: [Figure.Point], text: String) {
    let places = Self.thinned(points.filter { isShown($0) }).map { place($0.x, $0.y) }
    guard places.count > 1 else { return }
    add(
      Markup("g", ["class": "other"]) {
        Markup("title") { text }
        Markup("path", ["d": Self.path(places)])
      })
  }

  /// A symbol with an error bar.
  mutating func addPoint(_ point: Figure.Point, _ style: SeriesStyle, text: String) {
    guard isShown(point) else { return }
    let (x, y) = place(point.x, point.y)
    let (low, high) = (place(point.x, point.low ?? point.y).y, place(point.x, point.high ?? point.y).y)
    add(
      Markup("g", ["class": style.classes]) {
        Markup("title") { text }
        if low - high > 1 {
          Markup("path", ["class": "bar", "d": "M\(Self.number(x)) \(Self.number(low))V\(Self.number(high))"])
        }
        Markup("path", ["class": "sign", "d": Self.sign(style, at: (x, y))])
        Self.label(point, x: x, y: high - 7)
      })
  }

  /// The sign of a point that lies below the axis.
  mutating func addSign(below point: Figure.Point) {
    let place = place(point.x, point.y)
    let down = SeriesStyle(colour: 0, dash: 0, symbol: 4)
    add(
      Markup("g", ["class": "below"]) {
        Markup("path", ["d": Self.sign(down, at: (place.x, place.y - 6))])
        Self.label(point, x: place.x, y: place.y - 14)
      })
  }

  /// A staircase: the highest value that so much reaches.
  mutating func addSteps(_ points: [Figure.Point]) {
    let places = points.map { place($0.x, $0.y) }
    guard let first = places.first else { return }
    let steps = places.dropFirst().map { "H\(Self.number($0.x))V\(Self.number($0.y))" }.joined()
    add(
      Markup(
        "path",
        [
          "class": "front",
          "d": "M\(Self.number(first.x)) \(Self.number(first.y))" + steps + "H\(Self.number(Place.right))",
        ]
      ))
  }

  /// A dotted horizontal line that others are compared with.
  mutating func addReference(_ value: Double) {
    guard y.scale.domain.contains(value) else { return }
    let place = Self.number(y.scale.place(value))
    add(
      Markup("path", ["class": "reference", "d": "M\(Self.number(Place.left)) \(place)H\(Self.number(Place.right))"]))
  }

  /// The text at a point, if it has one; near an end of the axis it leads away from it.
  private static func label(_ point: Figure.Point, x: Double, y: Double) -> Markup? {
    guard let label = point.label, !label.isEmpty else { return nil }
    let half = 3.2 * Double(label.count)
    let (anchor, place) =
      x - half < Place.left ? ("start", Place.left + 3) : x + half > Place.right ? ("end", Place.right) : ("middle", x)
    return text(label, x: place, y: max(y, 11), anchor: anchor)
  }

  private func isShown(_ point: Figure.Point) -> Bool {
    x.scale.domain.contains(point.x) && y.scale.domain.contains(point.y)
  }

  /// Where a pair of values is; what lies beyond the y axis is at its end.
  private func place(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    let domain = self.y.scale.domain
    return (self.x.scale.place(x), self.y.scale.place(min(max(y, domain.lowerBound), domain.upperBound)))
  }

  /// Every k-th point, and the last one, where there are more than can be seen.
  static func thinned(_ points: [Figure.Point]) -> [Figure.Point] {
    let step = (points.count + mostPoints - 1) / mostPoints
    guard step > 1 else { return points }
    return points.indices.filter { $0 % step == 0 || $0 == points.count - 1 }.map { points[$0] }
  }

  private static func path(_ places: [(x: Double, y: Double)]) -> String {
    places.enumerated().map { ($0 == 0 ? "M" : "L") + "\(number($1.x)) \(number($1.y))" }.joined()
  }

  /// A symbol as a part of a path, about eight units wide.
  static func sign(_ style: SeriesStyle, at place: (x: Double, y: Double)) -> String {
    let (x, y) = place
    switch style.symbol % SeriesStyle.symbols {
    case 0: return "M\(number(x - 3.5)) \(number(y))a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z"
    case 1: return "M\(number(x - 3.2)) \(number(y - 3.2))h6.4v6.4h-6.4z"
    case 2: return "M\(number(x)) \(number(y - 4.5))l4 7h-8z"
    case 3: return "M\(number(x)) \(number(y - 4.6))l4.6 4.6l-4.6 4.6l-4.6-4.6z"
    case 4: return "M\(number(x)) \(number(y + 4.5))l-4-7h8z"
    case 5: return "M\(number(x - 1.2)) \(number(y - 4))h2.4v2.8h2.8v2.4h-2.8v2.8h-2.4v-2.8h-2.8v-2.4h2.8z"
    default: return "M\(number(x - 4)) \(number(y - 2))h8v4h-8z"
    }
  }

  /// What a legend shows before a series' name.
  static func sample(_ style: SeriesStyle, line: Bool) -> Markup {
    let width = line ? 34.0 : 12
    return Markup(
      "svg",
      [
        "class": "sample \(style.classes)", "viewBox": "0 0 \(number(width)) 12", "width": number(width),
        "height": "12",
        "aria-hidden": "true",
      ]
    ) {
      if line { Markup("path", ["class": "line", "d": "M1 6H33"]) }
      Markup("path", ["class": "sign", "d": sign(style, at: (width / 2, 6))])
    }
  }
}
