#!/usr/bin/env python3
"""Alternates featherweight-bench with PyTorch, or Flower on it, doing the same work, and prints ratios.

Needs nothing but Python itself.

Both sides begin at the same weights and meet the same samples in the same order; the losses or accuracies that they reach are
compared, so that a ratio never stands for different work. A ratio above 1 means that Featherweight is faster.
"""
import argparse
import dataclasses
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


@dataclasses.dataclass(frozen=True)
class Form:
    """A way to do a workload in PyTorch, or in Flower."""
    name: str
    # Threads of each process; several processes do the work side by side, and their rates are added.
    threads: int = 1
    processes: int = 1
    environment: tuple = ()
    # Only for information: another arithmetic, so that losses differ.
    other_arithmetic: bool = False
    # Compared only where --forms names it. Its processes are never idle, so they live only while they are measured.
    optional: bool = False

    @property
    def label(self):
        text = self.name + (", huge pages" if self.environment else "")
        return f"{text}, {self.processes} processes" if self.processes > 1 else text


@dataclasses.dataclass(frozen=True)
class Workload:
    threads: int
    unit: str
    forms: tuple
    # How far losses may differ relatively, or accuracies absolutely: sums are formed in another order.
    tolerance: float
    # Bytes of memory; such a process lives only while it is measured.
    heavy: int = 0


MLP_FORMS = tuple(Form(name) for name in ("module loop", "by hand", "stacked", "stacked, compiled"))
FEDERATION_FORMS = MLP_FORMS[:2] + tuple(Form(name, threads=2) for name in ("stacked", "stacked, compiled"))
FEDERATION_FORMS += tuple(Form(name, threads=2, optional=True) for name in ("Flower", "Flower, DataLoader"))
CNN_FORMS = ("plain", "channels-last", "compiled")
HUGE_PAGES = (("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"),)
WORKLOADS = {
    "mlp-32": Workload(1, "steps", MLP_FORMS, 1e-4),
    "mlp-10": Workload(1, "steps", MLP_FORMS, 1e-4),
    "cnn": Workload(1, "images", tuple(map(Form, CNN_FORMS)) + (Form("bf16", other_arithmetic=True),), 2e-3),
    "cnn-team": Workload(
        2, "images", tuple(Form(name, threads=2) for name in CNN_FORMS) + (Form("channels-last", processes=2),), 2e-3),
    "ae": Workload(1, "steps", (Form("plain"), Form("fused")), 1e-3),
    "ae-team": Workload(2, "steps", (Form("fused", threads=2), Form("fused", processes=2)), 1e-3),
    "big-ae": Workload(2, "steps", (Form("fused", 2), Form("fused", 2, environment=HUGE_PAGES)), 1e-3, heavy=9 << 30),
    "pipeline": Workload(2, "runs", (Form("module loop", 2),), 0.02),
    "federation-a": Workload(2, "steps", FEDERATION_FORMS, 0.005),
    "federation-b": Workload(2, "steps", FEDERATION_FORMS, 0.005),
}


class Side:
    """Processes of one side; each answers a line with a measurement."""

    def __init__(self, command, environment, processes=1):
        environment = {**os.environ, **environment}
        self.processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
            for _ in range(processes)]
        self.check = self._answers()[0]["check"]
        self.peak = 0

    def _answers(self):
        lines = [process.stdout.readline() for process in self.processes]
        if not all(lines):
            sys.exit(f"error: {' '.join(self.processes[0].args)} ended early")
        return [json.loads(line) for line in lines]

    def measure(self):
        """Units per second."""
        for process in self.processes:
            process.stdin.write("\n")
            process.stdin.flush()
        answers = self._answers()
        self.peak = sum(answer["peak"] for answer in answers)
        # Of a federation, the first answer knows one round only.
        self.check = max(self.check, answers[0]["check"], key=len)
        return sum(answer["rate"] for answer in answers)

    def close(self):
        for process in self.processes:
            process.stdin.close()
            process.wait()


