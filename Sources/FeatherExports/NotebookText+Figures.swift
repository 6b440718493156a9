// A paragraph on what to look at, and the figure, for each kind of data that a sweep may have.

extension NotebookText {
  static let aboutConvergence = """
    ## Convergence

    Where a codec's curve levels off below the others, what it loses of each update adds up; where it only rises later, it costs \
    rounds. A wide band says that the seeds disagree.
    """

  static let convergence = #"draw_curves(curves["test_accuracy"], "test accuracy")"#

  static let aboutRatio = """
    ## Ratio against accuracy

    Good codecs lie to the upper right. The line from the hollow to the filled marker is what the shipped decoder takes back; a filled \
    marker to the left of 1× has sent more than no compression would have.
    """

  static let ratio = #"""
    figure, groups = panels("ratio: ○ per upload, ● over the run's life", "final test accuracy")
    for ax, seeds, style in groups:
        accuracy, deviation = seeds["final_test_accuracy"].mean(), seeds["final_test_accuracy"].std()
        upload, life = seeds["upload_ratio"].mean(), seeds["lifetime_ratio"].mean()
        marker = style | {"linestyle": "none"}
        ax.plot([upload, life], [accuracy, accuracy], color=style["color"], linewidth=0.8, zorder=1)
        ax.plot(upload, accuracy, **marker | {"label": None}, markerfacecolor="white")
        ax.errorbar(life, accuracy, deviation, **marker)
    ratios = runs[["upload_ratio", "lifetime_ratio"]]
    for ax in figure.axes:
        ax.axvline(1, color="grey", linewidth=0.8, zorder=0)
        ax.set(xscale="log", xlim=(ratios.min(axis=None) / 2, ratios.max(axis=None) * 2))
        ax.xaxis.set_major_formatter("{x:,g}×")
    legend(figure)
    """#

  static let aboutError = """
    ## Reconstruction error

    How far decoded uploads lie from what clients sent, over the norm of what they sent. An error that grows says that a fitted codec has \
    not seen what it now has to encode; codecs without error are not drawn.
    """

  static let error = #"""
    error = curves["mean_relative_error"].loc[runs.index]
    error = error[error > 0]
    wide = error.max(axis=None) > 20 * error.min(axis=None)
    draw_curves(error, "relative error of uploads", yscale="log" if wide else "linear")
    """#

  static let aboutLatents = """
    ## Latents over the rounds

    Each dot is what a client sent in a round, in the two directions in which its latents differ most (with their share of the variance). \
    Paths that shrink to a point have converged; a client whose latent never moves sends nothing that its decoder could use. Clients that \
    share a codec share a panel. Up to four groups, of one seed, and of each the clients that took part most often; `examples` chooses.
    """

  static let latents = #"""
    examples = []
    for _, run in runs.drop_duplicates(["panel", "line"]).iterrows():
        with h5py.File(folder / f"{run['id']}.h5") as file:
            if "latents" in file and len(examples) < 4:
                values = file["latents/values"][:]
                if "uploads" in file:  # upload, latent
                    clients = file["client"][:]
                    where = file["uploads/round"][:], np.searchsorted(clients, file["uploads/client"][:])
                    sent = values
                    values = np.full((len(file["round"]), len(clients), sent.shape[1]), np.nan)
                    values[where] = sent
                examples.append((run, values))  # round, client, latent

    most = min(4, max(values.shape[1] for _, values in examples))
    figure = plt.figure(figsize=(3.2 * most + 1, 3 * len(examples)), layout="constrained")
    for part, (run, values) in zip(figure.subfigures(len(examples), squeeze=False).flat, examples):
        rounds, clients, width = values.shape
        often = np.argsort(-(~np.isnan(values[:, :, 0])).sum(axis=0), kind="stable")
        spaces = [range(clients)] if run["codec.scope"] == "shared" else [[client] for client in often]
        axes = part.subplots(1, most, squeeze=False)[0]
        for ax in axes[len(spaces) :]:
            ax.axis("off")
        for ax, members in zip(axes, spaces):
            # A column of zeros, so that even a latent of one number has two components.
            sent = np.pad(values[:, members].reshape(-1, width), ((0, 0), (0, 1)))
            sent = sent - np.nanmean(sent, axis=0)
            _, sizes, directions = np.linalg.svd(sent[~np.isnan(sent).any(axis=1)])
            paths = (sent @ directions[:2].T).reshape(rounds, -1, 2)
            for path in paths.swapaxes(0, 1):
                took_part = np.flatnonzero(~np.isnan(path[:, 0]))
                ax.plot(*path[took_part].T, color="grey", linewidth=0.8, zorder=1)
                dots = ax.scatter(*path[took_part].T, c=took_part, vmin=0, vmax=rounds - 1, s=14)
            ax.xaxis.set_major_locator(plt.MaxNLocator(3))
            if sizes.sum() > 0:
                first, second = sizes[:2] ** 2 / (sizes**2).sum()
                ax.set(xlabel=f"component 1 ({first:.0%})", ylabel=f"component 2 ({second:.0%})")
            else:
                ax.set(xlabel="never moves", xticks=[], yticks=[])
            ax.set_title(f"client {members[0]}" if len(members) == 1 else "all clients", fontsize="medium")
        part.suptitle(fill(f"{run['panel']}: {run['line']}", 36 * most))
        part.colorbar(dots, ax=axes, label="round", ticks=plt.MaxNLocator(4, integer=True))
    plt.show()
    """#

  static let aboutPartition = """
    ## Who has which classes

    Rows of even colour are clients whose samples are alike; a row with few dark cells is a client that knows few classes. One seed.
    """

  /// - Parameter words: how divisions are called, a Python dictionary.
  static func partition(_ words: String) -> String {
    #"""
    divisions = runs.apply(label, axis=1, words=\#(words))
    examples = runs[~divisions.duplicated()].head(6)
    width = min(3, len(examples))
    height = -(-len(examples) // width)
    figure, axes = plt.subplots(height, width, figsize=(4.2 * width, 3 * height), squeeze=False, layout="constrained")
    for ax in axes.flat[len(examples) :]:
        ax.remove()
    for ax, (index, run) in zip(axes.flat, examples.iterrows()):
        with h5py.File(folder / f"{run['id']}.h5") as file:
            histogram = file["clients/label_histogram"][:]
        image = ax.imshow(histogram, aspect="auto", cmap="Blues", vmin=0, interpolation="nearest")
        ax.set(title=fill(divisions[index], 40), xlabel="class", ylabel="client", xticks=range(histogram.shape[1]))
        ax.yaxis.get_major_locator().set_params(integer=True)
        ax.grid(False)
        figure.colorbar(image, ax=ax, label="training samples")
    plt.show()
    """#
  }
}
