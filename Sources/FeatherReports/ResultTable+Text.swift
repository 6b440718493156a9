internal import FeatherExperiments
internal import FeatherResults

extension ResultTable {
  /// Title, sizes, the table and its notes.
  func markdown(_ title: String) -> String {
    let sizes = sizesGrid()
    let caption = [title] + (sizes == nil ? sizesSentence : [])
    let notes = notes.map { "\($0)\n" }.joined(separator: "\n")
    return caption.map { "\($0)\n\n" }.joined() + resultsGrid(times: "x").markdown
      + (sizes.map { "\n\($0.markdown)" } ?? "") + (notes.isEmpty ? "" : "\n\(notes)")
  }

  /// A `table` environment.
  func latex(_ title: String) -> String {
    let sizes = sizesGrid()
    let caption = ([title] + (sizes == nil ? sizesSentence : [])).map { $0.hasSuffix(".") ? $0 : "\($0)." }
    return "\\begin{table}\n\\centering\n\\caption{\(LaTeX.escaped(caption.joined(separator: " ")))}\n"
      + resultsGrid(times: "×").latex + (sizes.map { "\n\\medskip\n\n\($0.latex)" } ?? "")
      + notes.map { "\n{\\footnotesize \(LaTeX.escaped($0))\\par}\n" }.joined() + "\\end{table}\n"
  }

  var title: String { Self.title(name, about) }

  /// A sweep's name and what it is for, on one line.
  static func title(_ name: String, _ about: String) -> String {
    let about = about.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return about.isEmpty ? name : "\(name): \(about)"
  }

  func resultsGrid(times: String) -> TextGrid {
    var grid = TextGrid()
    for heading in varying.headings { grid.addColumn(heading) }
    let subsets = metrics.filter(\.isOptional)
    let headings = subsets.map { $0 == .testAccuracyColour ? "in colour" : "in grey" }
    for heading in ["n", "test accuracy"] + headings + ["rel. error", "upload", "on wire", "life-time", "total"] {
      grid.addColumn(heading, numeric: true)
    }
    grid.rows = groups.map { group in
      let ratios: [Metric] = [.uploadRatio, .uploadRatioOnWire, .lifetimeRatio, .totalRatio]
      return group.values.map { $0 ?? "–" } + [group.tally]
        + ([.testAccuracy] + subsets).map { Self.text(group.statistic($0)) { NumberText.decimal($0, 3) } }
        + [group.statistic(.relativeError).map { Self.error($0.mean) } ?? "–"]
        + ratios.map { Self.ratio(group.statistic($0), times: times) }
    }
    return grid
  }

  /// Mean ± standard deviation, the latter where there is one.
  private static func text(_ statistic: Statistic?, _ number: (Double) -> String) -> String {
    guard let statistic else { return "–" }
    guard let deviation = statistic.deviation, deviation.isFinite else { return number(statistic.mean) }
    return "\(number(statistic.mean)) ± \(number(deviation))"
  }

  /// A ratio of byte counts, which are equal for all seeds where nothing random decides who takes part.
  private static func ratio(_ statistic: Statistic?, times: String) -> String {
    guard let statistic, statistic.deviation != 0 else {
      return statistic.map { NumberText.ratio($0.mean, times: times) } ?? "–"
    }
    return text(statistic) { NumberText.ratio($0, times: times) }
  }

  /// Tells a small error from none.
  private static func error(_ value: Double) -> String {
    value == 0 ? "0" : value < 0.0005 ? "<0.001" : NumberText.decimal(value, 3)
  }

  private static func breakEven(_ uploads: Double?) -> String {
    guard let uploads, uploads != 0 else { return "–" }
    return uploads == .infinity ? "never" : NumberText.decimal(uploads, 1)
  }
}

// MARK: Sizes, as a sentence where they are the same for all and as a table where not

extension ResultTable {
  private struct Sizes: Hashable {
    var sizes: ModelSizes
    var breakEven: String
  }

