# Reference places for RandomKCodec; writes randomk.json beside itself.
# Made with Python 3, randomgen 2.5.1 (Philox4x32-10), NumPy 2.4.6.
import json
from pathlib import Path

import numpy as np
from randomgen import Philox


def words(seed, client, round_):
    """The stream of purpose 9, lane 0: key = seed, counter = (block, purpose and lane, client, round)."""
    counter = (9 << 24) << 32 | client << 64 | round_ << 96
    # randomgen adds 1 to the counter before a block.
    generator = Philox(counter=(counter - 1) % 2**128, key=seed, number=4, width=32)
    while True:
        yield int(generator.random_raw(1)[0])


def below(bound, stream):
    """Lemire's integer below a bound: words whose product's low half would favour some are thrown away."""
    while True:
        product = next(stream) * bound
        if product % 2**32 >= 2**32 % bound:
            return product >> 32


def floyd(count, total, stream):
    taken = set()
    for last in range(total - count, total):
        drawn = below(last + 1, stream)
        taken.add(last if drawn in taken else drawn)
    return sorted(taken)


random = np.random.default_rng(1987)
cases = []
for count, total in ((0, 5), (1, 1), (1, 40), (7, 40), (39, 40), (40, 40), (100, 550_570)):
    seed, client, round_ = int(random.integers(2**63)) * 2 + 1, int(random.integers(1000)), len(cases)
    cases.append({
        "count": count, "total": total, "seed": seed, "client": client, "round": round_,
        "places": floyd(count, total, words(seed, client, round_)),
    })
Path(__file__).with_suffix(".json").write_text(json.dumps(cases, separators=(",", ":")))
