extension FrontierReport {
  /// One figure per axis, with a panel per condition.
  var figures: [Figure] { Axis.allCases.compactMap(figure) }

  private func figure(_ axis: Axis) -> Figure? {
    let panels = conditions.compactMap { panel($0, axis) }
    guard !panels.isEmpty else { return nil }
    let absent = conditions.reduce(0) { count, condition in
      count + condition.entries.filter { $0.point(axis) == nil }.count
    }
    let keys = Set(conditions.flatMap { $0.entries.flatMap { $0.name.settings.map(\.key) } })
    let caption =
      "\(score.sentence.dropLast()), against bytes. \(axis.sentence) Mean ± standard deviation over seeds. Staircase: the "
      + "Pareto front, the most accuracy that so many bytes reach"
      + (keys.isEmpty
        ? "." : "; numbers at its points, where there is room: the settings that the legend names in brackets.")
      + (panels.contains { $0.bottom != nil } ? " Open triangles: accuracies below the axis, written beside them." : "")
      + (hasGaps
        ? " Circled: runs missing or diverged; where one diverged, the settings are left out of the front." : "")
      + (absent == 0 ? "" : " Not drawn for want of a complete run: \(absent), listed in the table.")
    return Figure(
      name: "frontier-\(axis)", caption: caption, columns: panels.count > 4 ? 3 : 2, sharesLegend: true, panels: panels)
  }

  private var hasGaps: Bool { conditions.contains { $0.entries.contains { $0.isPartial && $0.accuracy != nil } } }

  private func panel(_ condition: Condition, _ axis: Axis) -> Figure.Panel? {
    let entries = condition.entries.filter { $0.point(axis) != nil }
    guard !entries.isEmpty else { return nil }
    let labels = LabelRoom(entries.compactMap { $0.dot(axis) })
    let shown = entries.filter { !labels.isBelow($0.accuracy?.mean) }
    var series = [
      Figure.Series(
        title: "Pareto front", mark: .front, colour: Figure.black, points: labels.thinned(front(entries, axis)))
    ]
    series += codecs.compactMap { codec in
      let own = shown.filter { $0.name.codec == codec }
      guard !own.isEmpty else { return nil }
      return Figure.Series(
        title: title(codec), mark: .bars, colour: colour(codec), points: own.compactMap { $0.dot(axis) })
    }
    let partial = shown.filter(\.isPartial).compactMap { $0.dot(axis) }
    let below = entries.filter { labels.isBelow($0.accuracy?.mean) }.compactMap { $0.sign(axis, at: labels.bottom) }
    let extra: [(String, Figure.Series.Mark, [Figure.Point])] = [
      ("runs missing or diverged", .rings, partial), ("below the axis", .below, labels.thinned(below)),
    ]
    series += extra.filter { !$0.2.isEmpty }.map {
      Figure.Series(title: $0, mark: $1, colour: Figure.black, points: $2)
    }
    return Figure.Panel(
      title: condition.title, xLabel: axis.label, yLabel: "\(score.rawValue) test accuracy", logX: true, inBytes: true,
      bottom: below.isEmpty ? nil : labels.bottom,
      reference: condition.identity?.accuracy.map { ($0.mean, "accuracy of identity") }, series: series)
  }

  /// The corners of the staircase, with their settings; its last step leads as far as there are points.
  private func front(_ entries: [Entry], _ axis: Axis) -> [Figure.Point] {
    let corners = entries.filter { $0.fronts.contains(axis) }.compactMap { entry in
      entry.dot(axis).map { dot in
        var dot = dot
        dot.label = entry.name.settings.map(\.value).joined(separator: ", ")
        return dot
      }
    }.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    guard let last = corners.last, let end = entries.compactMap({ $0.point(axis)?.bytes }).max(), end > last.x else {
      return corners
    }
    return corners + [Figure.Point(x: end, y: last.y, label: "")]
  }

  /// A codec with the keys that vary within it.
  private func title(_ codec: String) -> String {
    let entries = conditions.flatMap(\.entries).filter { $0.name.codec == codec }
    guard let keys = entries.first?.name.settings.map(\.key), !keys.isEmpty else { return codec }
    return "\(codec) (\(keys.joined(separator: ", ")))"
  }

  /// The same in every panel and figure; black is for identity alone.
  private func colour(_ codec: String) -> Int {
    let isIdentity = { (name: String) in conditions.contains { $0.identity?.name.codec == name } }
    guard !isIdentity(codec) else { return Figure.black }
    let index = codecs.filter { !isIdentity($0) }.firstIndex(of: codec) ?? 0
    return index + index / Figure.black
  }
}

extension FrontierReport.Axis {
  fileprivate var label: String {
    switch self {
    case .uplink: "bytes of all updates"
    case .life: "bytes over the run's life, without broadcasts"
    case .everything: "bytes both ways, with broadcasts"
    }
  }
}

extension FrontierReport.Entry {
  /// Whether its mean leaves out runs of the plan.
  fileprivate var isPartial: Bool { runs.complete < runs.planned }

  /// Its point with its deviation.
  fileprivate func dot(_ axis: FrontierReport.Axis) -> Figure.Point? {
    guard let point = point(axis), let accuracy else { return nil }
    let spread = accuracy.deviation ?? 0
    return Figure.Point(
      x: point.bytes, y: point.accuracy, low: point.accuracy - spread, high: point.accuracy + spread)
  }

  /// Where it would be if the axis reached so low, with codec and accuracy beside it.
  fileprivate func sign(_ axis: FrontierReport.Axis, at bottom: Double) -> Figure.Point? {
    point(axis).map {
      Figure.Point(x: $0.bytes, y: bottom, label: "\(name.codec) \(NumberText.decimal($0.accuracy, 2))")
    }
  }
}
