"""Measures what setting runs down costs: experiments/mnist-short.yaml with and without checkpoints, in alternation.

Needs MNIST (--data) and an idle machine. Prints the median of each cadence's time over that of never, and the range: by the clock, and
of the processor time of all processes, which other load disturbs less but which does not see waiting for the disk.
"""

import resource
import statistics
import time

from survival import HERE, Arena, arguments, check

parser = arguments(__doc__)
parser.add_argument("--data", required=True, help="the folder with mnist/")
parser.add_argument("--alternations", type=int, default=5)
parser.add_argument("--cadences", nargs="+", default=["10s", "1s", "1 round"])
options = parser.parse_args()
spec = HERE.parent.parent / "experiments" / "mnist-short.yaml"



def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compared(name, unit, taken):
    ratios = [with_ / without for with_, without in zip(taken[name], taken["never"])]
    return (
        f"{statistics.median(ratios) - 1:+.1%} ({min(ratios) - 1:+.1%} to {max(ratios) - 1:+.1%}) "
        f"of {statistics.median(taken['never']):.1f} s {unit}")


with Arena(options) as arena:
    seconds = {cadence: [] for cadence in ["never"] + options.cadences}
    processor = {cadence: [] for cadence in seconds}
    for number in range(options.alternations):
        for cadence in seconds:
            start, used = time.monotonic(), processor_seconds()
            status, said = arena.run(
                f"{number}-{cadence}", "--jobs", "2", "--quiet", "--data", options.data, "--checkpoint-every", cadence,
                spec=spec)
            seconds[cadence].append(time.monotonic() - start)
            processor[cadence].append(processor_seconds() - used)
            check(status == 0, f"ended with status {status}: {said}")
            arena.compare(f"{number}-{cadence}", arena.path / "0-never")
    for cadence in options.cadences:
        print(f"every {cadence}: {compared(cadence, 'by the clock', seconds)}; {compared(cadence, 'of processor time', processor)}")
