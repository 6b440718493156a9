"""What the peers share: inputs, timing, and the line protocol of compare.py."""
import json
import pathlib
import resource
import sys
import time

import numpy
import torch


class Inputs:
    """Arrays that featherweight-bench wrote with --dump."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def array(self, name):
        """The array `name`, such as mlp-32/start, as a tensor."""
        return torch.from_numpy(numpy.load(self.folder / f"{name}.npy"))

    def digits(self, part):
        """Images [n, 784] and labels [n] of `train` or `test`."""
        return self.array(f"digits/{part}-images"), self.array(f"digits/{part}-labels").long()


def split(vector, shapes):
    """Cuts a parameter vector into tensors of `shapes`."""
    parts = []
    for shape in shapes:
        count = int(numpy.prod(shape))
        parts.append(vector[:count].view(shape))
        vector = vector[count:]
    return parts


def fill(module, vector):
    """Copies a parameter vector into a module; the order of both is that of torch.nn.Sequential."""
    with torch.no_grad():
        for parameter, part in zip(module.parameters(), split(vector, [p.shape for p in module.parameters()])):
            parameter.copy_(part)


def flat(module):
    """A module's parameters as one vector."""
    return torch.cat([parameter.detach().flatten() for parameter in module.parameters()])


def timed(body):
    """Calls `body` and returns the seconds that it took."""
    start = time.perf_counter()
    body()
    return time.perf_counter() - start


def own_peak():
    """The resident peak of this process, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def serve(work, seconds, warm_up=True, peak=own_peak):
    """Answers each line on standard input with one measurement, after a first answer that says 'ready'.

    `work(limit)` does the work once, or for about `limit` seconds where it has parts, and returns seconds, units and a list of losses
    or accuracies.
    """
    check = work(0)[2] if warm_up else []
    answer(None, check, peak())
    for _ in sys.stdin:
        rates, counted = [], 0.0
        while counted < seconds:
            took, units, check = work(seconds)
            rates.append(units / took)
            counted += took
        answer(sorted(rates)[len(rates) // 2], check, peak())


def answer(rate, check, peak):
    print(json.dumps({"rate": rate, "check": check, "peak": peak}), flush=True)
