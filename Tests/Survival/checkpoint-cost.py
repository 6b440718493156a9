"""Measures what setting runs down costs: experiments/mnist-short.yaml with and without checkpoints, in alternation.

Needs MNIST (--data) and an idle machine. Prints the median of each cadence's time over that of never, and the range.
"""

import statistics
import time

from survival import HERE, Arena, arguments, check

parser = arguments(__doc__)
parser.add_argument("--data", required=True, help="the folder with mnist/")
parser.add_argument("--alternations", type=int, default=5)
parser.add_argument("--cadences", nargs="+", default=["10s", "1s", "1 round"])
options = parser.parse_args()
spec = HERE.parent.parent / "experiments" / "mnist-short.yaml"

with Arena(options) as arena:
    seconds = {cadence: [] for cadence in ["never"] + options.cadences}
    for number in range(options.alternations):
        for cadence in seconds:
            start = time.monotonic()
            status, said = arena.run(
                f"{number}-{cadence}", "--jobs", "2", "--quiet", "--data", options.data, "--checkpoint-every", cadence,
                spec=spec)
            seconds[cadence].append(time.monotonic() - start)
            check(status == 0, f"ended with status {status}: {said}")
            arena.compare(f"{number}-{cadence}", arena.path / "0-never")
    for cadence in options.cadences:
        ratios = [with_ / without for with_, without in zip(seconds[cadence], seconds["never"])]
        print(
            f"every {cadence}: {statistics.median(ratios) - 1:+.1%} of {statistics.median(seconds['never']):.1f} s "
            f"({min(ratios) - 1:+.1%} to {max(ratios) - 1:+.1%})")