  private func sizes(of group: Group) -> Sizes? {
    group.sizes.map { Sizes(sizes: $0, breakEven: Self.breakEven(group.statistic(.breakEvenUploads)?.mean)) }
  }

  /// The sizes of all groups with a result, one each of those with an autoencoder; nil where models differ.
  private var commonSizes: (model: Int, codecs: [Sizes])? {
    let all = groups.compactMap(sizes)
    guard let model = all.first?.sizes.model, all.allSatisfy({ $0.sizes.model == model }) else { return nil }
    var seen: Set<Sizes> = []
    return (model, all.filter { $0.sizes.autoencoder > 0 && seen.insert($0).inserted })
  }

  var sizesSentence: [String] {
    guard let (model, codecs) = commonSizes else { return [] }
    let start = "Parameters: model \(NumberText.grouped(model))"
    guard let codec = codecs.first else { return ["\(start)."] }
    let sizes = codec.sizes
    let worth =
      codec.breakEven == "never" ? "never saves bytes" : "saves bytes after \(codec.breakEven) uploads"
    return [
      "\(start); autoencoder \(NumberText.grouped(sizes.autoencoder)), of which decoder "
        + "\(NumberText.grouped(sizes.decoder)); latent \(NumberText.grouped(sizes.latent)). A shipped decoder \(worth)."
    ]
  }

  /// One row per codec and model; nil where a sentence says it all.
  func sizesGrid() -> TextGrid? {
    if let common = commonSizes, common.codecs.count <= 1 { return nil }
    let columns = keys.indices.filter { keys[$0].hasPrefix("codec.") || keys[$0].hasPrefix("model.") }
    var grid = TextGrid()
    for column in columns { grid.addColumn(varying.headings[column]) }
    for heading in ["model parameters", "autoencoder", "decoder", "floats per upload", "break-even uploads"] {
      grid.addColumn(heading, numeric: true)
    }
    var seen: Set<[String]> = []
    grid.rows = groups.compactMap { group in
      guard let found = sizes(of: group) else { return nil }
      let counts = [found.sizes.model, found.sizes.autoencoder, found.sizes.decoder, found.sizes.latent]
      let labels = columns.map { group.values[$0] ?? "–" }
      let row = labels + counts.map { $0 == 0 ? "–" : NumberText.grouped($0) } + [found.breakEven]
      return seen.insert(row).inserted ? row : nil
    }
    return grid
  }
}

// MARK: Notes

extension ResultTable {
  /// What the numbers are, and what is left out of them.
  var notes: [String] {
    let seeds = groups.contains { $0.planned > 1 }
    let runs = seeds ? "Mean ± sample standard deviation over n runs. " : ""
    return [
      runs + "Test accuracy and relative error after the last round.",
      "Times fewer bytes: upload per latent, on wire with header, life-time with decoders, total both ways.",
    ] + filterNote + Self.gaps(groups, folder)
  }

  /// What is missing or diverged of some groups, a sentence per mark.
  static func gaps(_ groups: [Group], _ folder: String) -> [String] {
    var notes: [String] = []
    let missing = groups.flatMap(\.missing)
    if !missing.isEmpty {
      let planned = groups.reduce(0) { $0 + $1.planned }
      notes.append(
        "Marked *: \(missing.count) of \(planned) runs missing (\(list(missing))); "
          + "run with: \(runCommand(folder))")
    }
    let diverged = groups.flatMap(\.diverged)
    var seen: Set<Int?> = []
    for round in diverged.map(\.round) where seen.insert(round).inserted {
      let ids = diverged.filter { $0.round == round }.map(\.id)
      let place = round.map { "in round \($0)" } ?? "before the rounds"
      notes.append("Marked †: \(ids.count) diverged \(place), left out of the means (\(list(ids))).")
    }
    return notes
  }

  static func list(_ ids: [RunID]) -> String {
    let shown = ids.prefix(4).map(\.hex).joined(separator: ", ")
    return ids.count > 4 ? "\(shown) and \(ids.count - 4) more" : shown
  }
}
