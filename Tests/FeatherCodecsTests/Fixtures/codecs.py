# Reference bytes and errors for codecs; writes codecs.json beside itself.
# Made with Python 3 (struct, binascii), NumPy 2.4.6.
import binascii
import json
import struct
from pathlib import Path

import numpy as np

random = np.random.default_rng(20210805)
ACTIVATIONS = [
    lambda x: x,
    lambda x: np.maximum(x, 0),
    lambda x: np.where(x > 0, x, 0.01 * x),
    np.tanh,
    lambda x: 1 / (1 + np.exp(-x)),
]


def payload(kind, body):
    """Magic, kind, CRC-16/XMODEM of everything else, length, body."""
    length = struct.pack("<I", len(body))
    checksum = binascii.crc_hqx(bytes([0xFE, kind]) + length + body, 0)
    return (bytes([0xFE, kind]) + struct.pack("<H", checksum) + length + body).hex()


def packed(values):
    return np.asarray(values, dtype="<f4").tobytes()


def network(kinds, widths, weights, biases):
    description = struct.pack("<II", len(kinds), widths[0])
    for outputs, kind in zip(widths[1:], kinds):
        description += struct.pack("<IB", outputs, kind)
    return payload(3, description + b"".join(packed(w) + packed(b) for w, b in zip(weights, biases)))


def layers(widths):
    weights = [np.float32(random.normal(size=(b, a)) / np.sqrt(a)) for a, b in zip(widths, widths[1:])]
    return weights, [np.float32(0.3 * random.normal(size=b)) for b in widths[1:]]


def forward(x, kinds, weights, biases):
    for kind, w, b in zip(kinds, weights, biases):
        x = ACTIVATIONS[kind](w.astype(np.float64) @ x + b)
    return x


def halves(kind):
    down, up = [20, 9, 3], [3, 9, 20]
    encoder, decoder = layers(down), layers(up)
    x = np.float32(random.normal(size=20))
    latent = forward(x.astype(np.float64), [kind, kind], *encoder)
    return {
        "activation": kind, "update": [float(v) for v in x], "latent": latent.tolist(),
        "latentPayload": payload(2, packed(latent)),
        "decoded": forward(np.float32(latent).astype(np.float64), [kind, 0], *decoder).tolist(),
        "encoder": network([kind, kind], down, *encoder), "decoder": network([kind, 0], up, *decoder),
    }


def low_rank(rows, heldout, width, scales, noise):
    """Snapshots mean + latent · basis + noise, and the mean squared error per element that PCA leaves, by latent size."""
    basis = np.linalg.qr(random.normal(size=(width, len(scales))))[0].T
    mean = 3 + random.normal(size=width)
    every = mean + random.normal(size=(rows + heldout, len(scales))) * scales @ basis
    every = np.float32(every + noise * random.normal(size=every.shape))
    fitted, rest = every[:rows].astype(np.float64), every[rows:].astype(np.float64)
    centre = fitted.mean(axis=0)
    directions = np.linalg.svd(fitted - centre)[2]
    errors = []
    for k in range(1, len(scales) + 1):
        project = directions[:k].T @ directions[:k]
        left = lambda x: float((((x - centre) - (x - centre) @ project) ** 2).mean())
        errors.append({"latent": k, "fitted": left(fitted), "heldOut": left(rest)})
    text = lambda x: [[float(f"{v:.9g}") for v in row] for row in np.float32(x)]
    return {
        "fitted": text(fitted), "heldOut": text(rest), "pca": errors,
        "fittedVariance": float(((fitted - centre) ** 2).mean()),
        "heldOutVariance": float(((rest - centre) ** 2).mean()),
    }


values = np.float32([0.0, -0.0, 1.0, -2.5, 3.4028235e38, 1e-45, np.inf, -np.inf, np.pi])
json.dump(
    {
        "floats": {"bits": [int(b) for b in values.view(np.uint32)], "payload": payload(1, packed(values))},
        "halves": [halves(kind) for kind in range(5)],
        "lowRank": low_rank(64, 16, 40, np.array([3.0, 2.0, 1.0]), 0.05),
    },
    open(Path(__file__).with_name("codecs.json"), "w"),
)
