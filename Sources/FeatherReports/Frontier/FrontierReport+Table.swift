internal import FeatherExperiments

extension FrontierReport {
  /// A condition's table: a row per codec and settings, cheapest upload first.
  func grid(_ condition: Condition, times: String = "x") -> TextGrid {
    var grid = TextGrid()
    grid.addColumn("codec")
    let hasSettings = condition.entries.contains { !$0.name.settings.isEmpty }
    if hasSettings { grid.addColumn("settings") }
    for (heading, front) in [("up", "★ up"), ("life", "★ life")] {
      grid.addColumn(heading, numeric: true)
      grid.addColumn("\(heading) ratio", numeric: true)
      grid.addColumn(front)
    }
    for heading in ["\(score.rawValue) accuracy", "points lost", "n"] { grid.addColumn(heading, numeric: true) }
    grid.rows = condition.entries.map { entry in
      [entry.name.codec] + (hasSettings ? [entry.name.settings.isEmpty ? "–" : entry.name.text] : [])
        + [Axis.uplink, .life].flatMap { axis -> [String] in
          let bytes = entry.bytes[axis].map { NumberText.bytes(Int($0.mean.rounded())) }
          let ratio = condition.ratio(entry, axis).map { NumberText.ratio($0, times: times) }
          return [bytes ?? "–", ratio ?? "–", entry.fronts.contains(axis) ? "★" : ""]
        } + [
          Self.text(entry.accuracy), condition.pointsLost(entry).map { NumberText.decimal($0, 1) } ?? "–", entry.tally,
        ]
    }
    return grid
  }

  private static func text(_ accuracy: Statistic?) -> String {
    guard let accuracy else { return "–" }
    let mean = NumberText.decimal(accuracy.mean, 3)
    return accuracy.deviation.map { "\(mean) ± \(NumberText.decimal($0, 3))" } ?? mean
  }

  /// What the numbers are, in full sentences.
  var notes: [String] {
    let hasReference = conditions.contains { $0.identity?.accuracy != nil }
    let compared =
      hasReference
      ? " Ratios: times fewer bytes than identity; points lost: accuracy of identity less the codec's, in hundredths."
      : " Ratios and points lost need runs with the codec identity, of which none is complete."
    let marks =
      "★: on the Pareto front of mean accuracy against mean bytes: nothing else here is as accurate for as few bytes and "
      + "better in one of the two. Differences within the deviations may be chance."
    let diverged = conditions.contains { $0.entries.contains { $0.runs.diverged > 0 } }
    return [
      "\(score.sentence) Mean ± sample standard deviation over n runs. \(Axis.uplink.sentence) \(Axis.life.sentence)"
        + compared,
      marks + (diverged ? " Settings of which a run diverged are on none." : ""),
    ] + gaps
  }

  /// The tables and their notes, as Markdown that also reads as plain text.
  public var text: String {
    let tables = conditions.map { condition in
      (condition.title.isEmpty ? "" : "## \(condition.title)\n\n") + grid(condition).markdown
    }
    return (tables + notes.map { "\($0)\n" }).joined(separator: "\n")
  }

  /// The page that shows all.
  var markdown: String {
    let head =
      "# \(name): accuracy against bytes\n\n" + (about.isEmpty ? "" : "\(about)\n\n")
      + "Written by `featherweight frontier` from run files; do not edit. The tables are also there as LaTeX (booktabs) and "
      + "CSV, each figure as PDF, LaTeX environment, data (`.dat`) and gnuplot script (`.gp`).\n"
    let drawn = figures.map { "\n![\($0.name)](\($0.name).svg)\n\n\($0.caption)\n" }
    return head + drawn.joined() + "\n" + text
  }

