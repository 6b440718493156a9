# Reference bytes for SignCodec; writes sign.json beside itself.
# Made with Python 3, NumPy 2.4.6.
import json
import math
from pathlib import Path

import numpy as np

random = np.random.default_rng(1901)
cases = []
for length, ends in ((1, [1]), (40, [40]), (61, [7, 30, 61]), (64, [63, 64])):
    x = np.float32(random.normal(size=length) * 10.0 ** random.integers(-3, 3, length))
    x[length // 2] = -0.0
    slices = list(zip([0] + ends[:-1], ends))
    magnitudes = [np.float32(math.fsum(abs(float(v)) for v in x[a:b]) / (b - a)) for a, b in slices]
    body = np.array(magnitudes, "<f4").tobytes() + np.packbits(x < 0, bitorder="little").tobytes()
    decoded = np.concatenate([np.where(x[a:b] < 0, -m, m) for (a, b), m in zip(slices, magnitudes)])
    cases.append({
        "ends": ends, "values": [float(f"{v:.9g}") for v in x], "body": body.hex(),
        "decoded": [float(f"{v:.9g}") for v in decoded],
    })
Path(__file__).with_suffix(".json").write_text(json.dumps(cases, separators=(",", ":")))
