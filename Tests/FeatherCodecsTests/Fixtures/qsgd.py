# Reference bytes for QSGDCodec; writes qsgd.json beside itself.
# Made with Python 3, randomgen 2.5.1 (Philox4x32-10), NumPy 2.4.6.
import json
from pathlib import Path

import numpy as np
from randomgen import Philox


def words(seed, client, round_, count):
    """The stream of purpose 9, lane 0: key = seed, counter = (block, purpose and lane, client, round)."""
    counter = (9 << 24) << 32 | client << 64 | round_ << 96
    # randomgen adds 1 to the counter before a block.
    return Philox(counter=(counter - 1) % 2**128, key=seed, number=4, width=32).random_raw(count)


def norm(bucket, kind):
    if kind == "max":
        return np.float32(np.abs(bucket).max())
    exact = np.linalg.norm(bucket.astype(np.float64))
    nearest = np.float32(exact)
    return nearest if float(nearest) >= exact else np.nextafter(nearest, np.float32(np.inf))


def quantise(x, bits, size, kind, random):
    """Norms and levels, element by element as the paper's equation says."""
    norms, levels, decoded = [], [], []
    for start in range(0, len(x), size):
        bucket = x[start:start + size]
        n = norm(bucket, kind)
        s = 2 ** (bits - 1) - 1 if bits > 1 else 1
        norms.append(n)
        for value, word in zip(bucket.astype(np.float64), random[start:start + size]):
            uniform = float(word) / 2**32
            if bits == 1:
                level = 1 if n == 0 or uniform < (1 + value / float(n)) / 2 else -1
            else:
                exact = s * abs(value) / float(n) if n > 0 else 0.0
                level = int(np.sign(value)) * int(np.floor(exact) + (uniform < exact - np.floor(exact)))
            levels.append(level)
            decoded.append(np.float32(float(n) * level / s))
    return norms, levels, decoded


def packed(levels, bits):
    codes = [(0 if level > 0 else 1) if bits == 1 else level % 2**bits for level in levels]
    stream = "".join(format(code, f"0{bits}b")[::-1] for code in codes)
    stream += "0" * (-len(stream) % 8)
    return bytes(int(stream[i:i + 8][::-1], 2) for i in range(0, len(stream), 8))


random = np.random.default_rng(1610)
cases = []
for bits in (1, 2, 3, 4, 8):
    for kind in ("max", "l2"):
        for size, length in ((512, 40), (16, 70)):
            x = np.float32(random.normal(size=length) * 10.0 ** random.integers(-4, 1, length))
            x[random.integers(0, length, 5)] = 0
            x[48:64] = 0
            seed, client, round_ = int(random.integers(2**63)) * 2 + 1, int(random.integers(1000)), len(cases)
            norms, levels, decoded = quantise(x, bits, size, kind, words(seed, client, round_, length))
            body = np.array(norms, "<f4").tobytes() + packed(levels, bits)
            cases.append({
                "bits": bits, "bucket": size, "norm": kind, "seed": seed, "client": client, "round": round_,
                "values": [float(f"{v:.9g}") for v in x], "body": body.hex(),
                "decoded": [float(f"{v:.9g}") for v in decoded],
            })
Path(__file__).with_suffix(".json").write_text(json.dumps(cases, separators=(",", ":")))
