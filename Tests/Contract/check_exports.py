"""Opens the plain exports of a sweep in pandas, NumPy, safetensors and unzip, and compares every value with h5py's reading of the runs.

    python check_exports.py PROGRAM SWEEP WORK
"""

import csv
import json
import pathlib
import shutil
import subprocess
import sys

import h5py
import numpy as np
import pandas as pd
from safetensors import safe_open
from safetensors.numpy import load_file

program, sweep, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
files = {path.stem: h5py.File(path) for path in sorted(sweep.glob("*.h5")) if path.stem != "sweep"}
TEXT = {"run": str}


def require(condition, what):
    if not condition:
        sys.exit(f"check_exports: {what}")


def export(source, form, *options, status=0):
    """The folder of an export, which is made twice with the same bytes."""
    folders = [work / f"{form}{len(list(work.iterdir()))}{place}" for place in "ab"]
    for folder in folders:
        done = subprocess.run(
            [program, "export", source, "--to", form, "--out", folder, *options], capture_output=True, text=True)
        require(done.returncode == status, f"export --to {form} ended with {done.returncode}: {done.stderr}")
    first, second = ({path.name: path.read_bytes() for path in folder.iterdir()} for folder in folders)
    require(first == second, f"two exports to {form} differ")
    shutil.rmtree(folders[1])
    return folders[0], done.stderr


def text(dataset):
    return np.asarray(dataset.asstr()[()])


def arrays(file):
    """Every array of a run file that has elements, by its path."""
    found = {}

    def visit(path, item):
        if isinstance(item, h5py.Dataset) and "not a netCDF variable" not in str(item.attrs.get("NAME", b"")):
            found[path] = text(item) if item.dtype.kind == "S" else item[()]

    file.visititems(visit)
    found.pop("seal", None)
    return found


def same(found, expected):
    expected = np.asarray(expected, dtype=float)
    return found.shape == expected.shape and np.array_equal(found.to_numpy(dtype=float), expected, equal_nan=True)


def check_csv():
    folder, _ = export(sweep, "csv")
    tables = {path.name: pd.read_csv(path, dtype=TEXT) for path in folder.iterdir()}
    for path in folder.iterdir():
        with open(path, newline="") as file:
            require(len({len(row) for row in csv.reader(file)}) == 1, f"{path.name} has rows of several lengths")
        require(b"\r" not in path.read_bytes(), f"{path.name} has carriage returns")
    runs = tables["runs.csv"].set_index("run")
    require(set(runs.index) == set(files) and len(runs) == len(files), "runs.csv does not have every run once")
    cells = 0
    for run, file in files.items():
        row = runs.loc[run]
        require(row["status"] == file.attrs["status"].decode(), f"{run}: status is {row['status']}")
        for name, value in file["config"].attrs.items():
            expected = value.decode() if isinstance(value, bytes) else value
            found = row[name]
            equal = str(found) == expected if isinstance(expected, str) else float(found) == float(expected)
            require(equal, f"{run}: {name} is {found!r}, expected {expected!r}")
        for name, array in file["ledger"].items():
            if array.shape == ():
                require(np.array_equal(float(row[name]), float(array[()]), equal_nan=True), f"{run}: {name} differs")
        accuracy = file["metrics/test_accuracy"][:]
        if len(accuracy):
            require(row["final_test_accuracy"] == accuracy[-1], f"{run}: final_test_accuracy differs")
            require(row["best_test_accuracy"] == accuracy.max(), f"{run}: best_test_accuracy differs")
        wide = tables["metrics.csv"].query("run == @run")
        long = tables["metrics-long.csv"].query("run == @run")
        for name, curve in file["metrics"].items():
            require(same(wide[name], curve[:]), f"{run}: {name} differs in metrics.csv")
            require(same(long[long.metric == name].value, curve[:]), f"{run}: {name} differs in metrics-long.csv")
        require(len(long) == len(accuracy) * len(file["metrics"]), f"{run}: metrics-long.csv has {len(long)} rows")
        clients = tables["clients.csv"].query("run == @run")
        if "uploads" in file:
            for name in ["round", "client", "train_loss", "bytes_up", "relative_error", "mse"]:
                require(same(clients[name], file["uploads"][name][:]), f"{run}: {name} differs in clients.csv")
            require((clients.participated == 1).all(), f"{run}: clients.csv lists who did not take part")
        else:
            for name in ["train_loss", "bytes_up", "relative_error", "mse", "participated"]:
                require(same(clients[name], file["clients"][name][:].ravel()), f"{run}: {name} differs in clients.csv")
        ledger = tables["ledger.csv"].query("run == @run")
        require(list(ledger.entry) == list(text(file["ledger/entry"])), f"{run}: entries differ in ledger.csv")
        for name in ["messages", "body_bytes", "header_bytes"]:
            require(same(ledger[name], file["ledger"][name][:]), f"{run}: {name} differs in ledger.csv")
        cells += wide.size + long.size + clients.size + ledger.size
    columns = tables["columns.csv"]
    for name in set(tables) - {"columns.csv"}:
        known = columns[columns.file == name]
        require(list(known.column) == list(tables[name].columns), f"columns.csv does not name the columns of {name}")
        require(known.long_name.notna().all() and known.unit.notna().all(), f"columns.csv lacks words for {name}")
    return cells


