"""Asks a sweep to stop, by SIGTERM, while it is in each of its stages, and runs it again: the same bytes."""

import json
import signal
import subprocess
import time

from survival import Arena, arguments, check

options = arguments(__doc__).parse_args()
# Sealing takes a moment where files are large.
BIG = ["--set", "model.hidden=[40]", "--checkpoint-every", "1 round"]


def reached(stage, event):
    """Whether an event says that a run is in a stage; it is sealed after its last round."""
    if stage == "sealing":
        return event["event"] == "cell_round" and event["round"] == event["of"]
    if stage == "rounds":
        return event["event"] == "cell_round" and event["round"] == 5
    return event["event"] == "cell_progress" and event["stage"] == stage and event["done"] == 0


with Arena(options) as arena:
    spec = arena.spec_without("synthetic-colours")
    reference = arena.undisturbed(*BIG, spec=spec)
    for signals in (1, 2):
        for stage in ["data", "prepass", "fit", "validation", "rounds", "sealing"]:
            folder = f"{stage}-{signals}"
            sweep = arena.start(folder, *BIG, "--log-format", "json", spec=spec)
            for line in sweep.stderr:
                if line.startswith("{") and reached(stage, json.loads(line)):
                    break
            asked = time.monotonic()
            for _ in range(signals):
                sweep.send_signal(signal.SIGTERM)
                time.sleep(0.01)
            _, said = sweep.communicate()
            waited = time.monotonic() - asked
            check(sweep.returncode == 130, f"{stage}: ended with status {sweep.returncode}: {said}")
            check(not arena.workers(folder) or signals == 2, f"{stage}: a worker outlived the sweep")
            status = subprocess.run(
                [arena.program, "status", str(arena.path / folder)], capture_output=True, text=True).stdout
            check(" failed" not in status, f"{stage}: a run was said to have failed: {status}")
            code, said = arena.run(folder, *BIG, "--quiet", spec=spec)
            check(code == 0, f"{stage}: ended with status {code} when run again: {said}")
            arena.compare(folder, reference)
            print(f"{signals} x SIGTERM in {stage}: exit 130 after {waited:.2f} s, then the same bytes")
