"""Reads the exported event files with TensorBoard, and compares every point with h5py's reading of the run files.

    python check_tensorboard.py PROGRAM SWEEP WORK
"""

import pathlib
import subprocess
import sys

import h5py
import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.plugins.hparams import metadata

program, sweep, work = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])


def require(condition, what):
    if not condition:
        sys.exit(f"check_tensorboard: {what}")


def expected(file):
    """The curves of a run: values by tag and round."""
    curves = {f"metrics/{name}": array[:] for name, array in file["metrics"].items()}
    # Where uploads are listed one by one there are too many clients for a curve each.
    took = file["clients/participated"][:] == 1 if "uploads" not in file else np.zeros((0, 0), bool)
    for name, array in file["clients"].items():
        if array.shape == took.shape and name != "participated" and array.attrs["axes"] == b"round client":
            values = np.where(took, array[:], np.nan)
            curves |= {f"clients/{name}/{client:02}": values[:, client] for client in range(took.shape[1])}
    points = {tag: {r: v for r, v in enumerate(values) if not np.isnan(v)} for tag, values in curves.items()}
    return {tag: values for tag, values in points.items() if values}


def check_run(file, folder):
    path, = folder.iterdir()
    reader = EventAccumulator(str(path), size_guidance={"scalars": 0})
    reader.Reload()
    require(reader.file_version == 2.0, f"{path}: version {reader.file_version}")
    curves = expected(file)
    require(sorted(reader.Tags()["scalars"]) == sorted(curves), f"{path}: tags {reader.Tags()['scalars']}")
    for tag, values in curves.items():
        points = reader.Scalars(tag)
        require([point.step for point in points] == list(values), f"{path}: {tag} has other rounds")
        require([point.wall_time for point in points] == list(values), f"{path}: {tag} has other times")
        # TensorBoard's scalars are float32.
        require(
            [point.value for point in points] == [float(np.float32(value)) for value in values.values()],
            f"{path}: {tag} has other values")
    check_hparams(file, path)
    return sum(map(len, curves.values()))


def check_hparams(file, path):
    """The configuration, under the tags that the hparams plugin reads, is that of /config."""
    content = {
        value.tag: value.metadata.plugin_data.content for event in EventFileLoader(str(path)).Load()
        for value in event.summary.value if value.metadata.plugin_data.plugin_name == metadata.PLUGIN_NAME}
    start = metadata.parse_session_start_info_plugin_data(content[metadata.SESSION_START_INFO_TAG])
    end = metadata.parse_session_end_info_plugin_data(content[metadata.SESSION_END_INFO_TAG])
    require((end.status == 1) == (file.attrs["status"] == b"complete"), f"{path}: status {end.status}")
    found = {key: getattr(value, value.WhichOneof("kind")) for key, value in start.hparams.items()}
    config = {}
    for key, value in file["config"].attrs.items():
        config[key] = value.decode() if isinstance(value, bytes) else bool(value) if value.dtype == np.uint8 else float(value)
    require(found == config, f"{path}: other hparams")


def main():
    exported = work / "tensorboard"
    done = subprocess.run(
        [program, "export", sweep, "--to", "tensorboard", "--out", exported], capture_output=True, text=True)
    require(done.returncode == 0, f"export ended with status {done.returncode}: {done.stderr}")
    runs = sorted(sweep.glob("[0-9a-f]" * 12 + ".h5"))
    require([run.stem for run in runs] == sorted(folder.name for folder in exported.iterdir()), "other runs")
    points = 0
    for run in runs:
        with h5py.File(run) as file:
            points += check_run(file, exported / run.stem)
    require(points > 0, "the sweep has no points")
    print(f"TensorBoard reads {points} points and the hparams of {len(runs)} runs")


main()
