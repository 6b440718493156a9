/// The Markdown and Python of a sweep's notebook.
enum NotebookText {
  /// - Parameter ids: the runs that are meant; nil for all.
  static func load(_ path: String, ids: [String]?) -> String {
    let lines = (ids ?? []).enumerated().map { ($0.offset % 8 == 0 ? "\n    " : " ") + $0.element }.joined()
    let chosen = ids.map { _ in "\nchosen = \"\"\"\(lines)\n\"\"\".split()\nruns = runs[runs[\"id\"].isin(chosen)]" }
    return #"""
      from pathlib import Path
      from textwrap import fill

      import h5py
      import matplotlib.pyplot as plt
      import numpy as np
      import pandas as pd
      from cycler import cycler

      folder = Path("\#(path)")


      def columns(group):
          return {key: array.asstr()[:] if array.dtype.kind == "S" else array[:] for key, array in group.items()}


      with h5py.File(folder / "sweep.h5") as sweep:
          runs = pd.DataFrame({"id": sweep["run"].asstr()[:]} | columns(sweep["config"]) | columns(sweep["scalars"]))
          curves = {key: pd.DataFrame(curve[:]) for key, curve in sweep["curves"].items()}
      \#(chosen ?? "")
      print(f"{len(runs)} runs; {(runs['status'] == 'diverged').sum()} of them diverged and are left out")
      runs = runs[runs["status"] == "complete"].replace("", np.nan)
      """#
  }

  static let aboutNames = """
    ## At a glance

    Runs that differ in nothing but the seed are one group. Ratios are raw bytes over bytes with the codec: per upload, and over the \
    run's life, in which decoders have to be shipped too. Above 1 the codec saves.
    """

  /// - Parameter labels: gives each run its `panel` and its `line`.
  static func names(_ labels: String) -> String {
    #"""
    def label(run, words):
        """What a run is called by its values of some keys; a key that it does not have goes unsaid."""
        return ", ".join(text.format(run[key]) for key, text in words.items() if pd.notna(run.get(key)))


    \#(labels)
    measured = ["final_test_accuracy", "upload_ratio", "lifetime_ratio"]
    runs.groupby(["panel", "line"], sort=False)[measured].agg(["mean", "std"]).round(3)
    """#
  }

  static let panels = #"""
    plt.rcParams.update({"axes.grid": True, "grid.alpha": 0.3, "axes.spines.top": False, "axes.spines.right": False})
    plt.rcParams.update({"figure.dpi": 110, "legend.fontsize": "small", "legend.frameon": False})
    colours = plt.style.library["petroff10"]["axes.prop_cycle"]
    cycle = (cycler(linestyle=["-", "--", ":", "-."]) + cycler(marker=["o", "s", "^", "D"])) * colours
    styles = {line: style | {"label": line} for line, style in zip(runs["line"].unique(), cycle())}


    def panels(xlabel, ylabel):
        """A figure with a panel per condition, and for each group of seeds its panel, runs and style."""
        conditions = runs.groupby("panel", sort=False)
        width = min(len(conditions), 3)
        height = -(-len(conditions) // width)
        size = (max(4.2 * width, 6), 3.2 * height)
        figure, axes = plt.subplots(height, width, figsize=size, sharey=True, squeeze=False, layout="constrained")
        for ax in axes.flat[len(conditions) :]:
            ax.remove()
        groups = []
        for ax, (condition, members) in zip(axes.flat, conditions):
            ax.set(title=fill(condition, 40), xlabel=xlabel)
            groups += [(ax, seeds, styles[line]) for line, seeds in members.groupby("line", sort=False)]
        plt.setp(axes[:, 0], ylabel=ylabel)
        return figure, groups


    def legend(figure):
        """Every line of a figure once, below its panels, in as many columns as have room."""
        lines = {name: line for ax in figure.axes for line, name in zip(*ax.get_legend_handles_labels())}
        columns = max(1, int(15 * figure.get_figwidth() / (6 + max(map(len, lines), default=0))))
        figure.set_figheight(figure.get_figheight() + 0.2 * -(-len(lines) // columns))
        figure.legend(lines.values(), lines.keys(), loc="outside lower center", ncols=columns)
        plt.show()


    def draw_curves(curve, ylabel, yscale="linear"):
        """The mean over seeds, in a band of one standard deviation to either side."""
        figure, groups = panels("round", ylabel)
        for ax, seeds, style in groups:
            mean, deviation = curve.loc[seeds.index].mean(), curve.loc[seeds.index].std()
            if mean.notna().any():
                ax.plot(mean, **style, markevery=max(1, len(mean) // 10), markersize=4)
                ax.fill_between(mean.index, mean - deviation, mean + deviation, color=style["color"], alpha=0.2, linewidth=0)
            ax.set_yscale(yscale)
            ax.xaxis.get_major_locator().set_params(integer=True)
        legend(figure)
    """#
}
