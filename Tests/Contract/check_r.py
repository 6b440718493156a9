"""R (hdf5r) shows every array of a sweep's files: names, reversed dimensions, units, long names, axes, texts and numbers.

    python check_r.py PROGRAM SWEEP WORK
"""

import concurrent.futures
import pathlib
import subprocess
import sys

import numpy as np

from reference import arrays, check, files, has_numbers, is_text, same_reversed

SCRIPT = pathlib.Path(__file__).with_suffix(".R")


def shown_by_r(paths, out):
    """What R shows, by file and path: dimensions, numbers, units, long name, axes and texts."""
    done = subprocess.run(["Rscript", "--vanilla", SCRIPT, out, *paths], capture_output=True, text=True)
    check(done.returncode == 0, f"Rscript: status {done.returncode}: {done.stderr}")
    numbers = np.fromfile(f"{out}.bin", dtype="<f8")
    shown, position = {}, 0
    for line in pathlib.Path(f"{out}.tsv").read_text(encoding="utf-8").splitlines():
        file, path, kind, dimensions, length, *rest = line.split("\t")
        length = 0 if kind == "character" else int(length)
        values = numbers[position : position + length]
        position += length
        shown[file, "/" + path] = ([int(d) for d in dimensions.split()], values, *rest)
    check(position == len(numbers), f"R wrote {len(numbers)} numbers, {position} of them in arrays")
    return shown


def main():
    _, sweep, work = sys.argv[1:]
    paths = files(sweep)
    # R takes its time, so two of them share the files.
    with concurrent.futures.ThreadPoolExecutor() as pool:
        halves = pool.map(shown_by_r, (paths[::2], paths[1::2]), (f"{work}/first", f"{work}/second"))
    shown = dict(item for half in halves for item in half.items())
    count = 0
    for path in paths:
        for entry in arrays(path):
            place = f"{path.name}: R {entry['path']}"
            check((str(path), entry["path"]) in shown, f"{place}: missing")
            dimensions, values, units, long_name, axes, texts = shown.pop((str(path), entry["path"]))
            check(dimensions == entry["shape"][::-1], f"{place}: dimensions {dimensions}")
            check(
                (units, long_name, axes.split()) == (entry["units"], entry["long_name"], entry["axes"]),
                f"{place}: units {units!r}, long_name {long_name!r}, axes {axes!r}")
            if is_text(entry):
                check(texts.replace("\\n", "\n").split("\\0") == entry["values"], f"{place}: other texts")
            elif has_numbers(entry):
                count += 1
                same_reversed(values.reshape(dimensions, order="F"), entry, place)
    check(not shown, f"R shows arrays that h5py does not: {list(shown)[:3]}")
    print(f"{count} arrays of {len(paths)} files in R (hdf5r)")


if __name__ == "__main__":
    main()
