internal import FeatherExperiments

extension PaperReport {
  /// The sweeps that fit the paper's two autoencoders.
  private var fitted: [(sweep: PaperSweep, group: PaperSweep.Group, data: String)] {
    [mnist, cifar10].compactMap { sweep in
      guard let sweep, let group = sweep.autoencoder, let spec = group.spec else { return nil }
      return (sweep, group, "\(PaperSweep.data(spec)), \(group.label)")
    }
  }

  private var fittedConditions: String {
    fitted.map { $0.sweep.conditions(note: dataNote) }.joined(separator: " ")
  }

  /// The autoencoders' loss over the epochs of their fit.
  var fitFigure: Figure? {
    let panels = fitted.map { fitted in
      let series = [("train_loss", "fitted snapshots"), ("held_out_loss", "held-out snapshots")].enumerated()
      return Figure.Panel(
        title: fitted.data, xLabel: "epoch of the fit", yLabel: "mean squared error per weight", logY: true,
        series: series.compactMap { i, array in
          let points = [Figure.Point](curves: fitted.group.curves("/codec/history/\(array.0)")) { Double($0 + 1) }
          return points.isEmpty ? nil : Figure.Series(title: array.1, colour: i, points: points)
        })
    }
    guard !panels.isEmpty else { return nil }
    return Figure(
      name: "figure-fit",
      caption:
        "Fit of the autoencoders to the weights of the pre-pass: mean squared error on the snapshots they were fitted to "
        + "and on those held out. Line: mean over seeds and collaborators; band: lowest to highest. "
        + fittedConditions,
      panels: panels)
  }

  /// The validation model: test scores of every snapshot, as it was and as the autoencoder gives it back.
  var validationFigure: Figure? {
    let panels = fitted.flatMap { fitted in
      [("accuracy", "test accuracy"), ("loss", "test loss (nat)")].map { score, label in
        let series = ["original", "reconstructed"].enumerated().map { i, kind in
          Figure.Series(title: "\(kind) weights", colour: i, points: Self.snapshots(fitted.group, "\(score)_\(kind)"))
        }
        return Figure.Panel(title: fitted.data, xLabel: "training steps of the pre-pass", yLabel: label, series: series)
      }
    }
    guard !panels.isEmpty else { return nil }
    return Figure(
      name: "figure-validation",
      caption:
        "Validation model: test accuracy and loss of the classifier at every snapshot of the pre-pass, with its original "
        + "weights and with those that the autoencoder gives back. Line: mean over seeds and collaborators; band: lowest to "
        + "highest. " + fittedConditions, panels: panels)
  }

  private static func snapshots(_ group: PaperSweep.Group, _ score: String) -> [Figure.Point] {
    let steps = group.curves("/prepass/step").max { $0.count < $1.count } ?? []
    return [Figure.Point](curves: group.curves("/prepass/\(score)")) { steps[$0] }
  }
}