class Comparison:
    """One workload, alternated."""

    def __init__(self, name, options):
        self.name, self.workload, self.options = name, WORKLOADS[name], options
        self.forms = [
            form for form in self.workload.forms
            if (form.label in options.forms if options.forms else not form.optional)]
        bench = [options.bench, "--only", name, "--threads", str(self.workload.threads)]
        bench += ["--data", options.data] if options.data else []
        if not options.reuse_inputs:
            subprocess.run(bench + ["--dump", options.inputs], check=True)
        self.commands = {"featherweight": (bench + ["--serve", "--seconds", str(options.seconds)], {}, 1)}
        for form in self.forms:
            command = [sys.executable if not options.python else options.python, str(HERE / "peer.py"), name, form.name]
            command += ["--inputs", options.inputs, "--threads", str(form.threads), "--seconds", str(options.seconds)]
            environment = dict(form.environment)
            environment["TORCHINDUCTOR_CACHE_DIR"] = f"{options.inputs}/inductor"
            self.commands[form.label] = (command, environment, form.processes)

    def run(self):
        """For each form the pairs of rates, ours and theirs, one pair of each alternation; and everyone's peak memory."""
        pairs = {form.label: [] for form in self.forms}
        checks, peaks, sides = {}, {}, {}
        passing = {form.label for form in self.forms if form.optional}
        for number in range(self.options.alternations):
            rates = {}
            for label, command in self.commands.items():
                side = sides.get(label) or Side(*command)
                rates[label] = side.measure()
                checks[label], peaks[label] = side.check, side.peak
                if self.workload.heavy or label in passing:
                    side.close()
                else:
                    sides[label] = side
            for label in pairs:
                pairs[label].append((rates["featherweight"], rates[label]))
            print(f"{self.name}: {number + 1} of {self.options.alternations}", file=sys.stderr)
        for side in sides.values():
            side.close()
        self.compare(checks)
        return {"unit": self.workload.unit, "threads": self.workload.threads, "pairs": pairs, "checks": checks, "peaks": peaks}

    def compare(self, checks):
        """Ends the program when one side did other work."""
        ours = checks["featherweight"]
        for form in self.forms:
            theirs = checks[form.label]
            common = min(len(ours), len(theirs)) - 1
            if form.other_arithmetic or common < 0:
                continue
            allowed = self.workload.tolerance * (1 if self.workload.unit == "runs" or common > 0 else abs(ours[common]))
            if not abs(ours[common] - theirs[common]) <= allowed:
                sys.exit(f"error: {self.name}, {form.label}: {theirs[common]} instead of {ours[common]}: this is not the same work")


def number(value):
    """Three significant digits, thousands in groups."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(results):
    lines = ["| workload | threads | peer | Featherweight | peer's rate | ratio, median (range) | memory, ours / theirs |",
             "|---|--:|---|--:|--:|--:|--:|"]
    for name, result in results.items():
        unit = result["unit"]
        for label, pairs in result["pairs"].items():
            ours, theirs = (statistics.median(rates) for rates in zip(*pairs))
            ratios = [a / b for a, b in pairs]
            peaks = [result["peaks"][side] / 1e9 for side in ("featherweight", label)]
            lines.append(
                f"| {name} | {result['threads']} | {label} | {number(ours)} {unit}/s | {number(theirs)} {unit}/s | "
                f"**{statistics.median(ratios):.2f}** ({min(ratios):.2f}–{max(ratios):.2f}) | {peaks[0]:.2g} / {peaks[1]:.2g} GB |")
    return "\n".join(lines)


def merged(earlier, result):
    """Adds a result to an earlier one of the same workload."""
    if not earlier:
        return result
    pairs = dict(earlier["pairs"])
    for label, more in result["pairs"].items():
        pairs[label] = pairs.get(label, []) + more
    return {**result, "pairs": pairs, "checks": earlier["checks"] | result["checks"], "peaks": earlier["peaks"] | result["peaks"]}


def arguments():
    labels = sorted({form.label for workload in WORKLOADS.values() for form in workload.forms})
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", required=True, help="path of featherweight-bench")
    parser.add_argument("--python", help="a Python that has PyTorch; this one where it is not given")
    parser.add_argument("--inputs", default=".build/bench-inputs", help="folder for what both sides begin with")
    parser.add_argument("--reuse-inputs", action="store_true", help="take the inputs that an earlier call left, of the same data")
    parser.add_argument("--data", help="folder with mnist/; without it, synthetic digits are used")
    parser.add_argument("--only", nargs="+", choices=WORKLOADS, default=list(WORKLOADS), metavar="NAME")
    parser.add_argument("--forms", nargs="+", choices=labels, metavar="FORM", help="compare with these forms only, such as 'module loop'")
    parser.add_argument("--alternations", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1, help="of one measurement")
    parser.add_argument("--quick", action="store_true", help="two alternations of half a second; without big-ae and pipeline")
    parser.add_argument("--json", type=pathlib.Path, help="file for all rates, which are added to those that it has; the table is of all")
    options = parser.parse_args()
    if options.quick:
        options.alternations, options.seconds = 2, 0.5
        options.only = [name for name in options.only if name not in ("big-ae", "pipeline")]
    return options


def main():
    options = arguments()
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    results = json.loads(options.json.read_text()) if options.json and options.json.exists() else {}
    for name in options.only:
        if WORKLOADS[name].heavy > memory:
            print(f"{name}: skipped, needs {WORKLOADS[name].heavy >> 30} GiB of memory", file=sys.stderr)
            continue
        results[name] = merged(results.get(name), Comparison(name, options).run())
        if options.json:
            options.json.write_text(json.dumps(results, indent=1))
    print(table(results))


main()
