internal import FeatherExperiments
internal import FeatherResults

extension SweepPage {
  /// The most groups whose bytes are drawn.
  static let mostBars = 24

  /// What crossed, by purpose and direction, a bar per group.
  func ledger(_ groups: PageGroups) -> PageFigure? {
    let all = groups.panels.flatMap(\.entries)
    let entries = all.count <= Self.mostBars ? all : Array(groups.chosen.map(\.entry).prefix(Self.mostBars))
    let bars = entries.compactMap { LedgerBar($0) }
    guard !bars.isEmpty else { return nil }
    let parts = LedgerPart.all.filter { part in bars.contains { $0.bytes[part] != nil } }
    let scale = Scale(
      bars.map(\.total) + [0], margin: 0, places: (from: LedgerBar.left, to: LedgerBar.right))
    return PageFigure(
      title: "What crossed",
      caption: [
        "Bytes on the wire of a run, headers included, by purpose: up from clients, which is filled, and down to them, which is "
          + "outlined. Mean over the complete runs of a group; the number is the total.",
        bars.count < groups.count
          ? "Of \(groups.count) groups \(bars.count) are drawn: the first of those in colour above." : nil,
      ],
      panels: [PageFigure.panel("", LedgerBar.picture(bars, Axis(title: "bytes", scale: scale, numbers: .bytes)))],
      legend: Markup("ul", ["class": "legend"]) {
        parts.map { part in
          Markup("li") {
            Markup(
              "svg", ["class": "sample", "viewBox": "0 0 34 12", "width": "34", "height": "12", "aria-hidden": "true"]
            ) {
              Markup("rect", ["class": part.classes, "x": "4", "y": "1", "width": "26", "height": "10"])
            }
            part.name
          }
        }
      })
  }
}

/// A purpose and a direction in which bytes crossed.
private struct LedgerPart: Hashable {
  var purpose: Ledger.Purpose
  var direction: Ledger.Direction

  /// What clients send comes first, as it is what codecs change.
  static let all = Ledger.Direction.allCases.flatMap { direction in
    [Ledger.Purpose.update, .variate, .decoder, .prepass, .encoder, .model].map {
      LedgerPart(purpose: $0, direction: direction)
    }
  }

  var scalar: String { "bytes_\(purpose.rawValue)_\(direction.rawValue)" }

  var name: String {
    let what =
      switch purpose {
      case .prepass: "pre-pass"
      case .encoder: "encoders"
      case .decoder: "decoders"
      case .update: "updates"
      case .model: "global model"
      case .variate: "control variates"
      }
    return "\(what), \(direction.rawValue)"
  }

  var classes: String {
    let colour =
      switch purpose {
      case .update: 1
      case .decoder: 2
      case .prepass: 4
      case .encoder: 5
      case .model: 7
      case .variate: 3
      }
    return "part c\(colour) \(direction.rawValue)"
  }
}

/// The bytes of one group.
private struct LedgerBar {
  static let (left, right, row) = (4.0, 400.0, 34.0)

  let label: String
  let bytes: [LedgerPart: Double]
  let total: Double

  /// Nil where the runs do not say, or nothing crossed.
  init?(_ entry: PageGroups.Entry) {
    label = entry.label
    var bytes: [LedgerPart: Double] = [:]
    for part in LedgerPart.all {
      guard let mean = Statistic(entry.group.runs.compactMap { $0.scalar(part.scalar) })?.mean, mean > 0, mean.isFinite
      else { continue }
      bytes[part] = mean
    }
    self.bytes = bytes
    total = LedgerPart.all.reduce(0) { $0 + (bytes[$1] ?? 0) }
    guard total > 0 else { return nil }
  }

  static func picture(_ bars: [LedgerBar], _ axis: Axis) -> Markup {
    let height = Double(bars.count) * row + 26
    let ticks = axis.ticks
    return Chart.picture(
      title: "What crossed", description: bars.map { "\($0.label): \(Axis.bytes($0.total))" }.joined(separator: "; "),
      height: height
    ) {
      Markup("g", ["class": "axis"]) {
        Markup(
          "path",
          ["class": "grid", "d": ticks.map { "M\(Chart.number($0.place)) 0V\(Chart.number(height - 20))" }.joined()])
        ticks.enumerated().map { i, tick in
          Chart.text(tick.text, x: tick.place, y: height - 6, anchor: i == 0 ? "start" : "middle")
        }
      }
      bars.enumerated().map { i, bar in bar.drawn(at: Double(i) * row, axis.scale) }
    }
  }

  private func drawn(at y: Double, _ scale: Scale) -> Markup {
    var start = 0.0
    let parts = LedgerPart.all.compactMap { part -> Markup? in
      guard let bytes = bytes[part] else { return nil }
      let (from, to) = (scale.place(start), scale.place(start + bytes))
      start += bytes
      return Markup("g") {
        Markup("title") { "\(label): \(part.name) \(Axis.bytes(bytes))" }
        Markup(
          "rect",
          [
            "class": part.classes, "x": Chart.number(from), "y": Chart.number(y + 16),
            "width": Chart.number(max(to - from, 0.5)),
            "height": "12",
          ])
      }
    }
    return Markup("g") {
      // The end of a name that is too long tells more than its beginning, which is the condition.
      Chart.text(label.count > 62 ? "…\(label.suffix(61))" : label, x: Self.left, y: y + 12)
      parts
      Chart.text(Axis.bytes(total), x: scale.place(total) + 6, y: y + 26)
    }
  }
}
