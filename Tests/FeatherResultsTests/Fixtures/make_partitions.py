"""Writes partitions/*.h5: partition files as other programs write them, good and bad. Needs h5py."""
import pathlib

import h5py
import numpy as np

folder = pathlib.Path(__file__).parent / "partitions"


def write(name, **arrays):
    with h5py.File(folder / name, "w") as file:
        for key, values in arrays.items():
            file["partition/" + key] = values


write("int32.h5", offsets=np.array([0, 3, 5], "i4"), indices=np.array([4, 0, 2, 3, 1], "i4"))
write("big-endian.h5", offsets=np.array([0, 3, 5], ">u2"), indices=np.array([4, 0, 2, 3, 1], ">i8"))
with h5py.File(folder / "compressed.h5", "w") as file:
    file.create_dataset("partition/offsets", data=np.array([0, 3, 5]), chunks=(2,), compression="gzip")
    file.create_dataset("partition/indices", data=np.array([4, 0, 2, 3, 1]), chunks=(2,), compression="gzip")
write("no-indices.h5", offsets=np.array([0, 3]))
write("floats.h5", offsets=np.array([0, 3]), indices=np.array([0.0, 1.0, 2.0]))
write("matrix.h5", offsets=np.array([0, 3]), indices=np.zeros((3, 1), "i8"))
write("one-offset.h5", offsets=np.array([0]), indices=np.array([0, 1, 2]))
write("short-offsets.h5", offsets=np.array([0, 2]), indices=np.array([0, 1, 2]))
write("falling-offsets.h5", offsets=np.array([0, 2, 1, 3]), indices=np.array([0, 1, 2]))
with h5py.File(folder / "absurd.h5", "w") as file:
    file["partition/offsets"] = np.array([0, 3])
    file.create_dataset("partition/indices", shape=(1 << 40,), chunks=(1024,), dtype="i8")
