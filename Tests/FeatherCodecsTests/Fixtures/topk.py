# Reference places and bytes for TopKCodec and STCCodec; writes topk.json beside itself.
# Made with Python 3, NumPy 2.4.6.
import json
import math
from pathlib import Path

import numpy as np


def low_bits(count, total):
    """b* of arXiv:1903.02891, for count <= total / 2."""
    golden = (math.sqrt(5) + 1) / 2
    return max(0, 1 + math.floor(math.log2(math.log(golden - 1) / math.log(1 - count / total))))


def code(places, total):
    """Gaps as text, one character a bit, in the order of the bits: ones, a zero, the low bits, lowest first."""
    if 2 * len(places) > total:
        places = sorted(set(range(total)) - set(places))
    if not places:
        return ""
    b = low_bits(len(places), total)
    text = ""
    for gap in np.diff([-1] + places):
        quotient, rest = divmod(int(gap) - 1, 2**b)
        text += "1" * quotient + "0" + (format(rest, f"0{b}b")[::-1] if b else "")
    return text


def packed(text):
    text += "0" * (-len(text) % 8)
    return bytes(int(text[i:i + 8][::-1], 2) for i in range(0, len(text), 8))


random = np.random.default_rng(1903)
cases = []
for total, count in (
    (1, 1), (2, 1), (17, 3), (50, 1), (200, 2), (200, 20), (200, 60), (200, 100), (200, 150), (60, 60), (900, 45)
):
    x = np.float32(random.normal(size=total) * 10.0 ** random.integers(-3, 3, total))
    # Equal magnitudes of both signs at the limit of what is kept.
    if total >= 200:
        limit = np.sort(np.abs(x))[-count]
        x[random.permutation(total)[:10]] = limit * random.choice([-1, 1], 10)
    places = sorted(int(i) for i in np.argsort(-np.abs(x), kind="stable")[:count])
    kept = x[places]
    mean = np.float32(math.fsum(abs(float(v)) for v in kept) / count)
    decoded, ternary = np.zeros(total, np.float32), np.zeros(total, np.float32)
    decoded[places] = kept
    ternary[places] = np.where(kept < 0, -mean, mean)
    text = code(places, total)
    signs = "".join("1" if v < 0 else "0" for v in kept)
    cases.append({
        "count": count, "values": [float(f"{v:.9g}") for v in x], "places": places,
        "body": (packed(text) + kept.astype("<f4").tobytes()).hex(), "decoded": [float(f"{v:.9g}") for v in decoded],
        "stcBody": (np.array([mean], "<f4").tobytes() + packed(text + signs)).hex(),
        "stcDecoded": [float(f"{v:.9g}") for v in ternary],
    })
Path(__file__).with_suffix(".json").write_text(json.dumps(cases, separators=(",", ":")))
