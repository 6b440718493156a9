internal import FeatherExperiments
internal import FeatherResults

extension SweepPage {
  /// The most grey lines behind the coloured ones of a panel.
  static let mostBackground = 60

  /// All figures that there is something for, numbered in order.
  var figures: Markup? {
    let all = [
      groups.flatMap { convergence($0) }, groups.flatMap { accuracyAgainstBytes($0) }, groups.flatMap { errors($0) },
      partitions.figure, groups.flatMap { ledger($0) },
    ].compactMap { $0 }
    guard !all.isEmpty || table != nil else { return nil }
    return Self.section("figures", "Figures") {
      if groups == nil { Markup("p") { "No run is complete: there are no curves to draw." } }
      all.enumerated().map { index, figure in figure.markup(number: index + 1) }
      if let groups, groups.empty > 0 {
        Markup("p", ["class": "note"]) {
          "Not drawn for want of a complete run: \(groups.empty) of \(groups.empty + groups.count) groups."
        }
      }
    }
  }

  // MARK: Curves over rounds

  private func convergence(_ groups: PageGroups) -> PageFigure? {
    curves(
      groups, of: "test_accuracy", axis: "test accuracy", within: 0...1, title: "Convergence",
      sentence: "Test accuracy of the global model after each round.", where: { _ in true })
  }

  /// Of the groups whose updates are changed by being sent.
  private func errors(_ groups: PageGroups) -> PageFigure? {
    curves(
      groups, of: "mean_relative_error", axis: "relative error", within: nil, title: "Reconstruction error",
      sentence:
        "How far decoded uploads are from what was sent: the norm of the difference over the norm of the upload, mean over "
        + "clients. Groups whose uploads arrive as they were sent are left out."
    ) { entry in
      entry.group.runs.contains { ($0.curve("mean_relative_error") ?? []).contains { $0 > 0 } }
    }
  }

  private func curves(
    _ groups: PageGroups, of metric: String, axis: String, within limits: ClosedRange<Double>?, title: String,
    sentence: String, where isShown: (PageGroups.Entry) -> Bool
  ) -> PageFigure? {
    let panels = groups.panels.map { CurvePanel($0, metric, where: isShown) }.filter { !$0.lines.isEmpty }
    guard !panels.isEmpty else { return nil }
    let points = panels.flatMap { $0.lines.flatMap(\.points) }
    let values = points.flatMap { [$0.low ?? $0.y, $0.high ?? $0.y] }
    // Errors of codecs lie powers of ten apart; where they do not, a linear axis tells more.
    let positive = values.filter { $0 > 0 && $0.isFinite }
    let isWide = limits == nil && (positive.max() ?? 1) > 30 * (positive.min() ?? 1)
    let x = Axis(
      title: "rounds", scale: Scale(points.map(\.x), margin: 0.02, places: Chart.Place.x), numbers: .whole, most: 8)
    let y = Axis(
      title: axis, scale: Scale(values, isLogarithmic: isWide, within: limits, places: Chart.Place.y))
    let rounds = points.map(\.x).max() ?? 0
    return PageFigure(
      title: title,
      caption: [
        sentence,
        "Lines: mean over the complete runs of a group; bands: from the lowest run to the highest.",
        groups.choiceNote, panels.contains { $0.isCut } ? "Of the others, \(Self.mostBackground) per panel." : nil,
        rounds > Double(Chart.mostPoints)
          ? "Of \(Int(rounds)) rounds, about every \(Int(rounds) / Chart.mostPoints + 1)th." : nil,
        groups.omissionNote,
      ],
      panels: panels.map { $0.panel(x, y, title, hasLegend: !groups.areFew) },
      legend: groups.areFew ? CurvePanel.legend(panels) : nil)
  }

  // MARK: Accuracy against bytes

  private func accuracyAgainstBytes(_ groups: PageGroups) -> PageFigure? {
    let panels = groups.panels.compactMap { BytesPanel($0, labelled: !groups.areFew) }
    guard !panels.isEmpty else { return nil }
    let isCut = panels.contains { !$0.below.isEmpty }
    return PageFigure(
      title: "Accuracy against bytes",
      caption: [
        "Test accuracy after the last round against all bytes of the run but the broadcasts of the model, which every codec has "
          + "alike: updates, decoders, encoders and the pre-pass, headers included.",
        "Mean ± sample standard deviation over the complete runs of a group.",
        groups.hasFronts
          ? "Staircase: the Pareto front, the most accuracy that so many bytes reach"
            + (groups.areFew ? "." : "; beside its points, where there is room, the settings.") : nil,
        panels.contains { $0.hasReference } ? "Dotted: no compression." : nil,
        isCut ? "Open triangles: accuracies below the axis, written beside them." : nil, groups.omissionNote,
      ],
      panels: panels.map(\.panel), legend: groups.legend(lines: false))
  }
}

/// A figure of a page: panels side by side where there is room, a legend and a caption.
struct PageFigure {
  var title: String
  /// Sentences; those that are nil do not apply.
  var caption: [String?]
  var panels: [Markup]
  /// One legend for all panels.
  var legend: Markup?

  /// The figure under a number.
  func markup(number: Int) -> Markup {
    Markup("figure", ["id": "figure-\(number)"]) {
      Markup("h3") { "Figure \(number). \(title)" }
      Markup("div", ["class": panels.count > 1 ? "panels many" : "panels"]) { panels }
      legend
      Markup("figcaption") { caption.compactMap { $0 }.joined(separator: " ") }
    }
  }

  /// A panel with its title, where there is one, and its own legend.
  static func panel(_ title: String, _ picture: Markup, legend: Markup? = nil) -> Markup {
    Markup("div", ["class": "panel"]) {
      if !title.isEmpty { Markup("h4") { title } }
      picture
      legend
    }
  }

  /// Names with how their series are drawn.
  static func legend(_ series: [(name: String, style: SeriesStyle)], lines: Bool) -> Markup {
    Markup("ul", ["class": "legend"]) {
      series.map { series in
        Markup("li") {
          Chart.sample(series.style, line: lines)
          series.name
        }
      }
    }
  }
}

extension PageGroups {
  /// One legend for all panels.
  func legend(lines: Bool) -> Markup { PageFigure.legend(families, lines: lines) }

  /// What is in colour where not everything is.
  var choiceNote: String? {
    guard panels.contains(where: { $0.lines.count < $0.entries.count }) else { return nil }
    let which =
      hasFronts
      ? "no compression, the lowest final accuracy, up to five of the Pareto front of accuracy against bytes, evenly "
        + "taken, the best of each other codec, then the best" : "the lowest final accuracy and the highest ones"
    return "Of more than \(Self.mostLines) groups in a panel, in colour: \(which); grey: others."
  }

  fileprivate var hasFronts: Bool { panels.contains { !$0.front.isEmpty } }

  /// What has no panel.
  var omissionNote: String? {
    guard !omitted.isEmpty else { return nil }
    return "Left out beyond \(Self.mostPanels) panels: \(omitted.count) (\(omitted.prefix(6).joined(separator: "; "))"
      + (omitted.count > 6 ? "; …" : "") + "); --where chooses others."
  }
}