def strict(line):
    def refuse(constant):
        sys.exit(f"check_exports: JSON with {constant}")

    return json.loads(line, parse_constant=refuse)


def check_jsonl():
    folder, _ = export(sweep, "jsonl")
    runs = [strict(line) for line in (folder / "runs.jsonl").read_text().splitlines()]
    require({run["run"] for run in runs} == set(files), "runs.jsonl does not have every run")
    frame = pd.read_json(folder / "metrics.jsonl", lines=True, dtype=TEXT)
    for run in runs:
        file = files[run["run"]]
        require(run["status"] == file.attrs["status"].decode(), f"{run['run']}: status differs in runs.jsonl")
        for name, curve in file["metrics"].items():
            found = np.array([np.nan if value is None else value for value in run["curves"][name]], dtype=float)
            expected = np.where(np.isfinite(curve[:]), curve[:], np.nan)
            require(np.array_equal(found, expected, equal_nan=True), f"{run['run']}: {name} differs in runs.jsonl")
            column = frame[frame.run == run["run"]].get(name, pd.Series(dtype=float))
            # pandas reads decimals with its own, faster conversion, which may be off by the last bit.
            require(
                np.allclose(column.to_numpy(dtype=float), expected, rtol=1e-12, equal_nan=True),
                f"{run['run']}: {name} differs in metrics.jsonl")
        for key, value in file["config"].attrs.items():
            section, _, name = key.partition(".")
            found = run["config"][section][name] if name else run["config"][section]
            value = value.decode() if isinstance(value, bytes) else value
            require(isinstance(found, (list, dict)) or str(value) == str(found) or value == found, f"{key}: {found!r}")
    pd.json_normalize(runs)
    return len(runs)


def check_npz():
    folder, _ = export(sweep, "npz")
    count = 0
    for run, file in files.items():
        path = folder / f"{run}.npz"
        done = subprocess.run(["unzip", "-tq", path], capture_output=True, text=True)
        require(done.returncode == 0, f"unzip -t {path.name}: {done.stdout}{done.stderr}")
        archive = np.load(path)
        require(archive["run_id"].item() == run, f"{run}: run_id is {archive['run_id']}")
        require(archive["status"].item() == file.attrs["status"].decode(), f"{run}: status is {archive['status']}")
        expected = arrays(file)
        require(set(archive.files) - {"run_id", "status"} == set(expected), f"{run}: arrays differ: "
                f"{sorted(set(archive.files) ^ set(expected))}")
        for name, value in expected.items():
            found, value = archive[name], np.asarray(value)
            if found.dtype.kind == "U":
                require(found.shape == value.shape and np.array_equal(found, value.astype(found.dtype)), f"{run}: {name}")
                continue
            require(found.dtype == value.dtype and found.shape == value.shape, f"{run}: {name} is {found.dtype} {found.shape}")
            require(np.array_equal(found, value, equal_nan=found.dtype.kind == "f"), f"{run}: {name} differs")
            count += 1
    return count


ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "leaky-relu": lambda x: np.where(x > 0, x, 0.01 * x),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}


def network(tensors, start, x, inside, last):
    """Dense layers `start`.0, `start`.1, … of rows x, in double precision."""
    layers = 0
    while f"{start}.{layers}.weight" in tensors:
        layers += 1
    for layer in range(layers):
        x = x @ tensors[f"{start}.{layer}.weight"].T.astype(float) + tensors[f"{start}.{layer}.bias"]
        x = (last if layer == layers - 1 else inside)(x)
    return x


def decoded(encoder, decoder, fit, config, parts, x):
    """What an autoencoder or a basis of the exported files makes of updates, shape [n, P]."""
    e, d = f"{fit}.encoder", f"{fit}.decoder"
    mean = decoder.get(f"{d}.mean", np.zeros(1)).astype(float)
    x = x - mean
    if f"{d}.components" in decoder:
        basis = decoder[f"{d}.components"].astype(float)
        return x @ basis.T @ basis + mean
    inside, linear = ACTIVATIONS[config["codec.activation"].decode()], ACTIVATIONS["linear"]
    division = config.get("codec.division", b"whole")
    if division == b"chunks":
        width = int(config["codec.chunk"])
        rows = np.pad(x, ((0, 0), (0, -x.shape[1] % width))).reshape(-1, width)
        y = network(decoder, d, network(encoder, e, rows, inside, inside), inside, linear)
        return y.reshape(len(x), -1)[:, : x.shape[1]] + mean
    outputs = []
    for name, part in parts.items() if division == b"layers" else [("", slice(None))]:
        dot = f".{name}" if name else ""
        latent = network(encoder, e + dot, x[:, part], inside, inside)
        outputs.append(network(decoder, d + dot, latent, inside, linear))
    return np.concatenate(outputs, axis=1) + mean


