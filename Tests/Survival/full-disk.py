"""Lets a sweep fill a file system of 20 MB: a clear error, earlier results whole; with more room the sweep ends with the same bytes.

Twice: as it comes, and with a file that takes all room away while runs are at work. Needs the right to mount; without it, says so.
"""

import contextlib
import subprocess
import sys
import time

from survival import Arena, arguments, check

options = arguments(__doc__).parse_args()
# Runs of several megabytes each.
BIG = ["--set", "model.hidden=[100]", "--set", "seed=1,2,3,4", "--quiet", "--jobs", "2", "--checkpoint-every", "1 round"]


def mount(folder, size, remount=False):
    kind = f"remount,size={size}" if remount else f"size={size}"
    return subprocess.run(["mount", "-t", "tmpfs", "-o", kind, "tmpfs", str(folder)], capture_output=True).returncode == 0


with Arena(options) as arena:
    # The autoencoders of such models are too large for a small disk.
    spec = arena.spec_without("autoencoder,")
    reference = arena.undisturbed(*BIG, spec=spec)
    for name, is_taken_away in [("fills-up", False), ("taken-away", True)]:
        folder = arena.path / name
        folder.mkdir()
        if not mount(folder, "20m"):
            print("SKIPPED: no right to mount a small file system")
            sys.exit(0)
        try:
            sweep = arena.start(name, *BIG, spec=spec)
            if is_taken_away:
                while not list(folder.glob("????????????.h5")) and sweep.poll() is None:
                    time.sleep(0.01)
                # The runs themselves may have taken the last page before the filler does.
                with contextlib.suppress(OSError), open(folder / "filler", "wb", buffering=0) as filler:
                    while True:
                        filler.write(bytes(1 << 16))
            _, said = sweep.communicate()
            check(sweep.returncode == 1, f"{name}: ended with status {sweep.returncode}: {said}")
            check("No space left on device" in said or " of disk" in said, f"{name}: unclear: {said}")
            (folder / "filler").unlink(missing_ok=True)
            earlier = sorted(folder.glob("????????????.h5"))
            check(earlier, f"{name}: no run was finished before")
            valid = subprocess.run([arena.program, "verify", *map(str, earlier)], capture_output=True, text=True)
            check(valid.returncode == 0, f"{name}: a result was harmed: {valid.stdout}")
            check(mount(folder, "500m", remount=True), f"{name}: cannot make room")
            status, said_again = arena.run(name, *BIG, spec=spec)
            check(status == 0, f"{name}: ended with status {status} with room: {said_again}")
            arena.compare(name, reference)
            print(f"{name}: exit 1, {len(earlier)} runs whole; with room the same bytes. It said:\n  {said.splitlines()[0]}")
        finally:
            subprocess.run(["umount", str(folder)], capture_output=True)
