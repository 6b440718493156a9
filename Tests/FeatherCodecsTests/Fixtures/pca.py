# Principal components of small sets of snapshots and the errors that they leave; writes pca.json beside itself.
# Made with Python 3, NumPy 2.4.6 (numpy.linalg.svd of the snapshots themselves, not of their inner products).
import json
from pathlib import Path

import numpy as np

random = np.random.default_rng(20260102)


def low_rank(n, width, rank):
    return random.normal(size=(n, rank)) @ random.normal(size=(rank, width))


sets = {
    "random": (random.normal(size=(9, 30)), random.normal(size=(2, 30))),
    "low rank": (low_rank(10, 24, 3), random.normal(size=(2, 24))),
    "graded": (random.normal(size=(8, 20)) * 10.0 ** -np.arange(20) ** 0.5, random.normal(size=(2, 20))),
    "far from zero": (50 + random.normal(size=(6, 25)), 50 + random.normal(size=(2, 25))),
    "alike": (np.tile(random.normal(size=16), (5, 1)), random.normal(size=(1, 16))),
    "one": (random.normal(size=(1, 18)), random.normal(size=(1, 18))),
    "zeros": (np.zeros((4, 7)), random.normal(size=(1, 7))),
    "wide": (random.normal(size=(5, 600)), random.normal(size=(1, 600))),
}


def kept(singular, share):
    """The smallest number of components that keep the share."""
    squares = singular**2
    if squares.sum() == 0:
        return 0
    return int(np.argmax(np.cumsum(squares) >= share * squares.sum() * (1 - 1e-12))) + 1


def case(name, fitted, held_out, centre, latent):
    mean = fitted.mean(axis=0) if centre else np.zeros(fitted.shape[1])
    _, singular, v = np.linalg.svd(fitted - mean, full_matrices=False)
    most = len(fitted) - (1 if centre else 0)
    rank = min(latent, most, int((singular > max(1e-5 * singular[0], 1e-6)).sum()))
    v = v[:rank]
    left = lambda x: float((((x - mean) - (x - mean) @ v.T @ v) ** 2).mean())
    rebuilt = mean + (held_out - mean) @ v.T @ v
    noise = singular > 1e-5 * max(singular[0], 1e-300)
    return {
        "name": name, "centre": centre, "latent": latent, "rank": rank,
        "singular": [float(s) for s in singular], "components": [float(f"{x:.12g}") for x in v.ravel()],
        "fittedError": left(fitted), "heldOutError": left(held_out),
        "rebuilt": [[float(f"{x:.12g}") for x in row] for row in rebuilt],
        "kept": [min(rank, kept(singular * noise, share)) for share in SHARES],
    }


SHARES = [0.5, 0.9, 0.99]
result = {"shares": SHARES, "sets": [], "cases": []}
for name, (fitted, held_out) in sets.items():
    fitted, held_out = np.float32(fitted), np.float32(held_out)
    text = lambda x: [[float(f"{v:.9g}") for v in row] for row in x]
    result["sets"].append({"name": name, "fitted": text(fitted), "heldOut": text(held_out)})
    for centre in (True, False):
        for latent in (2,) if name == "wide" else (1, 3, 12):
            result["cases"].append(case(name, fitted.astype(float), held_out.astype(float), centre, latent))
json.dump(result, open(Path(__file__).with_name("pca.json"), "w"))
print([(c["name"], c["centre"], c["latent"], c["rank"], c["kept"]) for c in result["cases"]])
