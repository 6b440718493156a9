"""Runs the exported ONNX models in onnxruntime and compares them with what the run files say.

    python check_onnx.py PROGRAM SWEEP WORK

Classifiers: with the same layers in NumPy, from the weights of the run file. Encoder and decoder: the error that they leave of the pre-pass
snapshots is the one in the run file, and the decoded latents of a round are, on average, the next global model.
"""

import json
import pathlib
import subprocess
import sys

import h5py
import numpy as np
import onnx
import onnxruntime

program, sweep, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
# Two programs that add up float32 in other orders.
TOLERANCE = 1e-5
worst = {}


def require(condition, what):
    if not condition:
        sys.exit(f"check_onnx: {what}")


def compare(kind, found, expected, what):
    """Largest difference over largest magnitude."""
    require(found.shape == expected.shape, f"{what}: shape {found.shape}, expected {expected.shape}")
    difference = np.abs(found - expected).max() / max(np.abs(expected).max(), 1e-30)
    require(difference <= TOLERANCE, f"{what}: relative difference {difference:.2e}")
    worst.setdefault(kind, []).append(difference)


class Model:
    """An exported model, checked and loaded."""

    def __init__(self, path):
        onnx.checker.check_model(path, full_check=True)
        self.properties = {entry.key: entry.value for entry in onnx.load(path).metadata_props}
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.input, = self.session.get_inputs()

    def __call__(self, values):
        return self.session.run(None, {self.input.name: np.ascontiguousarray(values, np.float32)})[0]


def windows(x, size, stride):
    return np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]


