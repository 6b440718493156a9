"""LaTeX tables compile: pdflatex with booktabs sets the usual, wide, long and ci95 tables, without an error or a line that is too wide."""
import csv
import io
import re
import subprocess
import sys
from pathlib import Path

PROGRAM, _, WORK = sys.argv[1:4]
WIDEST = 10  # points that a line may stick out of the page's text
# The contract's sweep varies in more keys than a page is wide, so this one is set, with all that LaTeX takes for its own.
SWEEP = f"{WORK}/sweep"
SPEC = """
featherweight: 1
name: latex_check
about: 'Costs & savings_of 100 % of clients: #1 {best} ~ 50 $ ^ \\ ± ∞.'
base:
  dataset: {name: synthetic-digits, train: 200, test: 100}
  model: {name: mlp, hidden: [8]}
  prepass: {epochs: 2, snapshotEvery: 2}
  federation: {rounds: 2}
sweep:
  grid:
    partition.clients: [2, 3]
    codec: [{name: identity}, {name: autoencoder, latent: 4, epochs: 5}, {name: autoencoder, latent: 8, epochs: 5}]
    seed: [1, 2]
"""


def run(*command, cwd=None):
    """What a command prints; its failure ends the check."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def table(*options):
    return run(PROGRAM, "table", SWEEP, *options)


def varying_keys():
    """The configuration keys that a list of the runs has between id and state."""
    header = run(PROGRAM, "ls", SWEEP, "--format", "csv").split("\n")[0].split(",")
    return header[1:header.index("state")]


def typeset(name, text):
    """Compiles one table and returns the text of the page."""
    work = Path(WORK)
    (work / f"{name}.tex").write_text(
        "\\documentclass{article}\n\\usepackage[a4paper,landscape,margin=2cm]{geometry}\n\\usepackage{booktabs}\n"
        f"\\begin{{document}}\n{text}\\end{{document}}\n")
    run("pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex", cwd=work)
    log = (work / f"{name}.log").read_text(errors="replace")
    wide = [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    if any(points > WIDEST for points in wide):
        sys.exit(f"{name}.tex: a line is {max(wide)} points too wide for a page across")
    if "Missing character" in log:
        sys.exit(f"{name}.tex: a character is missing from the fonts; see {name}.log")
    return run("pdftotext", "-layout", f"{name}.pdf", "-", cwd=work)


def main():
    Path(f"{WORK}/spec.yaml").write_text(SPEC)
    run(PROGRAM, "run", f"{WORK}/spec.yaml", "--out", SWEEP, "--quiet")
    pivot = next(key for key in varying_keys() if key != "seed")
    metrics = ["--metric", "test_accuracy,test_accuracy@best,upload_ratio,test_loss"]
    cases = {
        "default": [],
        "metrics": metrics,
        "ci95": [*metrics, "--spread", "ci95"],
        "long": ["--layout", "long"],
        "long-ci95": ["--layout", "long", "--spread", "ci95"],
        "pivot": ["--pivot", pivot],
        "pivot-seed": ["--pivot", "seed"],
    }
    texts = {name: typeset(name, table("--format", "latex", *options)) for name, options in cases.items()}
    rows = list(csv.DictReader(io.StringIO(table("--format", "csv", "--metric", "test_accuracy"))))
    means = [f"{float(row['test_accuracy_mean']):.3f}" for row in rows if row["test_accuracy_mean"]]
    for name in ("default", "metrics", "ci95", "long", "long-ci95"):
        absent = [mean for mean in means if mean not in texts[name]]
        if absent or not means:
            sys.exit(f"{name}.pdf: without the means {absent} of {means}")
    print(f"pdflatex set {len(cases)} tables of {len(rows)} groups; every mean accuracy is on their pages")


main()
