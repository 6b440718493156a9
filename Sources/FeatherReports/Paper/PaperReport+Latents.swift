internal import FeatherExperiments

extension PaperReport {
  /// What a smaller latent, or a coarser one, costs in accuracy.
  var latentsFigure: Figure? {
    guard let latents else { return nil }
    let groups = latents.groups
    var bits: [Int?] = []
    var points: [Int?: [Figure.Point]] = [:]
    for group in groups {
      guard case .autoencoder(let settings)? = group.spec?.codec, let accuracy = group.statistic("final_test_accuracy"),
        let ratio = group.statistic("upload_ratio")?.mean
      else { continue }
      let width = group.spec?.quantise?.bits.rawValue
      if points[width] == nil { bits.append(width) }
      let spread = accuracy.deviation ?? 0
      points[width, default: []].append(
        Figure.Point(
          x: ratio, y: accuracy.mean, low: accuracy.mean - spread, high: accuracy.mean + spread,
          // The other series have the same latents in the same order.
          label: bits.first == width ? "\(settings.latent)" : nil))
    }
    let series = bits.enumerated().map { i, width in
      let all = (points[width] ?? []).sorted { $0.x < $1.x }
      return Figure.Series(
        title: width.map { "\($0) bits per float" } ?? "float32", mark: .errorBars, colour: i, points: all)
    }
    guard !series.isEmpty else { return nil }
    let identity = groups.first { $0.spec?.codec == .identity }?.statistic("final_test_accuracy")
    return Figure(
      name: "figure-latents",
      caption:
        "Upload ratio (raw bytes over bytes sent, without headers) against test accuracy after the last round, for the "
        + "latents written at the first line's points, in the same order on the others. Mean ± standard deviation over seeds. "
        + latents.conditions(note: dataNote), columns: 1,
      panels: [
        Figure.Panel(
          title: "", xLabel: "upload ratio", yLabel: "test accuracy", logX: true,
          reference: identity.map { ($0.mean, "no codec") }, series: series)
      ])
  }
}
