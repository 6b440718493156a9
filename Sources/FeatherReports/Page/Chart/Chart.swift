/// A pair of axes as SVG, and what is drawn between them.
///
/// Marks are drawn in the order in which they are added. Colours come from the page's style: a mark names a series, never a colour.
struct Chart {
  /// Where a chart's parts are, in units of its view box, which are pixels where there is room.
  enum Place {
    static let (width, height) = (480.0, 300.0)
    static let (left, right, top, bottom) = (58.0, 466.0, 10.0, 254.0)
    /// The ends of the x axis and of the y axis.
    static let x = (from: left, to: right)
    static let y = (from: bottom, to: top)
  }

  /// What it shows, for those who cannot see it.
  var title: String
  /// The same at more length.
  var description: String
  var x: Axis
  var y: Axis
  private var marks: [Markup] = []

  /// Axes with nothing between them.
  init(title: String, description: String, x: Axis, y: Axis) {
    (self.title, self.description, self.x, self.y) = (title, description, x, y)
  }

  /// Draws a mark over those before it.
  mutating func add(_ mark: Markup) { marks.append(mark) }

  /// The chart.
  var svg: Markup {
    Self.picture(title: title, description: description, height: Place.height) {
      xAxis
      yAxis
      Markup(marks)
    }
  }

  /// An SVG picture that takes the width it is given.
  static func picture(
    title: String, description: String, height: Double, @MarkupBuilder content: () -> Markup
  ) -> Markup {
    Markup("svg", ["viewBox": "0 0 \(number(Place.width)) \(number(height))", "role": "img"]) {
      Markup("title") { title }
      Markup("desc") { description }
      content()
    }
  }

  private var xAxis: Markup {
    let ticks = x.ticks
    return Markup("g", ["class": "axis"]) {
      Markup("path", ["d": ticks.map { "M\(Self.number($0.place)) \(Self.number(Place.bottom))v5" }.joined()])
      Markup("path", ["d": "M\(Self.number(Place.left)) \(Self.number(Place.bottom))H\(Self.number(Place.right))"])
      for tick in ticks {
        Self.text(tick.text, x: tick.place, y: Place.bottom + 18, anchor: "middle")
      }
      Self.text(x.title, x: (Place.left + Place.right) / 2, y: Place.height - 8, anchor: "middle", style: "label")
    }
  }

  private var yAxis: Markup {
    let ticks = y.ticks
    let middle = Self.number((Place.top + Place.bottom) / 2)
    return Markup("g", ["class": "axis"]) {
      Markup(
        "path",
        [
          "class": "grid",
          "d": ticks.map { "M\(Self.number(Place.left)) \(Self.number($0.place))H\(Self.number(Place.right))" }
            .joined(),
        ])
      for tick in ticks { Self.text(tick.text, x: Place.left - 7, y: tick.place + 4, anchor: "end") }
      Markup(
        "text",
        ["class": "label", "transform": "translate(14 \(middle)) rotate(-90)", "text-anchor": "middle"]
      ) { y.title }
    }
  }

  /// A text in a picture.
  static func text(_ text: String, x: Double, y: Double, anchor: String? = nil, style: String? = nil) -> Markup {
    Markup("text", ["class": style, "x": number(x), "y": number(y), "text-anchor": anchor]) { text }
  }

  /// A coordinate to a tenth of a unit, with as few digits as that takes; 0 for what is not finite.
  static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "0" }
    let tenths = Int((value * 10).rounded())
    let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
    return (tenths < 0 ? "-" : "") + String(whole) + (rest == 0 ? "" : ".\(rest)")
  }
}