ACTIVATIONS = {
    "linear": lambda x: x, "relu": lambda x: np.maximum(x, 0), "leaky-relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "tanh": np.tanh, "sigmoid": lambda x: 1 / (1 + np.exp(-x))}


def forward(file, spec, weights, x):
    """The classifier of a run in double precision."""
    if "dataset" in file:
        mean, deviation = (file[f"dataset/normalisation_{name}"][:][:, None, None] for name in ("mean", "deviation"))
        x = (x - mean) / deviation
    layout = zip(*(file[f"weights/layout/{name}"][:] for name in ("offset", "length", "shape")))
    slices = iter([weights[o:o + n].reshape([side for side in shape if side]) for o, n, shape in layout])
    model = spec["model"]
    layers = model.get("layers") or ["flatten"] + [
        {"dense": width, "activation": model["activation"]} for width in model["hidden"]] + [{"dense": 10}]
    for layer in layers:
        if layer == "flatten":
            x = x.reshape(len(x), -1)
        elif "maxPool" in layer:
            x = windows(x, layer["maxPool"], layer["stride"]).max(axis=(4, 5))
        else:
            weight, bias = next(slices), next(slices)
            if "convolution" in layer:
                padding = [(0, 0), (0, 0)] + 2 * [2 * (layer["padding"],)]
                x = windows(np.pad(x, padding), layer["kernel"], layer["stride"])
                x = np.einsum("bihwkl,oikl->bohw", x, weight) + bias[:, None, None]
            else:
                x = x @ weight.T + bias
            x = ACTIVATIONS[layer.get("activation", "linear")](x)
    return x


def check_classifier(file, spec, model, name):
    weights = file["weights/global"][-1].astype(np.float64)
    pixels = np.random.default_rng(1).random([7] + model.input.shape[1:], np.float32)
    if np.isfinite(weights).all():
        compare("classifier", model(pixels), forward(file, spec, weights, pixels.astype(np.float64)), name)


def fits(file, models):
    """Encoder and decoder by group and the round before which they were fitted, -1 for the pre-pass."""
    found = {}
    for name, model in models.items():
        if "featherweight.fit" in model.properties:
            words = model.properties["featherweight.fitted"].split()
            key = int(model.properties["featherweight.group"]), int(words[-1]) if "round" in words else -1
            found.setdefault(key, {})[model.properties["featherweight.part"]] = model
    count = file["codec/decoder"].shape[0] if "codec/decoder" in file else 0
    require(len(found) == count, f"{file.filename}: {count} fits, {len(found)} exported")
    require(all(len(halves) == 2 for halves in found.values()), f"{file.filename}: a half is missing")
    return found


def check_snapshots(file, codec, halves, name):
    """Decoding what was encoded leaves the error that the run file has."""
    weights, errors = file["prepass/weights"][:], file["prepass/relative_error"][:]
    initial = file["weights/global"][0] if codec["input"] == "difference" else 0
    for client, group in enumerate(groups(codec, len(weights))):
        encoder, decoder = (halves[group, -1][part] for part in ("encoder", "decoder"))
        for snapshot, expected in zip(weights[client], errors[client]):
            if np.isfinite(expected):
                update = snapshot - initial
                left = decoder(encoder(update[None]))[0].astype(np.float64) - update
                found = np.linalg.norm(left) / np.linalg.norm(update.astype(np.float64))
                # The error is a difference of numbers that agree but for their last digits.
                require(abs(found - expected) <= TOLERANCE, f"{name}: client {client} error {found}, expected {expected}")
                worst.setdefault("error of snapshots", []).append(abs(found - expected))


def check_rounds(file, codec, halves, name):
    """The decoded latents of a round, weighted by samples, are the next global model."""
    latents, samples = file["latents/values"][:], file["clients/samples"][:].astype(np.float64)
    weights = file["weights/global"][:].astype(np.float64)
    if "uploads" in file:
        # Upload by upload; a row for each round and client here, as in files of all clients.
        where = file["uploads/round"][:], np.searchsorted(file["client"][:], file["uploads/client"][:])
        participated = np.zeros((len(weights) - 1, len(samples)), np.uint8)
        participated[where] = 1
        listed, latents = latents, np.zeros((*participated.shape, latents.shape[1]), np.float32)
        latents[where] = listed
    else:
        participated = file["clients/participated"][:]
    for round, sent in enumerate(latents):
        took = participated[round] == 1
        if not took.any():
            require(np.array_equal(weights[round], weights[round + 1]), f"{name}: round {round} changed without uploads")
            continue
        decoded = []
        for client, group in enumerate(groups(codec, len(sent))):
            fit = max(start for owner, start in halves if owner == group and start <= round)
            decoder = halves[group, fit]["decoder"]
            width = decoder.input.shape[1]
            require(not np.any(sent[client, width:]), f"{name}: latents beyond the components of its basis")
            decoded.append(decoder(sent[client][None, :width])[0])
        mean = np.average(np.stack(decoded)[took], axis=0, weights=samples[took])
        before = weights[round] if codec["input"] == "difference" else 0
        compare("decoded latents", mean + before, weights[round + 1], f"{name}, round {round}")


def groups(codec, clients):
    return [0] * clients if codec["scope"] == "shared" else list(range(clients))


def export(folder):
    done = subprocess.run([program, "export", sweep, "--to", "onnx", "--out", folder], capture_output=True, text=True)
    require(done.returncode == 0, f"export ended with status {done.returncode}: {done.stderr}")
    return folder


def main():
    exported, again = export(work / "onnx"), export(work / "again")
    require(sorted(path.name for path in exported.iterdir()) == sorted(path.name for path in again.iterdir()), "files")
    for path in exported.iterdir():
        require(path.read_bytes() == (again / path.name).read_bytes(), f"two exports of {path.name} differ")
    count = 0
    for path in sorted(sweep.glob("[0-9a-f]" * 12 + ".h5")):
        models = {found.stem: Model(found) for found in sorted(exported.glob(path.stem + "-*.onnx"))}
        count += len(models)
        with h5py.File(path) as file:
            spec = json.loads(file.attrs["spec"])["spec"]
            for model in models.values():
                require(json.loads(model.properties["featherweight.spec"])["spec"] == spec, f"{path}: another spec")
            require(("weights/global" in file) == (path.stem + "-classifier" in models), f"{path}: classifier")
            if path.stem + "-classifier" in models:
                check_classifier(file, spec, models[path.stem + "-classifier"], path.stem)
            halves = fits(file, models)
            chain = spec["codec"] if isinstance(spec["codec"], list) else [spec["codec"]]
            # What is wrapped around a codec is in no model, and clusters are in no run file; a refit leaves its codec as it is.
            wrapped = any(wrapper["name"] != "refresh" for wrapper in chain[1:])
            if halves and not wrapped and chain[0]["scope"] != "clustered":
                if "prepass/weights" in file:
                    check_snapshots(file, chain[0], halves, path.stem)
                if "latents/values" in file and "weights/global" in file and len(file["weights/global"]) > 1:
                    check_rounds(file, chain[0], halves, path.stem)
    for kind in ("classifier", "error of snapshots", "decoded latents"):
        require(kind in worst, f"the sweep has nothing to check: {kind}")
    print(f"{count} ONNX models in onnxruntime: " + ", ".join(
        f"{kind} within {max(found):.1e} ({len(found)})" for kind, found in worst.items()))


main()
