# Reference values for the random stream and the reproducible functions; writes tensors.json beside itself.
# Made with Python 3, randomgen 2.5.1 (Philox4x32-10), SciPy 1.17.1, mpmath 1.3.0, NumPy 2.4.6.
import json
from pathlib import Path

import mpmath
import numpy as np
from randomgen import Philox
from scipy import special, stats

mpmath.mp.dps = 60


def words(seed, purpose, client, round_, lane, count):
    """The stream's words: key = seed, counter = (block, purpose and lane, client, round)."""
    counter = (purpose << 24 | lane) << 32 | client << 64 | round_ << 96
    # randomgen adds 1 to the counter before a block.
    return [int(w) for w in Philox(counter=(counter - 1) % 2**128, key=seed, number=4, width=32).random_raw(count)]


def normal_quantile(p):
    """The correctly rounded quantile: SciPy's value, refined by Newton's method with 60 digits."""
    exact = mpmath.mpf(p)
    z = mpmath.mpf(float(stats.norm.ppf(p)))
    for _ in range(4):
        z -= (mpmath.erfc(-z / mpmath.sqrt(2)) / 2 - exact) / (mpmath.exp(-z * z / 2) / mpmath.sqrt(2 * mpmath.pi))
    assert abs(float(z) - stats.norm.ppf(p)) <= 1e-13 * abs(float(z))
    return float(z)


def gamma_log_quantiles(shape, probabilities):
    quantiles = special.gammaincinv(shape, probabilities)
    assert np.allclose(special.gammainc(shape, quantiles), probabilities, rtol=1e-9)
    return [float(q) for q in np.log(quantiles)]


keys = [(1, 2, 0, 0, 0), (0xFEDCBA9876543210, 10, 4_000_000_000, 77, 0xABCDEF), (2**64 - 1, 3, 12, 39, 4)]
tails = [float(f"1e{-e}") for e in list(range(300, 20, -10)) + list(range(20, 1, -1))]
middle = [float(p) for p in np.linspace(0.0013, 0.9987, 120)]
edges = [0.075, 0.925, 0.07500000000000001, 0.9249999999999999, float(np.exp(-25.0)), 1.4e-11, 1.3e-11, 0.25, 0.75]
upper = [1 - 2.0**-k for k in range(2, 54, 2)]
probabilities = tails + middle + edges + upper
grid = [float(p) for p in np.linspace(0.005, 0.995, 199)]
shapes = [0.01, 0.5, 1.0, 3.7, 100.0]

json.dump(
    {
        "streams": [
            {"seed": s, "purpose": p, "client": c, "round": r, "lane": l, "words": words(s, p, c, r, l, 10)}
            for s, p, c, r, l in keys
        ],
        "normal": {"p": probabilities, "z": [normal_quantile(p) for p in probabilities]},
        "grid": grid,
        "normalQuantiles": [float(z) for z in stats.norm.ppf(grid)],
        "gamma": [{"shape": a, "logQuantiles": gamma_log_quantiles(a, np.array(grid))} for a in shapes],
    },
    open(Path(__file__).with_name("tensors.json"), "w"),
)
