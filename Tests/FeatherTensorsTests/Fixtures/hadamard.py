# Walsh-Hadamard transforms by multiplication with the whole matrix; writes hadamard.json beside itself.
# Made with Python 3, NumPy 2.4.6, SciPy 1.17.1 (scipy.linalg.hadamard).
import json
from pathlib import Path

import numpy as np
from scipy.linalg import hadamard

random = np.random.default_rng(20260103)
cases = []
for d in (1, 2, 4, 8, 16, 32, 64, 128, 256):
    x = np.float32(random.normal(size=d))
    y = hadamard(d) @ x.astype(np.float64) / np.sqrt(d)
    cases.append({"input": [float(f"{v:.9g}") for v in x], "output": [float(f"{v:.12g}") for v in y]})
json.dump(cases, open(Path(__file__).with_name("hadamard.json"), "w"))
