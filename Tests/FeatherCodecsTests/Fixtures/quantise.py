"""Reference bytes of QuantisedCodec, made by NumPy 2.4 from the wire format's description.

Usage: python3 quantise.py > quantise.json
"""
import json
import struct

import numpy as np


def quantise(values, bits):
    x = np.asarray(values, np.float32)
    if bits == 16:
        halves = x.astype("<f2")
        return halves.tobytes(), halves.astype(np.float32)
    signed = bool((x < 0).any())
    top = np.float32(2 ** (bits - 1) - 1 if signed else 2**bits - 1)
    scale = np.float32(np.abs(x).max(initial=0)) / top
    levels = np.clip(np.rint(x / scale), -top, top).astype(int) if scale > 0 else np.zeros(len(x), int)
    body = struct.pack("<f", -scale if signed else scale)
    codes = levels & (2**bits - 1)
    if bits == 4:
        codes = np.append(codes, 0) if len(codes) % 2 else codes
        codes = codes[0::2] | codes[1::2] << 4
    return body + codes.astype(np.uint8).tobytes(), (levels * scale).astype(np.float32)


random = np.random.default_rng(7)
inputs = {
    "none": [],
    "one": [0.3],
    "one negative": [-2.5],
    "zeros": [0.0] * 5,
    "behind a ReLU": np.maximum(random.normal(size=32), 0),
    "signed": random.normal(size=33) * 7,
    "wide": random.normal(size=17) * np.logspace(-6, 4, 17),
}
cases = []
for name, values in inputs.items():
    for bits in (4, 8, 16):
        body, decoded = quantise(values, bits)
        cases.append({
            "name": name, "bits": bits, "values": [float(v) for v in np.asarray(values, np.float32)],
            "body": body.hex(), "decoded": [float(v) for v in decoded],
        })
print(json.dumps(cases))
