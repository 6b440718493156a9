# Reference bytes and values of DRIVE and EDEN, computed in float64 with whole matrices; writes rotation.json beside itself.
# Made with Python 3, randomgen 2.5.1 (Philox4x32-10), NumPy 2.4.6, SciPy 1.17.1 (scipy.linalg.hadamard).
import json
from pathlib import Path

import numpy as np
from randomgen import Philox
from scipy.linalg import hadamard

HERE = Path(__file__)
CENTROIDS = json.load(open(HERE.with_name("centroids.json")))["levels"]
random = np.random.default_rng(20260104)


def words(seed, client, round_, count):
    """The stream of purpose 9, lane 0: key = seed, counter = (block, purpose and lane, client, round)."""
    counter = (9 << 24) << 32 | client << 64 | round_ << 96
    # randomgen adds 1 to the counter before a block.
    return Philox(counter=(counter - 1) % 2**128, key=seed, number=4, width=32).random_raw(count)


def layout(count, bits):
    """Places per block and number of blocks."""
    if count <= 512:
        size = 1 << max(count - 1, 0).bit_length()
        return size, -(-count // size)
    cost = lambda size: (-(-count // size) * 4 + -(-bits * -(-count // size) * size // 8), -size)
    size = min((2**k for k in range(9, 14)), key=cost)
    return size, -(-count // size)


def signs(count, seed, client, round_):
    drawn = words(seed, client, round_, -(-count // 32))
    return np.array([1 - 2 * (int(drawn[i // 32]) >> i % 32 & 1) for i in range(count)], float)


def packed(values, bits):
    """Lowest bits first."""
    flat = (np.asarray(values, int)[:, None] >> np.arange(bits) & 1).ravel()
    return np.packbits(flat.astype(np.uint8), bitorder="little").tobytes()


def blocks(count, n):
    return [range(b * count // n, (b + 1) * count // n) for b in range(n)]


def encode(x, bits, kind, key):
    """Scales, level numbers and the decoded update; None when a value is so close to an edge that float32 may round it over."""
    count = len(x)
    size, n = layout(count, bits)
    d = signs(count, *key)
    scales, numbers, decoded = [], [], np.zeros(count)
    for part in blocks(count, n):
        padded = np.zeros(size)
        padded[: len(part)] = (d * x)[part.start : part.stop]
        h = hadamard(size) / np.sqrt(size)
        y = h @ padded
        norm2 = (y**2).sum()
        z = y * np.sqrt(size / norm2) if norm2 > 0 else y
        half = np.array([1.0]) if kind != "eden" else np.array(CENTROIDS[bits - 1])
        levels = np.concatenate([-half[::-1], half])
        edges = (levels[1:] + levels[:-1]) / 2
        if norm2 > 0 and np.abs(z[:, None] - edges).min() < 3e-6:
            return None
        number = (z[:, None] >= edges).sum(axis=1)
        q = levels[number]
        if norm2 == 0:
            scale = 0.0
        elif kind == "minimumError":
            scale = np.abs(y).mean()
        else:
            scale = norm2 / (y @ q)
        scales.append(scale)
        numbers.extend(number if kind == "eden" else 1 - number)
        decoded[part.start : part.stop] = (scale * (h @ q))[: len(part)]
    return scales, numbers, d * decoded


def case(name, x, bits, kind):
    x = np.float32(x)
    for round_ in range(50):
        key = (0x123456789ABCDEF, 7, round_)
        found = encode(x.astype(float), bits, kind, key)
        if found is not None:
            break
    scales, numbers, decoded = found
    return {
        "name": name, "bits": bits, "kind": kind, "seed": key[0], "client": key[1], "round": key[2],
        "update": [float(f"{v:.9g}") for v in x], "scales": [float(s) for s in scales],
        "levels": packed(numbers, bits).hex(), "decoded": [float(f"{v:.9g}") for v in decoded],
    }


updates = {
    "one": [0.7], "two": [3.0, -1.0], "zeros": np.zeros(20), "normal 17": random.normal(size=17),
    "normal 64": random.normal(size=64) * 1e-3, "large 300": random.normal(size=300) * 1e9,
    "two blocks": random.normal(size=530),
}
cases = []
for name, x in updates.items():
    for bits, kind in [(1, "unbiased"), (1, "minimumError"), (1, "eden"), (2, "eden"), (3, "eden"), (8, "eden")]:
        # Equal magnitudes lie on no edge, but a zero between two signs does.
        if name == "two blocks" and bits == 8:
            continue
        cases.append(case(name, x, bits, kind))
lengths = [0, 1, 2, 3, 17, 511, 512, 513, 1000, 5000, 8193, 15_910, 100_000, 550_570, 2_000_003]
layouts = [[c, b, *layout(c, b)] for c in lengths for b in (1, 2, 4, 8)]
json.dump({"cases": cases, "layouts": layouts}, open(HERE.with_name("rotation.json"), "w"))
print(len(cases), [(c["name"], c["bits"], c["round"]) for c in cases if c["round"]])
print([l for l in layouts if l[0] >= 513])
