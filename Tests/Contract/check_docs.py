"""The documentation's snippets run as they stand, and its table of arrays names those that there are.

    python check_docs.py PROGRAM SWEEP WORK
"""

import collections
import fnmatch
import os
import pathlib
import re
import subprocess
import sys

from reference import ROOT, arrays, check, files

PAGES = {
    "Sources/featherweight/Featherweight.docc/UsingResults.md": ["python", "r", "octave", "sh"],
    "results/README.md": ["python"],
}
FORMAT = "Sources/featherweight/Featherweight.docc/FileFormat.md"
COMMANDS = {
    "python": [sys.executable], "r": ["Rscript", "--vanilla"], "octave": ["octave-cli", "--norc"],
    "sh": ["bash", "-euo", "pipefail"],
}
SUFFIXES = {"python": ".py", "r": ".R", "octave": ".m", "sh": ".sh"}


def run_snippets(page, program, work):
    """Runs every snippet of a page, each by itself; gives the number of each language."""
    text = (ROOT / page).read_text(encoding="utf-8")
    count = collections.Counter()
    environment = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}")
    for language, snippet in re.findall(r"^```(\w+)\n(.*?)^```$", text, re.M | re.S):
        if language not in COMMANDS:
            continue
        count[language] += 1
        script = work / f"{pathlib.Path(page).stem}-{language}-{count[language]}{SUFFIXES[language]}"
        script.write_text(snippet)
        done = subprocess.run(
            [*COMMANDS[language], script], cwd=work, env=environment, capture_output=True, text=True,
            stdin=subprocess.DEVNULL)
        place = f"{page}: {language} snippet {count[language]}"
        check(done.returncode == 0, f"{place}: status {done.returncode}:\n{snippet}{done.stdout}{done.stderr}")
        check(done.stdout.strip(), f"{place}: prints nothing:\n{snippet}{done.stderr}")
        check(
            "warning" not in done.stderr.lower() and "HDF5-DIAG" not in done.stderr, f"{place}: says {done.stderr}")
    return count


def documented():
    """Patterns of the paths of arrays in the table of FileFormat.md."""
    section = (ROOT / FORMAT).read_text(encoding="utf-8").split("## A run file")[1].split("## ")[0]
    patterns = set()
    for row in re.findall(r"^\| (.*?) \|", section, re.M):
        folder = ""
        for name in re.findall(r"`([^`]+)`", row):
            if name.startswith("/"):
                folder = name.rsplit("/", 1)[0]
            patterns.add((name if name.startswith("/") else f"{folder}/{name}").replace("…", "*"))
    return patterns


def check_table(paths):
    """The table's arrays are those of the sweep's runs; scales aside, and groups with their attributes."""
    groups = {"/", "/environment", "/config", "/seal"}
    found = {e["path"] for path in paths for e in arrays(path) if e["axes"] != [e["path"].rsplit("/", 1)[1]]}
    patterns = documented() - groups
    for pattern in sorted(patterns):
        check(fnmatch.filter(found, pattern), f"{FORMAT}: {pattern} is in no run file of the contract's sweep")
    lost = {path for path in found if not any(fnmatch.fnmatch(path, p) for p in patterns)}
    check(not lost, f"{FORMAT}: its table lacks {', '.join(sorted(lost))}")
    return len(found)


def main():
    program, sweep, work = map(pathlib.Path, sys.argv[1:])
    (work / "results").mkdir()
    (work / "results/quickstart").symlink_to(sweep)
    total = 0
    for page, languages in PAGES.items():
        count = run_snippets(page, program, work)
        for language in languages:
            check(count[language] > 0, f"{page} has no {language} snippet")
        total += sum(count.values())
    count = check_table(files(sweep)[:-1])
    print(f"{total} snippets of {len(PAGES)} pages run; the table of arrays names all {count}")


if __name__ == "__main__":
    main()
