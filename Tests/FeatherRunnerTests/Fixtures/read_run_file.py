"""Opens a finished run file in h5py and in xarray through h5netcdf, and checks names, shapes and units of the format.

    python read_run_file.py FILE.h5 ROUNDS CLIENTS LATENT PARAMETERS CLASSES

Prints `opened`, or the first difference and exit status 1. Needs h5py, xarray and h5netcdf.
"""

import sys

import h5py
import numpy as np
import xarray as xr

R, C, K, P, Y = (int(argument) for argument in sys.argv[2:])
EXPECTED = {
    "metrics/test_accuracy": ((R,), "f8", "1"),
    "metrics/test_loss": ((R,), "f8", "nat"),
    "metrics/bytes_up": ((R,), "i8", "byte"),
    "metrics/bytes_down": ((R,), "i8", "byte"),
    "clients/samples": ((C,), "i8", None),
    "clients/label_histogram": ((C, Y), "i8", None),
    "clients/train_loss": ((R, C), "f8", "nat"),
    "clients/bytes_up": ((R, C), "i8", "byte"),
    "clients/relative_error": ((R, C), "f8", "1"),
    "clients/mse": ((R, C), "f8", None),
    "clients/participated": ((R, C), "u1", None),
    "latents/values": ((R, C, K), "f4", None),
    "weights/global": ((1, P), "f4", None),
}


def check(condition, message):
    if not condition:
        sys.exit(f"read_run_file.py: {message}")


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


with h5py.File(sys.argv[1]) as file:
    check(text(file.attrs["format"]) == "featherweight-run", "another format")
    check(text(file.attrs["status"]) == "complete", "another status")
    for name, (shape, kind, units) in EXPECTED.items():
        check(name in file, f"h5py: no {name}")
        node = file[name]
        check(node.shape == shape, f"h5py {name}: shape {node.shape}, not {shape}")
        check(node.dtype.str.lstrip("<|") == kind, f"h5py {name}: type {node.dtype}, not {kind}")
        found = text(node.attrs["units"])
        check(units is None or found == units, f"h5py {name}: units {found}, not {units}")
        check(len(text(node.attrs["axes"]).split()) == len(shape), f"h5py {name}: axes")
    sums = np.nansum(file["clients/bytes_up"][()], axis=1)
    check(np.array_equal(sums, file["metrics/bytes_up"][()]), "bytes_up of the clients do not add up to the round's")

for group in ("metrics", "clients", "latents", "weights"):
    with xr.open_dataset(sys.argv[1], group=group, engine="h5netcdf") as data:
        for name, (shape, _, _) in EXPECTED.items():
            if name.startswith(group + "/"):
                check(data[name.split("/")[1]].shape == shape, f"xarray {name}: shape {data[name.split('/')[1]].shape}")

print("opened")
