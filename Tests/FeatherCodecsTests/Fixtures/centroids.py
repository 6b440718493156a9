# The Lloyd-Max quantiser of the standard normal distribution for 1 to 8 bits; writes centroids.json beside itself, and with the
# argument `swift` prints the table of EDENCentroids.swift. Made with Python 3, NumPy 2.4.6, SciPy 1.17.1.
#
# Every level is the mean of its cell, and cells meet half-way between levels: 2^(b-1) equations for the positive levels, which
# are solved by SciPy's hybrid Newton method from equal-probability levels of a wider normal distribution (Panter and Dite).
import json
import sys
from pathlib import Path

import numpy as np
from scipy import optimize, stats


def cell_means(levels):
    edges = np.concatenate([[0.0], (levels[1:] + levels[:-1]) / 2, [np.inf]])
    # Survival functions keep their digits in the tail.
    mass = stats.norm.sf(edges[:-1]) - stats.norm.sf(edges[1:])
    return (stats.norm.pdf(edges[:-1]) - stats.norm.pdf(edges[1:])) / mass


def lloyd_max(bits):
    count = 2 ** (bits - 1)
    start = np.sqrt(3) * stats.norm.ppf(0.5 + (np.arange(count) + 0.5) / (2 * count))
    levels, info, status, message = optimize.fsolve(lambda x: cell_means(x) - x, start, xtol=1e-15, full_output=True)
    if np.abs(cell_means(levels) - levels).max() > 1e-12:
        raise SystemExit(f"{bits} bits: {message}")
    assert (np.diff(levels) > 0).all() and levels[0] > 0
    return levels


tables = [lloyd_max(bits) for bits in range(1, 9)]
# With E[z q] = E[q^2] = 1 - D, an unbiased scale leaves 1 / (1 - D) - 1, and the best one D.
distortions = []
for bits, levels in enumerate(tables, 1):
    edges = np.concatenate([[0.0], (levels[1:] + levels[:-1]) / 2, [np.inf]])
    mass = 2 * (stats.norm.sf(edges[:-1]) - stats.norm.sf(edges[1:]))
    distortions.append(float(1 - (mass * levels**2).sum()))
if sys.argv[1:] == ["swift"]:
    for levels in tables:
        print("    [")
        texts = [f"{v:.9f}" for v in levels]
        for i in range(0, len(texts), 8):
            print("      " + ", ".join(texts[i : i + 8]) + ",")
        print("    ],")
else:
    json.dump(
        {"levels": [[float(v) for v in t] for t in tables], "distortions": distortions},
        open(Path(__file__).with_name("centroids.json"), "w"))