  /// A `table` environment per condition.
  var latex: String {
    conditions.map { condition in
      let title = condition.title.isEmpty ? name : "\(name): \(condition.title)"
      return "\\begin{table}\n\\centering\n\\footnotesize\n\\caption{\(LaTeX.escaped("\(title). \(notes[0])"))}\n"
        + grid(condition, times: "×").latex
        + notes.dropFirst().map { "\n{\\footnotesize \(LaTeX.escaped($0))\\par}\n" }.joined() + "\\end{table}\n"
    }.joined(separator: "\n")
  }
}

// MARK: CSV

extension FrontierReport {
  /// One row per condition, codec and settings in the order of the tables, with all axes in full precision.
  ///
  /// Cells are empty where there is no such value.
  var csv: String {
    let conditionKeys = conditions.flatMap { $0.values.map(\.key) }.uniqued
    let settingKeys = conditions.flatMap { $0.entries.flatMap { $0.name.settings.map(\.key) } }.uniqued
    let names = Axis.allCases.flatMap { axis in
      ["mean", "sd"].map { "bytes_\(axis)_\($0)" } + ["ratio_\(axis)", "front_\(axis)"]
    }
    let header =
      conditionKeys + ["codec"] + settingKeys + ["n", "planned", "missing", "diverged", "accuracy_mean", "accuracy_sd"]
      + ["points_lost"] + names
    let rows = conditions.flatMap { condition in
      condition.entries.map { entry in
        conditionKeys.map { key in condition.values.first { $0.key == key }?.value ?? "" } + [entry.name.codec]
          + settingKeys.map { key in entry.name.settings.first { $0.key == key }?.value ?? "" }
          + Self.numbers(entry, condition)
      }
    }
    return ([header] + rows).map { $0.map(ResultTable.quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func numbers(_ entry: Entry, _ condition: Condition) -> [String] {
    func text(_ value: Double?) -> String { value.map(\.description) ?? "" }
    let runs = entry.runs
    return [runs.complete, runs.planned, runs.missing, runs.diverged].map(String.init)
      + [text(entry.accuracy?.mean), text(entry.accuracy?.deviation), text(condition.pointsLost(entry))]
      + Axis.allCases.flatMap { axis in
        [
          text(entry.bytes[axis]?.mean), text(entry.bytes[axis]?.deviation), text(condition.ratio(entry, axis)),
          entry.fronts.contains(axis) ? "1" : "0",
        ]
      }
  }
}

// MARK: Words and comparisons

extension CodecNames.Name {
  /// The settings in words, such as `latent 8, batch 16`.
  var text: String { settings.map { "\($0.key) \($0.value)" }.joined(separator: ", ") }
}

extension FrontierReport.Condition {
  /// Bytes of identity over bytes of a codec; above 1 the codec saves.
  func ratio(_ entry: FrontierReport.Entry, _ axis: FrontierReport.Axis) -> Double? {
    guard let all = identity?.bytes[axis]?.mean, let bytes = entry.bytes[axis]?.mean, bytes > 0 else { return nil }
    return all / bytes
  }

  /// Accuracy of identity less that of a codec, in hundredths.
  func pointsLost(_ entry: FrontierReport.Entry) -> Double? {
    guard let reference = identity?.accuracy?.mean, let accuracy = entry.accuracy?.mean else { return nil }
    return 100 * (reference - accuracy)
  }
}

extension FrontierReport.Score {
  var sentence: String {
    switch self {
    case .final: "Test accuracy after the last round."
    case .best: "Highest test accuracy after any round, chosen with the test set in view."
    case .colour: "Test accuracy in colour after the last round."
    case .grey: "Test accuracy in grey after the last round."
    }
  }
}

extension FrontierReport.Axis {
  var sentence: String {
    switch self {
    case .uplink: "Up: bytes of all updates that clients sent, headers included."
    case .life:
      "Life: every byte of both directions but the broadcast of the global model: updates, decoders, encoders and what the "
        + "pre-pass sends."
    case .everything: "Everything: every byte of both directions, the broadcast of the global model included."
    }
  }
}
