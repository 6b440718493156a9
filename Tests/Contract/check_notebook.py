"""The exported notebook runs as it stands, and draws every figure that the sweep has data for.

    python check_notebook.py PROGRAM SWEEP WORK

Writes the figures to WORK as PNG.
"""

import base64
import os
import pathlib
import subprocess
import sys

import nbformat
from nbclient import NotebookClient

FIGURES = ["convergence", "ratio", "error", "latents", "partition"]


def check(condition, message):
    if not condition:
        sys.exit(f"check_notebook: {message}")


def export(program, sweep, folder):
    done = subprocess.run(
        [program, "export", sweep, "--to", "notebook", "--out", folder], capture_output=True, text=True)
    check(done.returncode == 0, f"export: status {done.returncode}:\n{done.stdout}{done.stderr}")
    path = pathlib.Path(done.stdout.strip())
    check(path.parent == folder and path.suffix == ".ipynb", f"export wrote {path}")
    return path


def figures(cell):
    """The images that a cell drew, as PNG."""
    data = [output.get("data", {}) for output in cell.outputs]
    return [base64.b64decode(d["image/png"]) for d in data if "image/png" in d]


def execute(path, work):
    """Runs every cell as it stands; gives the number of figures."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    check(nbformat.writes(notebook) + "\n" == path.read_text(encoding="utf-8"), f"{path} is not laid out as Jupyter writes it")
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": path.parent}}).execute()
    total = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        said = [output.text for output in cell.outputs if output.output_type == "stream" and output.name == "stderr"]
        check(not said, f"cell '{cell.id}' says: {''.join(said)}")
        images = figures(cell)
        check(len(images) == (cell.id in FIGURES), f"cell '{cell.id}' drew {len(images)} figures")
        for image in images:
            check(len(image) > 5000, f"the figure of cell '{cell.id}' has but {len(image)} bytes")
            (work / f"{path.stem}-{cell.id}.png").write_bytes(image)
        total += len(images)
    return [cell.id for cell in notebook.cells if cell.id in FIGURES], total


def main():
    program, sweep, work = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    # Kernels write where they run and who they are into the user's folders; here they have one of their own.
    os.environ.update(IPYTHONDIR=str(work / "ipython"), JUPYTER_RUNTIME_DIR=str(work / "jupyter"), MPLCONFIGDIR=str(work))
    path = export(program, sweep, work / "notebooks")
    text = path.read_bytes()
    drawn, total = execute(path, work)
    check(drawn == FIGURES, f"the sections are {drawn}, expected {FIGURES}")
    check(export(program, sweep, work / "notebooks").read_bytes() == text, "the same sweep gave another notebook")
    print(f"{path.name} runs unedited and draws {total} figures")


if __name__ == "__main__":
    main()
