"""A sweep of 24 cells that is submitted to a cluster, and what is checked of it."""

import json
import os
import pathlib
import re
import subprocess
import sys

from cluster import wait

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Survival"))
from survival import check  # noqa: E402

SPEC = pathlib.Path(__file__).resolve().parent / "sweep.yaml"
CELLS = 24


class Sweep:
    """One folder of results."""

    def __init__(self, arena, cluster, name, settings=()):
        self.arena, self.cluster = arena, cluster
        self.folder = arena.path / name
        self._settings = settings

    def featherweight(self, *command, **environment):
        return subprocess.run(
            [self.arena.program, *map(str, command)], capture_output=True, text=True, cwd=self.arena.path, timeout=240,
            env={**self.cluster.environment, **environment})

    def submit(self, *options, **environment):
        """Submits, whatever comes of it."""
        return self.featherweight(
            "submit", SPEC, *self._settings, "--out", self.folder, "--on", "slurm", "--checkpoint-every", "1 round", *options,
            **environment)

    def submitted(self, *options):
        """Submits; what was said."""
        result = self.submit(*options)
        check(result.returncode == 0, f"submit ended with status {result.returncode}: {result.stdout}{result.stderr}")
        return result.stdout

    def status(self):
        """The listing of `status`, and its warnings."""
        result = self.featherweight("status", self.folder)
        check(result.returncode == 0, f"status ended with status {result.returncode}: {result.stderr}")
        return result.stdout + result.stderr

    def jobs(self, state=None):
        """This sweep's tasks in the queue or at work."""
        submissions = [json.loads(path.read_text())["name"] for path in self.folder.glob("slurm/*/submission.json")]
        return [
            job for job in self.cluster.jobs()
            if any(job["name"].startswith(f"{name}-") for name in submissions) and state in (None, job["state"])
        ]

    def job_of(self, claim):
        """The task that a claim's process belongs to, such as 12_3."""
        owners = [job["id"] for job in self.jobs("RUNNING") if claim["pid"] in processes_of_job(job["id"])]
        check(owners, f"no task has process {claim['pid']}: {self.jobs()}")
        return owners[0]

    def parts(self):
        """How many job arrays there were, by their logs."""
        return len(list(self.folder.glob("slurm/*/logs/*")))

    def claims(self):
        """Who computes what: a dictionary for each claim of a cell."""
        found = []
        for path in self.folder.glob("*.partial/claim-*"):
            try:
                found.append({**json.loads(path.read_text()), "cell": path.parent.name.removesuffix(".partial")})
            except (OSError, ValueError):
                # It is made, or given back, at this very instant.
                continue
        return found

    def under_way(self, *nodes, since_round=2):
        """A claim of a cell that has come some rounds far, on one of some nodes; None when there is none."""
        for claim in self.claims():
            lines = self.folder / f"{claim['cell']}.partial" / "metrics.jsonl"
            if claim["host"] in nodes and lines.exists() and lines.read_text().count("\n") >= since_round:
                return claim
        return None

    def await_under_way(self, *nodes):
        found = []
        check(wait(lambda: found.append(self.under_way(*nodes)) or found[-1], 60, every=0.02), f"no cell began on {nodes}")
        return found[-1]

    def await_end(self, seconds=120):
        """Waits until no job is left."""
        check(wait(lambda: not self.jobs(), seconds, every=0.3), f"jobs go on and on: {self.jobs()}\n{self.status()}{self.logs()}")

    def finish(self, reference, seconds=120):
        """Waits for the end and compares every byte with a sweep that one machine computed."""
        self.await_end(seconds)
        try:
            count = self.arena.compare(self.folder.name, reference) - 1
        except SystemExit:
            print(self.status(), self.logs(), sep="\n")
            raise
        check(count == CELLS, f"{count} results of {CELLS} cells")

    def attempts(self):
        """The attempts at each finished cell, in order."""
        return {
            path.stem: json.loads(path.read_text())["attempts"] for path in self.folder.glob("????????????.json")
        }

    def hosts(self):
        """The nodes that finished cells."""
        return sorted({history[-1]["host"] for history in self.attempts().values()})

    def logs(self):
        """What the tasks said."""
        return "".join(
            f"== {log.relative_to(self.folder)}\n{log.read_text()}" for log in sorted(self.folder.glob("slurm/*/**/*.log")))


def processes_of_job(job):
    """Every process of a task of a job array, by its environment; Slurm's own step manager has none of it."""
    array, index = job.split("_")
    found = []
    for entry in filter(str.isdigit, os.listdir("/proc")):
        try:
            lines = pathlib.Path("/proc", entry, "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"SLURM_ARRAY_JOB_ID={array}".encode() in lines and f"SLURM_ARRAY_TASK_ID={index}".encode() in lines:
            found.append(int(entry))
    return found


def says(text, *patterns):
    """Checks that a text has something of each pattern."""
    for pattern in patterns:
        check(re.search(pattern, text), f"'{pattern}' is not in:\n{text}")
