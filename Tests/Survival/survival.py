"""What the survival scripts share: the program, sweeps that nobody disturbed, and folders that must equal theirs."""

import argparse
import filecmp
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SPEC = HERE / "storm.yaml"
# Files of a finished sweep: results and index (the same bytes in every run), and what varies by nature.
SEALED = re.compile(r"([0-9a-f]{12}|sweep)\.h5")
VARYING = re.compile(r"[0-9a-f]{12}\.(json|log)|plan\.json|changes-[0-9a-f]{12}\.diff|slurm")


def arguments(description):
    """Parses the command line that all scripts have: the program, and what a script adds to the parser."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("program", help="the featherweight program")
    parser.add_argument("--keep", help="a folder to work in that is kept, instead of a temporary one")
    return parser


class Arena:
    """A folder to work in; removed at the end unless it was named."""

    def __init__(self, options):
        self.program = str(pathlib.Path(options.program).resolve())
        self._kept = options.keep
        self.path = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="featherweight-survival-"))
        self.path.mkdir(parents=True, exist_ok=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if not self._kept:
            shutil.rmtree(self.path, ignore_errors=True)

    def spec_without(self, word):
        """The spec without its lines that have a word in them."""
        spec = self.path / "spec.yaml"
        spec.write_text("".join(line for line in SPEC.read_text().splitlines(True) if word not in line))
        return spec

    def command(self, folder, *options, spec=SPEC):
        return [self.program, "run", str(spec), "--out", str(self.path / folder), *options]

    def start(self, folder, *options, spec=SPEC, **settings):
        """Starts a sweep in a process group of its own."""
        return subprocess.Popen(
            self.command(folder, *options, spec=spec), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            start_new_session=True, **settings)

    def run(self, folder, *options, spec=SPEC, **settings):
        """Runs a sweep to its end; gives its exit status and what it said."""
        process = self.start(folder, *options, spec=spec, **settings)
        _, said = process.communicate()
        return process.returncode, said

    def undisturbed(self, *options, spec=SPEC):
        """The folder of the same sweep, left in peace."""
        status, said = self.run("undisturbed", "--jobs", "2", "--quiet", *options, spec=spec)
        check(status == 0, f"the undisturbed sweep ended with status {status}: {said}")
        return self.path / "undisturbed"

    def workers(self, folder):
        """The worker processes that compute into a folder."""
        found = []
        for entry in os.listdir("/proc"):
            if not entry.isdigit():
                continue
            try:
                line = pathlib.Path("/proc", entry, "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if b"worker" in line and str(self.path / folder).encode() in line:
                found.append(int(entry))
        return found

    def compare(self, folder, reference):
        """Checks that a finished folder has the bytes of another, and nothing that does not belong there."""
        folder = self.path / folder
        names = sorted(os.listdir(folder))
        sealed = [name for name in names if SEALED.fullmatch(name)]
        expected = sorted(name for name in os.listdir(reference) if SEALED.fullmatch(name))
        check(sealed == expected, f"result files {sealed}, expected {expected}")
        stray = [name for name in names if not SEALED.fullmatch(name) and not VARYING.fullmatch(name)]
        check(not stray, f"stray files: {stray}")
        for name in sealed:
            check(filecmp.cmp(folder / name, reference / name, shallow=False), f"{name} has other bytes")
        return len(sealed)


def check(holds, message):
    """Ends the script with a message unless a condition holds."""
    if not holds:
        sys.exit(f"FAILED: {message}")
