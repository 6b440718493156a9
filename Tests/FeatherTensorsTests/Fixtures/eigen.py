# Symmetric matrices with their eigenvalues and eigenvectors; writes eigen.json beside itself.
# Made with Python 3, NumPy 2.4.6 (LAPACK's syevd through numpy.linalg.eigh).
import json
from pathlib import Path

import numpy as np

random = np.random.default_rng(20260101)


def symmetric(n):
    a = random.normal(size=(n, n))
    return a + a.T


def gram(n, rank, columns=40):
    """Inner products of n vectors that span `rank` dimensions."""
    x = random.normal(size=(n, rank)) @ random.normal(size=(rank, columns))
    return x @ x.T


def with_values(values):
    q, _ = np.linalg.qr(random.normal(size=(len(values), len(values))))
    a = q @ np.diag(values) @ q.T
    return (a + a.T) / 2


def wilkinson(n):
    """Wilkinson's W+: pairs of eigenvalues that agree in many digits."""
    return np.diag(np.abs(np.arange(n) - (n - 1) / 2)) + np.diag(np.ones(n - 1), 1) + np.diag(np.ones(n - 1), -1)


cases = {
    "none": np.zeros((0, 0)),
    "one": np.array([[-3.5]]),
    "two": np.array([[2.0, 1.0], [1.0, 2.0]]),
    "random": symmetric(24),
    "odd": symmetric(7),
    "zero": np.zeros((6, 6)),
    "identity": 3 * np.eye(9),
    "diagonal": np.diag([1.0, -4.0, 2.5, 0.0, 2.5]),
    "ones": np.ones((8, 8)),
    "rank 4 of 20": gram(20, 4),
    "rank 1 of 10": gram(10, 1),
    "projection": with_values([1.0] * 5 + [0.0] * 7),
    "graded": with_values(10.0 ** -np.arange(12)),
    "Wilkinson": wilkinson(21),
    "tiny": symmetric(6) * 1e-290,
    "huge": symmetric(6) * 1e300,
    "subnormal": np.array([[3e-310, 1e-310], [1e-310, -2e-310]]),
}


def case(name, a):
    values, vectors = np.linalg.eigh(a) if name != "subnormal" else eigh_scaled(a)
    return {
        "name": name, "order": len(a), "matrix": [float(v) for v in a.ravel()],
        "values": [float(v) for v in values[::-1]], "vectors": [float(v) for v in vectors[:, ::-1].T.ravel()],
    }


def eigh_scaled(a):
    values, vectors = np.linalg.eigh(a * 2.0**1000)
    return values * 2.0**-1000, vectors


json.dump([case(n, a) for n, a in cases.items()], open(Path(__file__).with_name("eigen.json"), "w"))
