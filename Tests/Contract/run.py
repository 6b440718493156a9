"""Opens the results of a sweep with the programs that they are meant for: runs every check_*.py here.

    python run.py PROGRAM [--only NAME]... [--sweep DIR]

Computes contract.yaml once with PROGRAM, the featherweight binary, and runs each check as `check_NAME.py PROGRAM SWEEP WORK`, with an empty
folder WORK of its own. A line per check; exit status 1 where any failed.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


def compute(program, folder):
    started = time.monotonic()
    done = subprocess.run(
        [program, "run", HERE / "contract.yaml", "--out", folder, "--jobs", "2", "--quiet"], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"contract: the sweep ended with status {done.returncode}:\n{done.stdout}{done.stderr}")
    print(f"contract: the sweep was computed in {time.monotonic() - started:.1f} s", flush=True)


def run_check(script, program, sweep, scratch):
    """Whether a check passes; says so in a line, and what it said where it fails."""
    work = scratch / script.stem
    work.mkdir()
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, script, program, sweep, work], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    seconds = time.monotonic() - started
    passed = done.returncode == 0
    said = done.stdout.strip().splitlines()
    print(f"{'passed' if passed else 'FAILED'}  {script.stem}  {seconds:.1f} s  {said[-1] if said else ''}", flush=True)
    if not passed:
        print(done.stdout + done.stderr, flush=True)
    return passed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", help="the featherweight program")
    parser.add_argument("--only", action="append", metavar="NAME", help="run check_NAME.py alone; may be repeated")
    parser.add_argument("--sweep", help="the finished sweep of contract.yaml, instead of computing it")
    options = parser.parse_args()
    scripts = sorted(HERE.glob("check_*.py"))
    if options.only:
        known = {script.stem.removeprefix("check_"): script for script in scripts}
        unknown = sorted(set(options.only) - set(known))
        if unknown:
            sys.exit(f"contract: no check {', '.join(unknown)}; there are {', '.join(known)}")
        scripts = [known[name] for name in known if name in options.only]
    program = pathlib.Path(options.program).resolve()
    with tempfile.TemporaryDirectory(prefix="featherweight-contract-") as scratch:
        scratch = pathlib.Path(scratch)
        sweep = pathlib.Path(options.sweep).resolve() if options.sweep else scratch / "sweep"
        if not options.sweep:
            compute(program, sweep)
        started = time.monotonic()
        failed = sum(not run_check(script, program, sweep, scratch) for script in scripts)
    print(f"contract: {len(scripts) - failed} passed, {failed} failed, in {time.monotonic() - started:.0f} s")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
