"""Starts several runs of one sweep on one folder at a time: they share the work, no cell is computed twice, and the bytes are the same."""

import json

from survival import Arena, arguments, check

parser = arguments(__doc__)
parser.add_argument("--runs", type=int, nargs="+", default=[2, 4], help="how many at a time (default: 2, then 4)")
options = parser.parse_args()

with Arena(options) as arena:
    reference = arena.undisturbed()
    for count in options.runs:
        folder = f"shared-{count}"
        runs = [arena.start(folder, "--quiet") for _ in range(count)]
        for run in runs:
            _, said = run.communicate()
            check(run.returncode == 0, f"one of {count} runs ended with status {run.returncode}: {said}")
        cells = arena.compare(folder, reference) - 1
        attempts = [json.loads(path.read_text())["attempts"] for path in (arena.path / folder).glob("????????????.json")]
        check(len(attempts) == cells, f"{len(attempts)} sidecars of {cells} cells")
        check(all(len(history) == 1 for history in attempts), f"a cell was begun more than once: {attempts}")
        by = sorted(sum(history[0]["pid"] == pid for history in attempts)
                    for pid in {history[0]["pid"] for history in attempts})
        print(f"{count} runs at a time: each of {cells} cells computed once, by {len(by)} workers ({by}), the same bytes")