def check_safetensors():
    folder, said = export(sweep, "safetensors", "--checkpoint", "all")
    tensors, codecs = 0, 0
    for run, file in files.items():
        config = file["config"].attrs
        layout = file["weights/layout"]
        names, offsets, lengths = text(layout["slice"]), layout["offset"][:], layout["length"][:]
        weights = file["weights/global"][:] if "weights/global" in file else []
        rounds = file["weights/checkpoint"][:] if len(weights) else []
        found = sorted(path.name for path in folder.glob(f"{run}-weights*"))
        require(found == sorted(f"{run}-weights-{r}.safetensors" for r in rounds), f"{run}: weights are {found}")
        for number, r in enumerate(rounds):
            path = folder / f"{run}-weights-{r}.safetensors"
            loaded = load_file(path)
            require(set(loaded) == set(names), f"{run}: weights are {sorted(loaded)}")
            for name, offset, length, shape in zip(names, offsets, lengths, layout["shape"][:]):
                value = weights[number, offset : offset + length].reshape([n for n in shape if n > 0])
                require(loaded[name].dtype == np.float32 and np.array_equal(loaded[name], value), f"{run}: {name} differs")
                tensors += 1
            with safe_open(path, "np") as opened:
                require(opened.metadata()["run"] == run and opened.metadata()["rounds"] == str(r), f"{run}: metadata")
        if "codec/decoder" not in file:
            require(not (folder / f"{run}-decoder.safetensors").exists(), f"{run}: a decoder from nowhere")
            continue
        decoder = load_file(folder / f"{run}-decoder.safetensors")
        encoder = {} if config["codec.name"] == b"pca" else load_file(folder / f"{run}-encoder.safetensors")
        stored = file["codec/decoder"][:]
        require(
            sum(tensor.size for tensor in decoder.values()) == np.isfinite(stored).sum(), f"{run}: decoders of other sizes")
        tensors += len(encoder) + len(decoder)
        # Shapes and order are right if the halves make of every snapshot what the run measured that they made of it.
        if "prepass/weights" not in file or config["codec.input"] != b"weights":
            continue
        prefixes = [str(name).split(".")[0] for name in names]
        parts = {p: slice(min(o for o, q in zip(offsets, prefixes) if q == p),
                          max(o + n for o, n, q in zip(offsets, lengths, prefixes) if q == p)) for p in prefixes}
        shared = config["codec.scope"] == b"shared"
        for client, snapshots in enumerate(file["prepass/weights"][:].astype(float)):
            kept = np.isfinite(snapshots[:, 0])
            x = snapshots[kept]
            y = decoded(encoder, decoder, f"fit{0 if shared else client}", config, parts, x)
            error = np.linalg.norm(y - x, axis=1) / np.linalg.norm(x, axis=1)
            expected = file["prepass/relative_error"][client][kept]
            # The run computes in float32, and with fewer bits per latent where it quantises.
            tolerance = 1e-3 if config.get("codec.quantise", b"none") == b"none" else 0.1
            require(np.allclose(error, expected, rtol=tolerance, atol=1e-6), f"{run}: errors {error}, expected {expected}")
            codecs += 1
    require("store.weights: final" in said and "store.codec: true" in said, f"nothing is said of what is left out: {said}")
    return tensors, codecs


def check_refusals():
    """A damaged run is named and the others are exported; what cannot be done is said, with status 1."""
    run = sorted(files)[0]
    damaged = work / "damaged"
    shutil.copytree(sweep, damaged)
    content = bytearray((sweep / f"{run}.h5").read_bytes())
    content[len(content) // 2] ^= 255
    (damaged / f"{run}.h5").write_bytes(content)
    folder, said = export(damaged, "jsonl", status=1)
    require(run in said, f"the damaged run {run} is not named: {said}")
    require(len((folder / "runs.jsonl").read_text().splitlines()) == len(files) - 1, "other runs than the damaged are missing")
    (work / "file").write_text("")
    for source, form, options in [
        (sweep, "csv", ["--where", "id=nothing"]), (sweep, "csv", ["--out", work / "file" / "below"]),
        (damaged / f"{run}.h5", "npz", []), (sweep / "sweep.h5", "csv", []), (sweep, "safetensors", ["--checkpoint", "999"]),
    ]:
        options = ["--out", work / "refused", *options]
        done = subprocess.run([program, "export", source, "--to", form, *options], capture_output=True, text=True)
        require(done.returncode == 1 and done.stderr.startswith("error: ") and done.stdout == "", f"{source} {options}: {done}")
    one, _ = export(sweep / f"{run}.h5", "npz")
    require([path.name for path in one.iterdir()] == [f"{run}.npz"], "one file's export is not one archive")


cells = check_csv()
runs = check_jsonl()
count = check_npz()
tensors, codecs = check_safetensors()
check_refusals()
print(f"{runs} runs: {cells} cells, {count} arrays and {tensors} tensors equal h5py's; {codecs} exported codecs compute what the run did")
