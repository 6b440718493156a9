"""Octave shows every array of numbers of a sweep's files: octave-netcdf's ncread, and load -hdf5 of the whole file.

    python check_octave.py PROGRAM SWEEP WORK

load -hdf5 drops what comes after the first thing that it cannot read, such as a text that is marked as UTF-8.
"""

import concurrent.futures
import pathlib
import subprocess
import sys

import numpy as np

from reference import arrays, check, files, has_numbers, same_reversed

SCRIPT = pathlib.Path(__file__).with_suffix(".m")
CLASSES = {"single": "f4", "double": "f8", "int64": "i8", "uint8": "u1"}


def shown_by_octave(asked, out):
    """What Octave shows of what is asked: class, dimensions, units and long name, and the bytes of the numbers."""
    listed = pathlib.Path(f"{out}.list")
    listed.write_text("".join(f"{how}\t{path}\t{entry['path']}\n" for how, path, entry in asked))
    done = subprocess.run(["octave-cli", "--norc", SCRIPT, listed, out], capture_output=True, text=True)
    check(done.returncode == 0, f"octave-cli: status {done.returncode}: {done.stderr[-2000:]}")
    lines = pathlib.Path(f"{out}.tsv").read_text(encoding="utf-8").splitlines()
    check(len(lines) == len(asked), f"Octave shows {len(lines)} arrays, not {len(asked)}")
    return lines, pathlib.Path(f"{out}.bin").read_bytes()


def check_shown(asked, lines, numbers):
    position = 0
    for (how, path, entry), line in zip(asked, lines):
        place = f"{path.name}: Octave {how} {entry['path']}"
        name, dimensions, units, long_name = line.split("\t")
        dimensions = [int(d) for d in dimensions.split()]
        # load -hdf5 widens f4 to double.
        meant = "f8" if how == "load" and entry["type"] == "f4" else entry["type"]
        check(CLASSES[name] == meant, f"{place}: class {name}")
        count = int(np.prod(dimensions))
        kind = np.dtype(meant)
        values = np.frombuffer(numbers, kind, count, position)
        position += count * kind.itemsize
        if how == "ncread":
            check((units, long_name) == (entry["units"], entry["long_name"]), f"{place}: {units!r}, {long_name!r}")
        elif len(entry["shape"]) == 1:
            # load -hdf5 makes rows of vectors.
            check(count == 0 or dimensions[0] == 1, f"{place}: dimensions {dimensions}")
            dimensions = [count]
        same_reversed(values.reshape(dimensions, order="F"), entry, place)
    check(position == len(numbers), "Octave wrote other numbers too")


def main():
    _, sweep, work = sys.argv[1:]
    paths = files(sweep)
    asked = []
    for path in paths:
        entries = arrays(path)
        numeric = list(filter(has_numbers, entries))
        asked += [("ncread", path, entry) for entry in numeric]
        asked += [("load", path, entry) for entry in numeric]
    # Octave takes its time, so two of them share the files.
    middle = paths[len(paths) // 2]
    halves = [[a for a in asked if a[1] < middle], [a for a in asked if a[1] >= middle]]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        for half, shown in zip(halves, pool.map(shown_by_octave, halves, (f"{work}/first", f"{work}/second"))):
            check_shown(half, *shown)
    loads = sum(how == "load" for how, _, _ in asked)
    print(f"{loads} arrays of {len(paths)} files in Octave: ncread and load -hdf5")


if __name__ == "__main__":
    main()
