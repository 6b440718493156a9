"""Kills a sweep at random instants, again and again, and checks that it ends with the bytes of one that nobody disturbed.

Every kill is SIGKILL, to the process that was started or to a single worker; the sweep is then started again.
"""

import os
import random
import signal
import subprocess
import time

from survival import Arena, arguments, check

parser = arguments(__doc__)
parser.add_argument("--kills", type=int, default=200, help="how many kills (default: 200)")
parser.add_argument("--seed", type=int, default=1, help="of the random instants")
parser.add_argument("--every", default="1 round", help="how often runs are set down")
options = parser.parse_args()
draw = random.Random(options.seed)

with Arena(options) as arena:
    start = time.monotonic()
    reference = arena.undisturbed("--checkpoint-every", "never")
    whole = time.monotonic() - start
    kills, passes, resumed, begun = 0, 0, 0, time.monotonic()
    for name in range(1_000_000):
        folder = f"storm-{name}"
        # One sweep after another, each killed as often as it takes to finish it, until there were enough kills.
        while True:
            sweep = arena.start(folder, "--jobs", "2", "--quiet", "--checkpoint-every", options.every)
            try:
                # On average some tenth of the sweep gets done between two kills.
                _, said = sweep.communicate(timeout=draw.expovariate(10 / whole) if kills < options.kills else None)
            except subprocess.TimeoutExpired:
                victims = [sweep.pid] if draw.random() < 0.7 else arena.workers(folder) or [sweep.pid]
                try:
                    os.kill(draw.choice(victims), signal.SIGKILL)
                except ProcessLookupError:
                    continue
                finally:
                    kills += 1
                if victims == [sweep.pid]:
                    sweep.wait()
                else:
                    os.killpg(sweep.pid, signal.SIGKILL)
                    sweep.wait()
                continue
            if sweep.returncode == 0:
                break
            check(sweep.returncode == 1 and "signal 9" in said, f"the sweep ended with status {sweep.returncode}: {said}")
        passes += 1
        files = arena.compare(folder, reference)
        if kills >= options.kills:
            break
    seconds = time.monotonic() - begun
    print(
        f"{kills} kills over {passes} sweeps of {files - 1} runs: every file has the bytes of the undisturbed sweep "
        f"({whole:.1f} s undisturbed, {seconds:.0f} s disturbed)")
