"""The documentation converts without a warning, and the first sweep that it shows runs as it stands.

    python check_catalogue.py PROGRAM SWEEP WORK
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

CATALOGUE = pathlib.Path(__file__).resolve().parents[2] / "Sources/featherweight/Featherweight.docc"


def check(condition, message):
    if not condition:
        sys.exit(f"check_catalogue: {message}")


def convert(work):
    """Builds the catalogue with the toolchain's docc."""
    swift = shutil.which("swift")
    check(swift, "there is no swift in PATH, and with it no docc")
    docc = pathlib.Path(swift).resolve().parent / "docc"
    done = subprocess.run(
        [docc, "convert", CATALOGUE, "--output-path", work / "pages", "--warnings-as-errors",
         "--fallback-display-name", "Featherweight", "--fallback-bundle-identifier", "featherweight"],
        capture_output=True, text=True)
    check(done.returncode == 0 and "warning:" not in done.stderr + done.stdout, f"docc:\n{done.stdout}{done.stderr}")
    return len(list((work / "pages/data/documentation").rglob("*.json")))


def run_first_sweep(program, work):
    """Saves the page's spec and runs its commands in order; gives their number."""
    page = (CATALOGUE / "FirstSweep.md").read_text(encoding="utf-8")
    [spec] = re.findall(r"^```yaml\n(.*?)^```$", page, re.M | re.S)
    (work / "first.yaml").write_text(spec)
    environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}")
    commands = "".join(re.findall(r"^```sh\n(.*?)^```$", page, re.M | re.S)).splitlines()
    for command in commands:
        done = subprocess.run(["bash", "-c", command], cwd=work, env=environment, capture_output=True, text=True)
        check(done.returncode == 0, f"'{command}': status {done.returncode}:\n{done.stdout}{done.stderr}")
    for path in ["results/first/report.html", "notebooks/first.ipynb", "results/first/exports/csv"]:
        check((work / path).exists(), f"after the commands of FirstSweep.md there is no {path}")
    return len(commands)


def main():
    program, _, work = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    pages = convert(work)
    commands = run_first_sweep(program, work)
    print(f"docc makes {pages} pages without a warning; the first sweep's {commands} commands run")


if __name__ == "__main__":
    main()
