# Reference tables and recovered elements for CountSketchCodec; writes sketch.json beside itself.
# Made with Python 3, randomgen 2.5.1 (Philox4x32-10), NumPy 2.4.6.
import json
from pathlib import Path

import numpy as np
from randomgen import Philox


def words(seed, row, round_, count):
    """The stream of purpose 9, lane 2^16 + row, client 0: key = seed, counter = (block, purpose and lane, client, round)."""
    counter = (9 << 24 | 1 << 16 | row) << 32 | round_ << 96
    # randomgen adds 1 to the counter before a block.
    raw = Philox(counter=(counter - 1) % 2**128, key=seed, number=4, width=32).random_raw(count)
    return np.asarray(raw, np.uint64)


random = np.random.default_rng(2007)
cases = []
for rows, columns, count, length in (
    (1, 10, 3, 40), (2, 10, 3, 40), (3, 16, 5, 100), (5, 30, 10, 150), (4, 7, 60, 60), (5, 200, 20, 1500)
):
    x = np.float32(random.normal(size=length) * 10.0 ** random.integers(-2, 1, length))
    seed, round_ = int(random.integers(2**63)) * 2 + 1, len(cases) + 3
    table = np.zeros((rows, columns))
    hashed = [words(seed, row, round_, length) for row in range(rows)]
    signs = [np.where(w & np.uint64(1), -1.0, 1.0) for w in hashed]
    places = [((w >> np.uint64(1)) * np.uint64(columns) >> np.uint64(31)).astype(int) for w in hashed]
    for row in range(rows):
        np.add.at(table[row], places[row], signs[row] * x.astype(np.float64))
    table = np.float32(table)
    estimates = np.median([signs[row] * table[row][places[row]] for row in range(rows)], axis=0).astype(np.float32)
    kept = np.argsort(-np.abs(estimates), kind="stable")[:count]
    decoded = np.zeros(length, np.float32)
    decoded[kept] = estimates[kept]
    cases.append({
        "rows": rows, "columns": columns, "count": count, "seed": seed, "round": round_,
        "values": [float(f"{v:.9g}") for v in x], "table": table.astype("<f4").tobytes().hex(),
        "decoded": [float(f"{v:.9g}") for v in decoded],
    })
Path(__file__).with_suffix(".json").write_text(json.dumps(cases, separators=(",", ":")))
