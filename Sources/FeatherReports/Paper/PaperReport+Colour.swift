internal import FeatherExperiments

extension PaperReport {
  private var colourConditions: String { colour?.conditions(note: dataNote) ?? "" }

  /// The federation of a colour and a grey collaborator, with each codec.
  var colourFigure: Figure? {
    guard let colour else { return nil }
    let parts = [
      ("test_accuracy", "all test images"), ("test_accuracy_colour", "in colour"), ("test_accuracy_grey", "in grey"),
    ]
    let panels = parts.compactMap { array, title -> Figure.Panel? in
      let series = colour.groups.enumerated().compactMap { i, group -> Figure.Series? in
        let points = [Figure.Point](curves: group.curves("/metrics/\(array)")) { Double($0 + 1) }
        return points.isEmpty ? nil : Figure.Series(title: group.label, colour: i, points: points)
      }
      guard !series.isEmpty else { return nil }
      return Figure.Panel(title: title, xLabel: "round", yLabel: "test accuracy", series: series)
    }
    guard !panels.isEmpty else { return nil }
    return Figure(
      name: "figure-colour-imbalance",
      caption:
        "Federation with colour imbalance: test accuracy of the global model after every round, with and without the "
        + "autoencoder and with its latent quantised. Line: mean over seeds; band: lowest to highest. "
        + colourConditions,
      columns: 3, panels: panels)
  }

  /// Local training and averaging on one time axis, for the first seed, without codec and with the autoencoder.
  var sawToothFigure: Figure? {
    guard let colour else { return nil }
    let shown = [colour.groups.first { $0.spec?.codec == .identity }, colour.autoencoder].compactMap { $0 }
    let panels = shown.compactMap { group -> Figure.Panel? in
      guard let run = group.runs.first, let epochs = run.array("/clients/epoch_accuracy"), epochs.shape.count == 3
      else { return nil }
      return Figure.Panel(
        title: group.label, xLabel: "round", yLabel: "test accuracy",
        series: Self.teeth(run, epochs.values, epochs.shape))
    }
    guard !panels.isEmpty, let seed = shown.first?.runs.first?.cell.spec.seed else { return nil }
    return Figure(
      name: "figure-saw-tooth",
      caption:
        "The saw-tooth of local training and averaging: test accuracy of each collaborator's model after every local epoch "
        + "and of the global model after averaging, seed \(seed) alone. " + colourConditions, panels: panels)
  }

  /// A line per client that starts every round at the global model, and the global model after every round.
  private static func teeth(_ run: PaperSweep.Run, _ values: [Double], _ shape: [Int]) -> [Figure.Series] {
    let global = run.rows("/metrics/test_accuracy").first ?? []
    let (rounds, clients, epochs) = (shape[0], shape[1], shape[2])
    let samples = run.array("/clients/samples")?.values ?? []
    let grey = run.array("/clients/grey_samples")?.values ?? [Double](repeating: 0, count: clients)
    let series = (0..<clients).map { client in
      let points = (0..<rounds).flatMap { round -> [Figure.Point] in
        let before = round > 0 ? [Figure.Point(x: Double(round), y: global[round - 1])] : []
        return before
          + (0..<epochs).map { epoch in
            Figure.Point(
              x: Double(round) + Double(epoch + 1) / Double(epochs),
              y: values[(round * clients + client) * epochs + epoch])
          }
      }
      let share = NumberText.decimal(100 * grey[client] / samples[client], 0)
      return Figure.Series(title: "collaborator \(client), \(share) % grey", colour: client, points: points)
    }
    let averaged = global.enumerated().map { Figure.Point(x: Double($0 + 1), y: $1) }
    return series + [Figure.Series(title: "global model", mark: .points, colour: 6, points: averaged)]
  }
}
