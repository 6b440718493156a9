"""What a result file holds, as h5py reads it: the reference that every other reader is compared with.

h5py itself is held to what the writer meant by `check_run_file.check_h5py`, which computes the digests in the file anew: they were
taken of names, types, shapes, values and attributes before HDF5 wrote anything.
"""

import pathlib
import sys

import h5py
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/FeatherResultsTests/Fixtures"))
import check_run_file  # noqa: E402
from check_run_file import check, is_bare, text  # noqa: E402, F401


def files(sweep):
    """The run files of a sweep, then its index."""
    runs = sorted(pathlib.Path(sweep).glob("[0-9a-f]" * 12 + ".h5"))
    check(runs, f"{sweep} holds no run files")
    return runs + [pathlib.Path(sweep) / "sweep.h5"]


def arrays(path):
    """Every array of a file but its seal, in the form of check_run_file's entries."""
    found = []

    def visit(name, node):
        if not isinstance(node, h5py.Dataset) or name == "seal":
            return
        axes = text(node.attrs["axes"]).split() if "axes" in node.attrs else []
        kind = f"S{node.dtype.itemsize}" if node.dtype.kind == "S" else node.dtype.str[1:]
        values = node[()]
        if node.dtype.kind == "S":
            values = [text(value) for value in np.ravel(values)]
        found.append({
            "path": "/" + name, "type": "dimension" if is_bare(node) else kind, "shape": list(node.shape), "axes": axes,
            "units": text(node.attrs["units"]), "long_name": text(node.attrs["long_name"]), "values": values})

    # Links into other files are not followed by a visit.
    with h5py.File(path) as file:
        file.visititems(visit)
    return found


def is_text(entry):
    return entry["type"].startswith("S")


def has_numbers(entry):
    return not is_text(entry) and entry["type"] != "dimension"


def same_reversed(found, entry, place):
    """Whether a reader that shows dimensions reversed, and may drop lengths of 1 at the end, shows the same numbers.

    `found` is what it shows, in its own order of dimensions.
    """
    found = np.asarray(found)
    meant = np.asarray(entry["values"]).T

    def kept(shape):
        shape = list(shape)
        while shape and shape[-1] == 1:
            shape.pop()
        return shape

    check(kept(found.shape) == kept(meant.shape), f"{place}: shape {found.shape}, not {meant.shape}")
    check(
        np.array_equal(found.reshape(meant.shape), meant, equal_nan=meant.dtype.kind == "f"),
        f"{place}: other values")
