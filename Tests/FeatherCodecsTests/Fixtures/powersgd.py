# PowerSGD with warm start over several rounds, in float64; writes powersgd.json beside itself.
# Made with Python 3, randomgen 2.5.1 (Philox4x32-10), NumPy 2.4.6, SciPy 1.17.1.
import json
from pathlib import Path

import numpy as np
from randomgen import Philox
from scipy.special import ndtri

random = np.random.default_rng(20260105)


def normals(seed, client, round_, count):
    """The stream of purpose 9, lane 0, two words a number: the quantiles of the centres of 2^52 cells."""
    counter = (9 << 24) << 32 | client << 64 | round_ << 96
    # randomgen adds 1 to the counter before a block.
    words = Philox(counter=(counter - 1) % 2**128, key=seed, number=4, width=32).random_raw(2 * count)
    pairs = [int(a) | int(b) << 32 for a, b in zip(words[::2], words[1::2])]
    return np.array([ndtri(((w >> 12) + 0.5) * 2.0**-52) for w in pairs])


def step(m, q):
    p, r = np.linalg.qr(m @ q)
    p = p * np.sign(np.diag(r))  # Gram-Schmidt's factor has a positive diagonal.
    return p, m.T @ p


def low_rank(rows, columns, rank):
    return random.normal(size=(rows, rank)) @ random.normal(size=(rank, columns)) / np.sqrt(rank)


SEED, CLIENT = 42, 3
# Offset, rows, columns; 4 x 3 is sent whole with 2 columns, as are the vectors between.
MATRICES = [[0, 12, 9], [113, 4, 3], [125, 7, 20]]
COUNT, RANK = 270, 2
base = np.concatenate([
    low_rank(12, 9, 3).ravel(), random.normal(size=5), random.normal(size=12), low_rank(7, 20, 3).ravel(),
    random.normal(size=5)])
rounds, warm = [], {}
for round_ in range(5):
    update = np.float32(base + 0.1 * random.normal(size=COUNT)).astype(float)
    decoded, parts, drawn = update.copy(), [], None
    for offset, rows, columns in (MATRICES[0], MATRICES[2]):
        if offset not in warm:
            if drawn is None:
                drawn = normals(SEED, CLIENT, round_, RANK * (9 + 20))
            warm[offset] = drawn[: RANK * columns].reshape(RANK, columns).T
            drawn = drawn[RANK * columns :]
        m = update[offset : offset + rows * columns].reshape(rows, columns)
        p, q = step(m, warm[offset])
        warm[offset] = q
        decoded[offset : offset + rows * columns] = (p @ q.T).ravel()
        parts += [p.T.ravel(), q.T.ravel()]
    parts += [update[108:125], update[265:]]
    text = lambda x: [float(f"{v:.9g}") for v in x]
    rounds.append({"update": text(update), "sent": text(np.concatenate(parts)), "decoded": text(decoded)})

fixed = np.float32(low_rank(30, 25, 6) + 0.05 * random.normal(size=(30, 25)))
singular = np.linalg.svd(fixed.astype(float), compute_uv=False)
best = [float(np.sqrt((singular[r:] ** 2).sum() / (singular**2).sum())) for r in range(7)]
json.dump(
    {
        "seed": SEED, "client": CLIENT, "count": COUNT, "rank": RANK, "matrices": MATRICES, "rounds": rounds,
        "fixed": [float(f"{v:.9g}") for v in fixed.ravel()], "best": best,
    },
    open(Path(__file__).with_name("powersgd.json"), "w"))
print(best)
