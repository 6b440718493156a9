"""Harms single workers: one takes too much memory, one hangs, one crashes. Each fails its run alone, is named as what it is, and the
sweep run again ends with the same bytes."""

import os
import shutil
import signal
import subprocess
import time

from survival import HERE, Arena, arguments, check

options = arguments(__doc__).parse_args()


def wait_for_work(arena, folder, sweep):
    """Waits until a worker is at a run, and gives its number."""
    while sweep.poll() is None:
        workers = arena.workers(folder)
        if workers and list((arena.path / folder).glob("*.partial/metrics.jsonl")):
            return workers[0]
        time.sleep(0.002)


with Arena(options) as arena:
    reference = arena.undisturbed()
    compiler = shutil.which("clang") or shutil.which("cc")
    check(compiler, "needs a C compiler")
    library = arena.path / "harm.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-pthread", "-o", library, HERE / "harm.c"], check=True)
    once = arena.path / "once"
    cases = [
        ("memory", ["--memory", "600MB"], "where --memory allows 600MB"),
        ("hang", ["--timeout", "20s"], "(--timeout)"),
        ("crash", [], "SIGSEGV"),
    ]
    for name, flags, words in cases:
        harm = dict(os.environ, LD_PRELOAD=str(library), HARM_ONCE=str(once), HARM=name)
        sweep = arena.start(name, "--jobs", "2", *flags, env=harm)
        worker = wait_for_work(arena, name, sweep)
        check(worker, f"{name}: no worker was caught at work")
        if name == "hang":
            os.kill(worker, signal.SIGSTOP)
        else:
            once.touch()
        _, said = sweep.communicate()
        check(sweep.returncode == 1, f"{name}: ended with status {sweep.returncode}: {said}")
        check(words in said, f"{name}: not named: {said}")
        results = list((arena.path / name).glob("????????????.h5"))
        failures = list((arena.path / name).glob("*.partial/failure.txt"))
        check((len(results), len(failures)) == (11, 1), f"{name}: {len(results)} results, {len(failures)} failures")
        reason = failures[0].read_text().strip()
        status, said = arena.run(name, "--jobs", "2", "--quiet", "--only", "failed")
        check(status == 0, f"{name}: ended with status {status} when run again: {said}")
        arena.compare(name, reference)
        print(f"{name}: 11 runs done, 1 failed; run again, the same bytes. It said:\n  {reason}")
