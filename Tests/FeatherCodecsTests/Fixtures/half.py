# Reference bytes for HalfCodec; writes half.json beside itself.
# Made with Python 3, NumPy 2.4.6 (half precision), PyTorch (bfloat16).
import json
from pathlib import Path

import numpy as np
import torch

random = np.random.default_rng(16)


def patterns(limit):
    """Bit patterns of floats below `limit`: random ones of every size, and ties at both formats' last places."""
    bits = random.integers(0, 2**32, 80, dtype=np.uint32)
    ties = bits & 0xFFFF0000 | 0x8000
    half_ties = (random.integers(0x38800000, 0x47000000, 60, dtype=np.uint32) & 0xFFFFE000) | 0x1000
    around = np.concatenate([ties, ties + 1, ties - 1, half_ties, half_ties + 1, half_ties - 1, half_ties | 0x80000000])
    small = np.float32(random.normal(size=80) * 2.0 ** random.integers(-30, 15, 80)).view(np.uint32)
    edges = np.float32([0, -0.0, 1, -1, 65504, 2**-14, 2**-24, 2**-25, 1.5 * 2**-25, 1e-45, 1.17549435e-38]).view(np.uint32)
    every = np.concatenate([edges, bits, around, small]).astype(np.uint32)
    values = every.view(np.float32)
    return every[np.isfinite(values) & (np.abs(values.astype(np.float64)) <= limit)]


cases = []
for name, limit in [("float16", 65504.0), ("bfloat16", float(np.array([0x7F7F7FFF], np.uint32).view(np.float32)[0]))]:
    bits = patterns(limit)
    values = bits.view(np.float32)
    if name == "float16":
        words = values.astype("<f2")
        body, decoded = words.tobytes(), words.astype(np.float32)
    else:
        words = torch.from_numpy(values.copy()).to(torch.bfloat16)
        body, decoded = words.view(torch.int16).numpy().astype("<i2").tobytes(), words.float().numpy()
    cases.append({
        "format": name, "values": bits.tolist(), "body": body.hex(), "decoded": decoded.view(np.uint32).tolist(),
    })
Path(__file__).with_suffix(".json").write_text(json.dumps(cases, separators=(",", ":")))
