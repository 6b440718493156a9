internal import FeatherExperiments

extension ResultTable {
  /// One row per group: its varying keys by their dotted names, counts of runs, metrics with mean and standard deviation,
  /// sizes.
  ///
  /// A cell is empty where there is no such value; an infinite break-even is `inf`.
  var csv: String {
    let metrics = self.metrics
    let names = metrics.flatMap { ["\($0.rawValue)_mean", "\($0.rawValue)_sd"] }
    let sizes = ["model", "autoencoder", "encoder", "decoder"].map { "\($0)_parameters" } + ["latent_size"]
    let header = keys + ["n", "planned", "missing", "diverged"] + names + sizes
    let rows = groups.map { group in
      let counts = [group.runs.count, group.planned, group.missing.count, group.diverged.count]
      let statistics = metrics.map(group.statistic).flatMap { [$0?.mean, $0?.deviation] }
      let sizes = group.sizes.map { [$0.model, $0.autoencoder, $0.encoder, $0.decoder, $0.latent] }
      return group.values.map { $0 ?? "" } + counts.map(String.init) + statistics.map(Self.number)
        + (sizes?.map(String.init) ?? [String](repeating: "", count: 5))
    }
    return ([header] + rows).map { $0.map(Self.quoted).joined(separator: ",") + "\n" }.joined()
  }

  /// The fewest digits that read back to the same number.
  static func number(_ value: Double?) -> String {
    guard let value, !value.isNaN else { return "" }
    return value.description
  }

  /// In quotes where a comma, a quote or a line break asks for it.
  static func quoted(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return text }
    return "\"" + text.map { $0 == "\"" ? "\"\"" : "\($0)" }.joined() + "\""
  }
}
