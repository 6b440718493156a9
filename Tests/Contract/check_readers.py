"""h5py, xarray through h5netcdf and netCDF4, netCDF4 and pandas read every array of a sweep's files alike.

    python check_readers.py PROGRAM SWEEP WORK
"""

import concurrent.futures
import sys

import h5py
import numpy as np
import pandas
import xarray

from reference import arrays, check, check_run_file, files, has_numbers, is_text, text


def check_frames(path, entries):
    """pandas shows the curves of a run, and the numbers and configurations of an index, as tables."""
    group = "/scalars" if path.name == "sweep.h5" else "/metrics"
    meant = {e["path"].rsplit("/", 1)[1]: e for e in entries if e["path"].startswith(group + "/")}
    axis = next(iter(meant.values()))["axes"][0]
    with h5py.File(path) as file:
        index = pandas.Index([text(v) for v in file[axis]] if axis == "run" else file[axis][:], name=axis)
        frame = pandas.DataFrame({name: file[group][name][:] for name in meant}, index=index)
    with xarray.open_dataset(path, group=group, engine="h5netcdf") as data:
        through = data.to_dataframe()
    for name, entry in meant.items():
        for place, column in ((f"pandas {group}", frame[name]), (f"pandas through xarray {group}", through[name])):
            check(column.index.name == axis, f"{path}: {place}: indexed by {column.index.name}")
            if is_text(entry):
                check([text(v) for v in column] == entry["values"], f"{path}: {place}/{name}: other texts")
            else:
                same = np.array_equal(column.to_numpy(), entry["values"], equal_nan=column.dtype.kind == "f")
                check(same, f"{path}: {place}/{name}: other values")


def check_file(path):
    """Reads a file with everything; gives the number of arrays of numbers in it."""
    entries = arrays(path)
    check_run_file.check_h5py(path, entries)
    check_run_file.check_xarray(path, entries, "h5netcdf")
    check_run_file.check_xarray(path, entries, "netcdf4")
    check_run_file.check_netcdf4(path, entries)
    check_frames(path, entries)
    return sum(map(has_numbers, entries))


def main():
    _, sweep, _ = sys.argv[1:]
    paths = files(sweep)
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        count = sum(pool.map(check_file, paths))
    print(f"{count} arrays of {len(paths)} files in h5py, xarray (h5netcdf, netcdf4), netCDF4 and pandas")


if __name__ == "__main__":
    main()
