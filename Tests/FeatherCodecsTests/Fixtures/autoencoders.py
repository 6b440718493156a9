# Shipped halves of divided and tied autoencoders, and what they make of an update; writes autoencoders.json beside itself.
# Made with Python 3 (struct, binascii), NumPy 2.4.6; computed in float64 from the values that cross.
import binascii
import json
import struct
from pathlib import Path

import numpy as np

random = np.random.default_rng(20210807)
ACTIVATIONS = [
    lambda x: x,
    lambda x: np.maximum(x, 0),
    lambda x: np.where(x > 0, x, 0.01 * x),
    np.tanh,
    lambda x: 1 / (1 + np.exp(-x)),
]
FORMATS = ["float32", "float16", "eight"]


def payload(kind, body):
    """Magic, kind, CRC-16/XMODEM of everything else, length, body."""
    length = struct.pack("<I", len(body))
    checksum = binascii.crc_hqx(bytes([0xFE, kind]) + length + body, 0)
    return (bytes([0xFE, kind]) + struct.pack("<H", checksum) + length + body).hex()


def written(values, form):
    """The bytes of an array, and the values that they stand for."""
    values = np.float32(values).ravel()
    if form == "float32":
        return values.astype("<f4").tobytes(), values
    if form == "float16":
        return values.astype("<f2").tobytes(), np.float32(values.astype("<f2"))
    data, read = b"", []
    for start in range(0, len(values), 256):
        block = values[start:start + 256]
        scale = np.float32(np.abs(block).max() / np.float32(127))
        level = np.clip(np.rint(block / scale), -127, 127).astype(np.int8) if scale > 0 else np.zeros(len(block), np.int8)
        data += struct.pack("<f", scale) + level.tobytes()
        read.append(np.float32(level) * scale)
    return data, np.concatenate(read)


def described(kinds, widths):
    out = struct.pack("<II", len(kinds), widths[0])
    for outputs, kind in zip(widths[1:], kinds):
        out += struct.pack("<IB", outputs, kind)
    return out


def draw(widths):
    parameters = []
    for a, b in zip(widths, widths[1:]):
        parameters += [random.normal(size=(b, a)) / np.sqrt(a), 0.3 * random.normal(size=b)]
    return np.float32(np.concatenate([p.ravel() for p in parameters]))


def run(x, kinds, widths, parameters):
    place = 0
    for kind, a, b in zip(kinds, widths, widths[1:]):
        w = parameters[place:place + a * b].astype(np.float64).reshape(b, a)
        place += a * b
        x = ACTIVATIONS[kind](w @ x + parameters[place:place + b])
        place += b
    return x


def transposed(decoder, widths, biases):
    """The encoder's parameters from a tied decoder's and the encoder's biases."""
    up, weights, place = widths[::-1], [], 0
    for a, b in zip(up, up[1:]):
        weights.append(decoder[place:place + a * b].reshape(b, a).T)
        place += a * b + b
    out, place = [], 0
    for w in reversed(weights):
        out += [w.ravel(), biases[place:place + w.shape[0]]]
        place += w.shape[0]
    return np.concatenate(out)


def case(form, kind, division, tied, ship, count, networks, centre):
    """`networks`: for each the slice and its widths from its inputs to its latent."""
    update = np.float32(random.normal(size=count))
    mean = np.float32(random.normal(size=count)) if centre else None
    codes = b"" if ship == "float32" else bytes([FORMATS.index(ship)])
    encoder, decoder, heads = [], [], [b"", b""]
    for _, widths in networks:
        kinds = [kind] * (len(widths) - 1)
        heads[0] += described(kinds, widths)
        heads[1] += described(kinds[1:] + [0], widths[::-1])
        decoder.append(draw(widths[::-1]))
        encoder.append(0.3 * np.float32(random.normal(size=sum(widths[1:]))) if tied else draw(widths))
    shipped_up = [written(v, ship) for v in decoder]
    shipped_down = [written(v, "float32") for v in encoder]
    bodies = [heads[0], heads[1]]
    down_mean, up_mean = np.zeros(count), np.zeros(count)
    if centre:
        shipped_up.append(written(mean, ship))
        up_mean = shipped_up[-1][1].astype(np.float64)
        down_mean = up_mean if tied else mean.astype(np.float64)
        if not tied:
            shipped_down.append(written(mean, "float32"))
            bodies[0] += struct.pack("<I", count)
        bodies[1] += struct.pack("<I", count)
    bodies[0] += (b"\x80" if tied else b"") + b"".join(data for data, _ in shipped_down)
    bodies[1] += codes + b"".join(data for data, _ in shipped_up)

    rows = []
    for number, ((start, end), widths) in enumerate(networks):
        parameters = shipped_down[number][1]
        if tied:
            parameters = transposed(shipped_up[number][1], widths, parameters)
        x = update[start:end].astype(np.float64) - down_mean[start:end]
        x = np.concatenate([x, np.zeros(-len(x) % widths[0])]).reshape(-1, widths[0])
        rows.append([run(row, [kind] * (len(widths) - 1), widths, parameters) for row in x])
    latent = np.float32(np.concatenate([z for r in rows for z in r]))
    decoded, place = [], 0
    for number, ((start, end), widths) in enumerate(networks):
        out = []
        for _ in rows[number]:
            z = latent[place:place + widths[-1]].astype(np.float64)
            place += widths[-1]
            out.append(run(z, [kind] * (len(widths) - 2) + [0], widths[::-1], shipped_up[number][1]))
        decoded.append(np.concatenate(out)[:end - start] + up_mean[start:end])
    return {
        "form": form, "activation": kind, "tied": tied, "ship": ship, "centre": centre, "parameters": count, **division,
        "update": [float(f"{v:.9g}") for v in update], "latent": np.concatenate([z for r in rows for z in r]).tolist(),
        "latentPayload": payload(2, latent.astype("<f4").tobytes()), "decoded": np.concatenate(decoded).tolist(),
        "encoder": payload(3, bodies[0]), "decoder": payload(3, bodies[1]),
    }


cases = []
for number, (ship, tied) in enumerate([(s, t) for s in FORMATS for t in (False, True)]):
    kind = number % 5
    cases.append(case("whole", kind, {"latentTotal": 3}, tied, ship, 40, [((0, 40), [40, 9, 3])], False))
    # Three of the 5 latents go one to each slice, the other two by quotas 2 * 25 / 40 = 1.25, 0.1 and 0.65.
    slices = [(0, 25), (25, 27), (27, 40)]
    widths = [[25, 9, 2], [2, 2, 1], [13, 9, 2]]
    cases.append(case("layers", kind, {"latentTotal": 5, "slices": slices}, tied, ship, 40, list(zip(slices, widths)), False))
    # Three slices of 16, the last with 8 floats; 7 latents are 2 for each.
    for centre in (True, False):
        network = [((0, 40), [16, 9, 2])]
        cases.append(case("chunks", kind, {"latentTotal": 7, "size": 16}, tied, ship, 40, network, centre))
json.dump(cases, open(Path(__file__).with_name("autoencoders.json"), "w"))
