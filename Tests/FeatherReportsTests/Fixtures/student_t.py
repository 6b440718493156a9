# Quantiles of Student's t distribution for two-sided intervals; writes student_t.json beside itself.
# Made with Python 3, SciPy 1.17.1 (scipy.stats.t.ppf).
import json
from pathlib import Path

from scipy import stats

DEGREES = list(range(1, 41)) + [50, 99, 100, 499, 1000, 9999]
rows = [
    {"confidence": confidence, "degrees": n, "quantile": float(stats.t.ppf((1 + confidence) / 2, n))}
    for confidence in (0.5, 0.95, 0.99)
    for n in DEGREES
]
Path(__file__).with_suffix(".json").write_text(
    "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n")
